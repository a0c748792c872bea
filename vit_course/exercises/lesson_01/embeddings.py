"""Exercise 1.5: Embeddings."""

import torch
from einops import rearrange
from torch import nn

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _embeddings():
    return [
        Case((torch.randn(2, 3, 8, 12),), init=(small_config(image_size=(8, 12), patch_size=4),)),
        Case((torch.randn(1, 3, 8, 8),), init=(small_config(image_size=8, patch_size=2),)),
        Case((torch.randn(3, 1, 6, 9),), init=(small_config(image_size=(6, 9), patch_size=3, in_channels=1),)),
        Case((torch.randn(2, 3, 8, 8),), init=(small_config(image_size=8, patch_size=4, dropout=0.5),), train=True),
    ]


exercise = Exercise(
    "1.5",
    embeddings.Embeddings,
    cases=_embeddings,
    hints=(
        "Four things in this order: project the patches, put the class token in front, add the positions, drop out. "
        "How many position embeddings are needed, then?",
        "cls_token is [1, 1, hidden] and position_embeddings [1, 1 + num_patches, hidden], both nn.Parameter. The "
        "convolution gives [batch, hidden, rows, columns]: rearrange it to [batch, tokens, hidden].",
        "tokens = rearrange(self.patch_embeddings(images), 'b d rows columns -> b (rows columns) d'); "
        "tokens = torch.cat([self.cls_token.expand(len(tokens), -1, -1), tokens], dim=1); "
        "return self.dropout(tokens + self.position_embeddings)",
    ),
)


class _Parts(embeddings.Embeddings):
    """What the mistakes below share with the correct class: its parameters, and the patches' projection."""

    def project(self, images):
        return rearrange(self.patch_embeddings(images), "b d rows cols -> b (rows cols) d")

    def class_tokens(self, batch):
        return self.cls_token.expand(batch, -1, -1)


@exercise.mistake("You put the class token at the end. It goes in front, where the head will look for it: token 0.")
class ClassTokenLast(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = torch.cat([tokens, self.class_tokens(len(tokens))], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "You did not expand the class token over the batch: torch.cat finds 1 class token for a batch of several images "
    "(and is content only where the batch is 1). cls_token.expand(batch, -1, -1) shows it to each image, without a "
    "copy."
)
class NotExpanded(_Parts):
    def forward(self, images):
        tokens = torch.cat([self.cls_token, self.project(images)], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "You added the positions to the patches before the class token joined, so that it got none. First concatenate, "
    "then add: position 0 is the class token's own."
)
class PositionsBeforeClassToken(_Parts):
    def forward(self, images):
        tokens = self.project(images) + self.position_embeddings[:, 1:]
        return self.dropout(torch.cat([self.class_tokens(len(tokens)), tokens], dim=1))


@exercise.mistake(
    "There are position embeddings for the patches only. The class token needs one as well: 1 + num_patches of them, "
    "added after it has joined."
)
class PositionsForPatchesOnly(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches, config.hidden_size))


@exercise.mistake(
    "You sized the position embeddings by the batch. Each image would have positions of its own, and no other batch "
    "size would fit (an example of PyTorch's own has this bug). One set serves all: [1, tokens, hidden], and adding "
    "broadcasts it."
)
class PositionsSizedByBatch(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings = nn.Parameter(torch.zeros(32, 1 + config.num_patches, config.hidden_size))


@exercise.mistake(
    "You sized the class token by the batch. Each image would have its own, and no other batch size would fit. Keep "
    "one, [1, 1, hidden], and expand it in forward."
)
class ClassTokenSizedByBatch(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.cls_token = nn.Parameter(torch.zeros(32, 1, config.hidden_size))


@exercise.mistake(
    "The output is right without dropout, but there is none in training mode: end with self.dropout(...)."
)
class NoDropout(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        return torch.cat([self.class_tokens(len(tokens)), tokens], dim=1) + self.position_embeddings


@exercise.mistake("Dropout comes last: after the position embeddings have been added, not before.")
class DropoutBeforePositions(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens) + self.position_embeddings


@exercise.mistake(
    "You turned [batch, hidden, rows, columns] into [batch, tokens, hidden] by reshape or view alone, which mixes the "
    "features of different patches. Move the hidden dimension to the end: rearrange, or flatten(2).transpose(1, 2)."
)
class ReshapedNotTransposed(_Parts):
    def forward(self, images):
        features = self.patch_embeddings(images)
        tokens = features.reshape(len(features), -1, features.shape[1])
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake("The position embeddings are never added: without them nothing tells where a patch was.")
class PositionsNotAdded(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        return self.dropout(torch.cat([self.class_tokens(len(tokens)), tokens], dim=1))


@exercise.mistake("Your patches come column by column. They come row by row, as one reads: (rows columns).")
class PatchesColumnByColumn(_Parts):
    def forward(self, images):
        tokens = rearrange(self.patch_embeddings(images), "b d rows cols -> b (cols rows) d")
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens + self.position_embeddings)
