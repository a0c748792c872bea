"""Exercise 7.1: VisionTransformer."""

import torch
from torch import nn

from vit_course import vision_transformer
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _models():
    # Few layers, for the blocks are not what is asked here: the encoder was lesson 05.
    return [
        Case((torch.randn(3, 3, 8, 8), False), init=(small_config(num_layers=0, image_size=8, num_classes=5),)),
        Case(
            (torch.randn(2, 3, 8, 12), False),
            init=(small_config(num_layers=0, image_size=(8, 12), classifier="gap", num_classes=5),),
        ),
        Case(
            (torch.randn(1, 1, 6, 9), True),
            init=(small_config(image_size=(6, 9), patch_size=3, in_channels=1, num_classes=5),),
        ),
        Case((torch.randn(2, 3, 8, 8), False), init=(small_config(image_size=8, num_classes=5, dropout=0.3),)),
        Case(
            (torch.randn(2, 3, 8, 8), True), init=(small_config(image_size=8, num_classes=5, dropout=0.3),), train=True
        ),
    ]


def _as_built(module, config):
    """What is wrong with a model before the check gives it numbers: a head that does not start at zero."""
    head = getattr(module, "head", None)
    if not isinstance(head, nn.Linear):
        return ""
    wrong = [name for name in ("weight", "bias") if (part := getattr(head, name)) is not None and part.any()]
    if not wrong:
        return ""
    lines = " and ".join(f"nn.init.zeros_(self.head.{name})" for name in wrong)
    verb = "do" if len(wrong) > 1 else "does"
    return (
        f"All is computed rightly, but the head's {' and '.join(wrong)} {verb} not start at zero, as the card asks. In "
        f"__init__: {lines}. Then every class starts with the same logit."
    )


exercise = Exercise(
    "7.1",
    vision_transformer.VisionTransformer,
    cases=_models,
    hints=(
        "Three parts in a row: embeddings make tokens of the images, the encoder works on them, the head makes logits "
        "of one vector for each image. Which vector depends on config.classifier.",
        "The encoder returns two things: tokens, attention = self.encoder(self.embeddings(images), return_attention). "
        "The class token is tokens[:, 0]; the average over all tokens is tokens.mean(dim=1). nn.init.zeros_ makes a "
        "parameter zero.",
        "tokens, attention = self.encoder(self.embeddings(images), return_attention)\n"
        "features = tokens[:, 0] if self.config.classifier == 'token' else tokens.mean(dim=1)\n"
        "logits = self.head(features)\n"
        "return (logits, attention) if return_attention else logits",
    ),
    start=_as_built,
)


class _Parts(vision_transformer.VisionTransformer):
    """What the mistakes below share with the correct class: its parameters, and all but the step that is wrong."""

    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        logits = self.head(self.features(tokens))
        return (logits, attention) if return_attention else logits


@exercise.mistake(
    "You take the class token in all cases. With classifier='gap' there is none: token 0 is the upper left patch, and "
    "the head should read the average of all tokens."
)
class AlwaysTokenZero(_Parts):
    def features(self, tokens):
        return tokens[:, 0]


@exercise.mistake(
    "You average the tokens in all cases. With classifier='token' the head reads the class token alone: tokens[:, 0]."
)
class AlwaysAverage(_Parts):
    def features(self, tokens):
        return tokens.mean(dim=1)


@exercise.mistake(
    "Your average leaves out token 0. Under 'gap' there is no class token to leave out: token 0 is a patch like the "
    "others."
)
class AverageWithoutTheFirst(_Parts):
    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens[:, 1:].mean(dim=1)


@exercise.mistake(
    "You averaged over the hidden dimension, dim=-1: one number for each token. Average over the tokens: dim=1."
)
class AverageOverHidden(_Parts):
    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=-1)


@exercise.mistake("You took tokens[0]: the first image of the batch. The first token of each image is tokens[:, 0].")
class FirstImage(_Parts):
    def features(self, tokens):
        return tokens[0] if self.config.classifier == "token" else tokens.mean(dim=1)


@exercise.mistake(
    "You took the last token. The class token was put in front (lesson 01): tokens[:, 0], and not tokens[:, -1]."
)
class LastToken(_Parts):
    def features(self, tokens):
        return tokens[:, -1] if self.config.classifier == "token" else tokens.mean(dim=1)


@exercise.mistake(
    "Your head reads all tokens, and you return [batch, tokens, classes]. It wants one vector for each image: the "
    "class token, or the average."
)
class HeadOfAllTokens(_Parts):
    def features(self, tokens):
        return tokens


@exercise.mistake(
    "Your encoder's result goes to the head as it is. The encoder returns two things: tokens, attention = "
    "self.encoder(...)."
)
class EncoderNotUnpacked(_Parts):
    def forward(self, images, return_attention=False):
        return self.head(self.features(self.encoder(self.embeddings(images), return_attention)))


@exercise.mistake(
    "You put another norm between the encoder and the head. The encoder ends with its own (encoder_norm)."
)
class AnotherNorm(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.norm = nn.LayerNorm(config.hidden_size, eps=1e-6)


@exercise.mistake(
    "You return (logits, attention) in all cases. Only with return_attention=True: else the logits alone, or no loss "
    "function will take them."
)
class AlwaysBoth(_Parts):
    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        return self.head(self.features(tokens)), attention


@exercise.mistake("You never return the attention: with return_attention=True the result is (logits, attention).")
class NeverAttention(_Parts):
    def forward(self, images, return_attention=False):
        return super().forward(images)


@exercise.mistake(
    "You did not hand return_attention on to the encoder, so that its list came back empty: "
    "self.encoder(tokens, return_attention)."
)
class SwitchNotHandedOn(_Parts):
    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images))
        logits = self.head(self.features(tokens))
        return (logits, attention) if return_attention else logits


@exercise.mistake(
    "You return probabilities: there is a softmax after the head. Return the logits. cross_entropy takes the softmax "
    "itself, and a second one would flatten the gradients."
)
class Softmax(_Parts):
    def forward(self, images, return_attention=False):
        result = super().forward(images, return_attention)
        return (result[0].softmax(dim=-1), result[1]) if return_attention else result.softmax(dim=-1)


@exercise.mistake("Your head has no bias, and Google's files hold one: nn.Linear(hidden_size, num_classes) as it is.")
class HeadWithoutBias(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes, bias=False)


@exercise.mistake(
    "The two classifiers have changed places: 'token' reads the class token, tokens[:, 0], and 'gap' the average of "
    "all tokens."
)
class ClassifiersSwapped(_Parts):
    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "gap" else tokens.mean(dim=1)


@exercise.mistake(
    "The encoder is skipped: what the head reads is what the embeddings made. tokens, attention = self.encoder(tokens, "
    "return_attention) comes between."
)
class EncoderSkipped(_Parts):
    def forward(self, images, return_attention=False):
        logits = self.head(self.features(self.embeddings(images)))
        return (logits, []) if return_attention else logits


@exercise.mistake(
    "There is another norm between the encoder and the head, one without weights. The encoder ends with its own: the "
    "head reads its tokens as they are."
)
class NormWithoutWeights(_Parts):
    def features(self, tokens):
        features = super().features(tokens)
        return nn.functional.layer_norm(features, features.shape[-1:])


@exercise.mistake(
    "There is a tanh before the head. It belongs to the representation layer, which the published models had in "
    "pre-training alone: here the head reads the token as it is."
)
class TanhBeforeTheHead(_Parts):
    def features(self, tokens):
        return super().features(tokens).tanh()
