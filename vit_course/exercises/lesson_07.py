"""The exercises of lesson 07: the whole model, and weights from elsewhere."""

import torch
from einops import rearrange
from torch import nn

from vit_course import vision_transformer
from vit_course.config import ViTConfig
from vit_course.exercises.exercise import Case, Exercise
from vit_course.weights import five_bugs, google


def _config(**changes):
    numbers = {"hidden_size": 8, "mlp_dim": 12, "num_heads": 2, "num_layers": 1, "image_size": 8, "patch_size": 4}
    return ViTConfig(**numbers | {"num_classes": 5} | changes)


def _models():
    # Few layers, for the blocks are not what is asked here: the encoder was lesson 05.
    return [
        Case((torch.randn(3, 3, 8, 8), False), init=(_config(num_layers=0),)),
        Case((torch.randn(2, 3, 8, 12), False), init=(_config(num_layers=0, image_size=(8, 12), classifier="gap"),)),
        Case((torch.randn(1, 1, 6, 9), True), init=(_config(image_size=(6, 9), patch_size=3, in_channels=1),)),
        Case((torch.randn(2, 3, 8, 8), False), init=(_config(dropout=0.3),), train=True),
    ]


whole = Exercise(
    vision_transformer.VisionTransformer,
    cases=_models,
    hints=(
        "Three parts in a row: embeddings make tokens of the images, the encoder works on them, the head makes logits "
        "of one vector for each image. Which vector depends on config.classifier.",
        "The encoder returns two things: tokens, attention = self.encoder(self.embeddings(images), return_attention). "
        "The class token is tokens[:, 0]; the average over all tokens is tokens.mean(dim=1).",
        "features = tokens[:, 0] if self.config.classifier == 'token' else tokens.mean(dim=1); "
        "logits = self.head(features); return (logits, attention) if return_attention else logits",
    ),
)


class _Parts(vision_transformer.VisionTransformer):
    """What the mistakes below share with the correct class: its parameters, and all but the step that is wrong."""

    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=1)

    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        logits = self.head(self.features(tokens))
        return (logits, attention) if return_attention else logits


@whole.mistake(
    "You take the class token in all cases. With classifier='gap' there is none: token 0 is the upper left patch, and "
    "the head should read the average of all tokens."
)
class AlwaysTokenZero(_Parts):
    def features(self, tokens):
        return tokens[:, 0]


@whole.mistake(
    "You average the tokens in all cases. With classifier='token' the head reads the class token alone: tokens[:, 0]."
)
class AlwaysAverage(_Parts):
    def features(self, tokens):
        return tokens.mean(dim=1)


@whole.mistake(
    "Your average leaves out token 0. Under 'gap' there is no class token to leave out: token 0 is a patch like the "
    "others."
)
class AverageWithoutTheFirst(_Parts):
    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens[:, 1:].mean(dim=1)


@whole.mistake(
    "You averaged over the hidden dimension, dim=-1: one number for each token. Average over the tokens: dim=1."
)
class AverageOverHidden(_Parts):
    def features(self, tokens):
        return tokens[:, 0] if self.config.classifier == "token" else tokens.mean(dim=-1)


@whole.mistake("You took tokens[0]: the first image of the batch. The first token of each image is tokens[:, 0].")
class FirstImage(_Parts):
    def features(self, tokens):
        return tokens[0] if self.config.classifier == "token" else tokens.mean(dim=1)


@whole.mistake(
    "You took the last token. The class token was put in front (lesson 01): tokens[:, 0], and not tokens[:, -1]."
)
class LastToken(_Parts):
    def features(self, tokens):
        return tokens[:, -1] if self.config.classifier == "token" else tokens.mean(dim=1)


@whole.mistake(
    "Your head reads all tokens, and you return [batch, tokens, classes]. It wants one vector for each image: the "
    "class token, or the average."
)
class HeadOfAllTokens(_Parts):
    def features(self, tokens):
        return tokens


@whole.mistake(
    "Your encoder's result goes to the head as it is. The encoder returns two things: tokens, attention = "
    "self.encoder(...)."
)
class EncoderNotUnpacked(_Parts):
    def forward(self, images, return_attention=False):
        return self.head(self.features(self.encoder(self.embeddings(images), return_attention)))


@whole.mistake("You put another norm between the encoder and the head. The encoder ends with its own (encoder_norm).")
class AnotherNorm(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.norm = nn.LayerNorm(config.hidden_size, eps=1e-6)


@whole.mistake(
    "You return (logits, attention) in all cases. Only with return_attention=True: else the logits alone, or no loss "
    "function will take them."
)
class AlwaysBoth(_Parts):
    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images), return_attention)
        return self.head(self.features(tokens)), attention


@whole.mistake("You never return the attention: with return_attention=True the result is (logits, attention).")
class NeverAttention(_Parts):
    def forward(self, images, return_attention=False):
        return super().forward(images)


@whole.mistake(
    "You did not hand return_attention on to the encoder, so that its list came back empty: "
    "self.encoder(tokens, return_attention)."
)
class SwitchNotHandedOn(_Parts):
    def forward(self, images, return_attention=False):
        tokens, attention = self.encoder(self.embeddings(images))
        logits = self.head(self.features(tokens))
        return (logits, attention) if return_attention else logits


@whole.mistake(
    "You return probabilities: there is a softmax after the head. Return the logits. cross_entropy takes the softmax "
    "itself, and a second one would flatten the gradients."
)
class Softmax(_Parts):
    def forward(self, images, return_attention=False):
        result = super().forward(images, return_attention)
        return (result[0].softmax(dim=-1), result[1]) if return_attention else result.softmax(dim=-1)


@whole.mistake("Your head has no bias, and Google's files hold one: nn.Linear(hidden_size, num_classes) as it is.")
class HeadWithoutBias(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(config.hidden_size, config.num_classes, bias=False)


def _kernels():
    return [
        Case((torch.randn(12, 3, 4), "query")),
        Case((torch.randn(3, 4, 12), "out")),
        Case((torch.randn(10, 5, 2), "value")),
        Case((torch.randn(5, 2, 10), "out")),
        Case((torch.randn(6, 1, 6), "key")),
    ]


kernel = Exercise(
    google.convert_kernel,
    cases=_kernels,
    hints=(
        "An nn.Linear's weight is [outputs, inputs]. What are the outputs of the query's projection, and what are "
        "those of the output projection?",
        "The query's outputs are heads and head_dim, flattened with the heads one after the other; its input is "
        "hidden. For 'out' it is the other way round: heads and head_dim go in.",
        "rearrange(kernel, 'hidden heads head_dim -> (heads head_dim) hidden'), and for 'out' "
        "'heads head_dim hidden -> hidden (heads head_dim)'",
    ),
)


QUERY, OUT = google.TO_HEADS, google.FROM_HEADS


def _by_patterns(query, out):
    """A mistake made in one kind of kernel only, or in both, by the patterns given."""

    def convert(kernel, part):
        return rearrange(kernel, out if part == "out" else query)

    return convert


FLAT_QUERY, FLAT_OUT = "d h e -> d (h e)", "h e d -> (h e) d"
_TRANSPOSED = (
    "You flattened and did not transpose: the original multiplies tokens @ kernel, inputs first; nn.Linear keeps its "
    "weight the other way round, [outputs, inputs]. The matrix is square, so nothing else will complain."
)
_INTERLEAVED = (
    "You flattened the heads in the wrong order, (head_dim heads): heads are interleaved. Lesson 03's split_heads "
    "reads (heads head_dim), one head after the other."
)
kernel.mistake(_TRANSPOSED)(_by_patterns(FLAT_QUERY, FLAT_OUT))
kernel.mistake(f"Right for 'out', wrong for query, key and value. {_TRANSPOSED}")(_by_patterns(FLAT_QUERY, OUT))
kernel.mistake(f"Right for query, key and value, wrong for 'out'. {_TRANSPOSED}")(_by_patterns(QUERY, FLAT_OUT))
kernel.mistake(_INTERLEAVED)(_by_patterns("d h e -> (e h) d", "h e d -> d (e h)"))
kernel.mistake(f"Right for 'out', wrong for query, key and value. {_INTERLEAVED}")(
    _by_patterns("d h e -> (e h) d", OUT)
)
kernel.mistake(f"Right for query, key and value, wrong for 'out'. {_INTERLEAVED}")(
    _by_patterns(QUERY, "h e d -> d (e h)")
)


@kernel.mistake("You treat 'out' like the others. Its kernel is [heads, head_dim, hidden]: its inputs come first, too.")
def out_like_the_others(kernel, part):
    return rearrange(kernel, QUERY)


@kernel.mistake(
    "You treat all kernels like that of 'out'. Those of query, key and value are [hidden, heads, head_dim]: hidden "
    "comes first and is what goes in."
)
def all_like_out(kernel, part):
    return rearrange(kernel, OUT)


@kernel.mistake(
    "You moved the heads in front of hidden and then flattened, so that numbers of different heads share a row. First "
    "[heads, head_dim, hidden], then join the first two: rearrange(kernel, 'd h e -> (h e) d')."
)
def heads_in_front(kernel, part):
    if part == "out":
        return rearrange(kernel, OUT)
    return kernel.transpose(0, 1).reshape(kernel.shape[0], -1)


@kernel.mistake(
    "You returned three dimensions. An nn.Linear's weight has two: join heads and head_dim to (heads head_dim)."
)
def not_flattened(kernel, part):
    return rearrange(kernel, "h e d -> d h e" if part == "out" else "d h e -> h e d")


bugs = Exercise(
    five_bugs.name_the_bug,
    cases=lambda: [Case((conversion,)) for conversion in "ABCDE"],
    hints=(
        "Read each column of the table from the top: the first wrong number tells where, and what is above it is "
        "right. Which tensors lie between the two stations?",
        "Token 0 holds the class token and its position, the others a patch and its position. Attention weights are "
        "made from the norm, queries and keys; the attention's output needs the values and the out kernel as well.",
        "Where two tensors could do it, mend one in a copy of the state dict, and look at the logits: a transposed "
        "weight, say, comes right with .T.",
    ),
    quiz=True,
)


def _answers(**wrong):
    return lambda conversion: wrong.get(conversion) or five_bugs.name_the_bug(conversion)


_SEEN = {
    ("A", "norms"): "A: what comes out of the first norm is right to the last digit. Something after it is wrong.",
    ("A", "value kernel"): "A: the attention weights are wrong already, and no value has a part in those.",
    ("A", "out kernel"): "A: the attention weights are wrong already; the out kernel comes after them.",
    ("B", "class token"): "B: the patches' tokens are wrong as well, and there is no class token in those.",
    ("B", "patch kernel"): "B: token 0 is wrong as well, and no patch has gone into it.",
    ("C", "query kernel"): "C: the attention weights are wrong, but look above them: the first norm is wrong already.",
    ("C", "mlp kernel"): "C: look at the first wrong station, not at the largest number: it lies before the MLP.",
    ("D", "positions"): "D: token 0 has a position, too, and is right. Could the others' positions still be wrong? "
    "Send in images of zeros: the patch kernel then has nothing to do, and all tokens are right.",
    ("D", "class token"): "D: token 0 is right, and that is where the class token is.",
    ("E", "value kernel"): "E: the station fits, the tensor does not: mend the value kernel in a copy, in any way that "
    "you can think of, and the logits stay wrong. Which other tensor lies between weights and output?",
    ("E", "query kernel"): "E: the attention weights are right, so queries and keys are.",
    ("E", "mlp kernel"): "E: the attention's output is wrong, and that comes before the MLP.",
}
for (letter, answer), diagnosis in _SEEN.items():
    bugs.mistake(diagnosis)(_answers(**{letter: answer}))
