"""Exercise 1.6: Embeddings."""

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _embeddings():
    dropping = {"dropout": 0.3, "attention_dropout": 0.2}
    return [
        Case((torch.randn(2, 3, 8, 12),), init=(small_config(image_size=(8, 12), patch_size=4),)),
        Case((torch.randn(1, 3, 10, 8),), init=(small_config(image_size=(10, 8), patch_size=2, hidden_size=6),)),
        Case((torch.randn(3, 3, 6, 6),), init=(small_config(image_size=6, patch_size=3, hidden_size=9),)),
        # Pixels from 0 to 255: nothing is done to them before the projection.
        Case((255 * torch.rand(2, 1, 6, 9),), init=(small_config(image_size=(6, 9), patch_size=3, in_channels=1),)),
        Case((torch.randn(2, 3, 4, 5),), init=(small_config(image_size=(4, 5), patch_size=1, **dropping),)),
        Case((torch.randn(2, 3, 12, 8),), init=(small_config(image_size=(12, 8), **dropping),), train=True),
    ]


exercise = Exercise(
    "1.6",
    embeddings.Embeddings,
    cases=_embeddings,
    hints=(
        "Four things in this order: project the patches, put the class token in front, add the positions, drop out. "
        "How many position embeddings are needed, then?",
        "cls_token is [1, 1, hidden] and position_embeddings [1, 1 + num_patches, hidden], both nn.Parameter. The "
        "convolution gives [batch, hidden, rows, columns]: rearrange it to [batch, tokens, hidden]. torch.cat joins, "
        "and wants a class token for each image of the batch.",
        "# in __init__\n"
        "self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))\n"
        "self.position_embeddings = nn.Parameter(torch.zeros(1, 1 + config.num_patches, config.hidden_size))\n"
        "self.dropout = nn.Dropout(config.dropout)\n"
        "# in forward\n"
        "tokens = rearrange(self.patch_embeddings(images), 'b d rows columns -> b (rows columns) d')\n"
        "tokens = torch.cat([self.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)\n"
        "return self.dropout(tokens + self.position_embeddings)",
    ),
)


class _Parts(nn.Module):
    """What the mistakes below share with a correct class: its parameters, and the patches' projection."""

    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, 1 + config.num_patches, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def project(self, images):
        return rearrange(self.patch_embeddings(images), "b d rows cols -> b (rows cols) d")

    def class_tokens(self, batch):
        return self.cls_token.expand(batch, -1, -1)

    def with_class_token(self, patches):
        return torch.cat([self.class_tokens(len(patches)), patches], dim=1)

    def forward(self, images):
        return self.dropout(self.with_class_token(self.project(images)) + self.position_embeddings)


@exercise.mistake("You put the class token at the end. It goes in front, where the head will look for it: token 0.")
class ClassTokenLast(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = torch.cat([tokens, self.class_tokens(len(tokens))], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "torch.cat finds 1 class token for a batch of several images (and is content only where the batch is 1): expand it "
    "along its first axis. cls_token.expand(batch, -1, -1) shows it to each image, without a copy."
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
    "The number of position embeddings does not fit. Each patch needs one, and the class token as well: "
    "1 + config.num_patches of them, added after it has joined."
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


@exercise.mistake("In training mode nothing is dropped. Making the layer is not enough: end with self.dropout(...).")
class NoDropout(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        return torch.cat([self.class_tokens(len(tokens)), tokens], dim=1) + self.position_embeddings


@exercise.mistake("Dropout comes last: after the position embeddings have been added, not before.")
class DropoutBeforePositions(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = self.with_class_token(tokens)
        return self.dropout(tokens) + self.position_embeddings


@exercise.mistake(
    "You turned [batch, hidden, rows, columns] into [batch, tokens, hidden] by reshape or view alone, which mixes the "
    "features of different patches. Move the hidden dimension to the end: rearrange, or flatten(2).transpose(1, 2)."
)
class ReshapedNotTransposed(_Parts):
    def forward(self, images):
        features = self.patch_embeddings(images)
        tokens = features.reshape(len(features), -1, features.shape[1])
        tokens = self.with_class_token(tokens)
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
        tokens = self.with_class_token(tokens)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "The class token and the positions are both sized by the batch (an example of PyTorch's own has this bug). Each "
    "image would have its own, and no other batch size would fit. One of each serves all: their first axis is 1."
)
class BothSizedByBatch(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.cls_token = nn.Parameter(torch.zeros(32, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(32, 1 + config.num_patches, config.hidden_size))


@exercise.mistake(
    "You gave the class token the last position, and the patches the first ones. It stands in front, so position 0 is "
    "its own: concatenate first, and add all positions at once."
)
class LastPositionForTheClassToken(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return self.dropout(tokens + self.position_embeddings.roll(1, dims=1))


@exercise.mistake("The positions are added twice. Once is enough: to all tokens, after the class token has joined.")
class PositionsAddedTwice(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return self.dropout(tokens + 2 * self.position_embeddings)


@exercise.mistake(
    "The positions are added twice to the patches: before the class token joins, and after. Once is enough, after it."
)
class PositionsAddedTwiceToPatches(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images) + self.position_embeddings[:, 1:])
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "You multiply the patches by sqrt(hidden), as the first Transformer does with its words. A Vision Transformer does "
    "not: they go in as the convolution gives them."
)
class PatchesScaled(_Parts):
    def forward(self, images):
        patches = self.project(images)
        tokens = self.with_class_token(patches * patches.shape[-1] ** 0.5)
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "You multiply the tokens by sqrt(hidden), as the first Transformer does with its words. A Vision Transformer does "
    "not: nothing is scaled before the positions are added."
)
class TokensScaled(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return self.dropout(tokens * tokens.shape[-1] ** 0.5 + self.position_embeddings)


@exercise.mistake(
    "After flatten(2) the patches are [batch, hidden, patches], and the class token is [batch, 1, hidden]: they do not "
    "join. Swap the last two axes first: .flatten(2).transpose(1, 2)."
)
class NotTransposed(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.patch_embeddings(images).flatten(2))
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "The values of a patch meet the kernel's in another order: patchify keeps the channels of a pixel together, while "
    "the kernel has the channels first. Call self.patch_embeddings(images)."
)
class KernelInAnotherOrder(_Parts):
    def forward(self, images):
        convolution = self.patch_embeddings
        patches = embeddings.patchify(images, convolution.kernel_size[0])
        tokens = self.with_class_token(F.linear(patches, convolution.weight.flatten(1), convolution.bias))
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "Your code drops numbers in evaluation mode as well. F.dropout(x, p) does, unless told training=self.training, and "
    "so does an nn.Dropout made in forward. Make it in __init__: self.dropout = nn.Dropout(config.dropout)."
)
class DropoutInEvaluation(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return F.dropout(tokens + self.position_embeddings, self.dropout.p)


@exercise.mistake(
    "Your dropout drops the share that it should keep: nn.Dropout takes the rate of what is dropped, config.dropout."
)
class KeptShareDropped(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return F.dropout(tokens + self.position_embeddings, 1 - self.dropout.p, self.training)


@exercise.mistake("Your dropout has a rate of 0.1, whatever the configuration says. Take config.dropout.")
class RateOfOneTenth(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout(0.1)


@exercise.mistake(
    "Your dropout has a rate of 0.5, which is that of nn.Dropout() where nothing is said. Give it config.dropout."
)
class RateOfOneHalf(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout()


@exercise.mistake(
    "Every axis of length 1 is gone, also the batch where it is a single image: a `squeeze()` takes them all. Leave it "
    "out, or say which axis: squeeze(dim)."
)
class Squeezed(_Parts):
    def forward(self, images):
        return super().forward(images).squeeze()


@exercise.mistake("Dropout acts twice, one time after the other. Once is enough, at the very end.")
class DropoutTwice(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return self.dropout(self.dropout(tokens + self.position_embeddings))


@exercise.mistake("Dropout acts twice, before the positions are added and after. Once is enough, at the very end.")
class DropoutBeforeAndAfter(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images))
        return self.dropout(self.dropout(tokens) + self.position_embeddings)


@exercise.mistake(
    "Dropout acts on the patches alone, with their positions; the class token joins later and is never dropped. It "
    "comes last, and acts on all tokens."
)
class OnlyPatchesDropped(_Parts):
    def forward(self, images):
        patches = self.dropout(self.project(images) + self.position_embeddings[:, 1:])
        first = (self.cls_token + self.position_embeddings[:, :1]).expand(len(images), -1, -1)
        return torch.cat([first, patches], dim=1)


@exercise.mistake(
    "Dropout acts on the patches alone, before the class token and the positions join. It comes last, and acts on all "
    "numbers of all tokens."
)
class OnlyProjectionDropped(_Parts):
    def forward(self, images):
        return self.with_class_token(self.dropout(self.project(images))) + self.position_embeddings


@exercise.mistake(
    "Whole tokens are dropped: that is nn.Dropout1d (or 2d). nn.Dropout drops single numbers, each by itself."
)
class WholeTokensDropped(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout1d(config.dropout)


@exercise.mistake(
    "The values are right, but the class token will never learn: no gradient reaches it, as where it is taken by .data "
    "or .detach(). Use self.cls_token itself."
)
class ClassTokenDetached(_Parts):
    def class_tokens(self, batch):
        return self.cls_token.detach().expand(batch, -1, -1)


@exercise.mistake(
    "The values are right, but the positions will never learn: no gradient reaches them, as where they are taken by "
    ".data or .detach(). Use self.position_embeddings itself."
)
class PositionsDetached(_Parts):
    def forward(self, images):
        return self.dropout(self.with_class_token(self.project(images)) + self.position_embeddings.detach())


@exercise.mistake(
    "The values are right, but the class token will never learn: it has requires_grad=False. A plain nn.Parameter has "
    "True."
)
class ClassTokenFrozen(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.cls_token.requires_grad_(False)


@exercise.mistake(
    "The values are right, but the positions will never learn: they have requires_grad=False. Here they are learned, "
    "from whatever start: a plain nn.Parameter."
)
class PositionsFrozen(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings.requires_grad_(False)


@exercise.mistake(
    "The values are right, but the class token and the positions will never learn: both have requires_grad=False. A "
    "plain nn.Parameter has True."
)
class BothFrozen(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.cls_token.requires_grad_(False)
        self.position_embeddings.requires_grad_(False)


@exercise.mistake(
    "Something is kept with the size of the first batch (the class token, expanded?): the next batch, of another size, "
    "does not fit. Make it anew in each forward."
)
class ClassTokenKept(_Parts):
    def class_tokens(self, batch):
        self.kept = getattr(self, "kept", super().class_tokens(batch))
        return self.kept


@exercise.mistake("Dropout acts on the positions alone, before they are added. It comes last, and acts on the sum.")
class OnlyPositionsDropped(_Parts):
    def forward(self, images):
        return self.with_class_token(self.project(images)) + self.dropout(self.position_embeddings)


@exercise.mistake(
    "There is a ReLU between the projection and the tokens. A patch becomes a token by a linear map alone."
)
class ReluAfterProjection(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(self.project(images).relu())
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "There is a GELU between the projection and the tokens. A patch becomes a token by a linear map alone."
)
class GeluAfterProjection(_Parts):
    def forward(self, images):
        tokens = self.with_class_token(F.gelu(self.project(images)))
        return self.dropout(tokens + self.position_embeddings)


@exercise.mistake(
    "The positions are an nn.Embedding, whose parameter is called position_embeddings.weight. Here it is "
    "position_embeddings itself: an nn.Parameter of shape [1, 1 + num_patches, hidden]."
)
class PositionsInAnEmbedding(_Parts):
    def __init__(self, config):
        super().__init__(config)
        del self.position_embeddings
        self.position_embeddings = nn.Embedding(1 + config.num_patches, config.hidden_size)


@exercise.mistake("You multiplied with the positions. They are added: tokens + self.position_embeddings.")
class PositionsMultiplied(_Parts):
    def forward(self, images):
        return self.dropout(self.with_class_token(self.project(images)) * self.position_embeddings)
