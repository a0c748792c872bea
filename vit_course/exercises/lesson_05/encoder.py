"""Exercise 5.2: Encoder."""

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import encoder
from vit_course.attention import Attention, attention_weights, merge_heads, split_heads
from vit_course.block import Block
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _encoders():
    return [
        Case((torch.randn(2, 5, 12), True), init=(small_config(num_layers=3),)),
        Case((torch.randn(2, 5, 12), False), init=(small_config(num_layers=2),)),
        Case((torch.randn(1, 4, 8), True), init=(small_config(num_layers=1, hidden_size=8, num_heads=2),)),
        # So small a stream, and no block to enlarge it, that the eps of the last norm shows.
        Case((torch.randn(3, 2, 12) * 1e-3, True), init=(small_config(num_layers=0),)),
        Case(
            (torch.randn(2, 4, 12), True),
            init=(small_config(num_layers=2, dropout=0.3, attention_dropout=0.4),),
            train=True,
        ),
    ]


exercise = Exercise(
    "5.2",
    encoder.Encoder,
    cases=_encoders,
    hints=(
        "In __init__: a block built afresh for each layer, and a LayerNorm. In forward: each block reads what the one "
        "before it wrote, and the norm reads what the last one wrote.",
        "self.layer = nn.ModuleList(Block(config) for _ in range(config.num_layers)). A block returns two things: "
        "tokens, weights = block(tokens, return_attention). The weights are None unless they were asked for.",
        "attention = []; for block in self.layer: tokens, weights = block(tokens, return_attention); "
        "if return_attention: attention.append(weights); after the loop: return self.encoder_norm(tokens), attention",
    ),
)


class _Parts(encoder.Encoder):
    """What the mistakes below share with the correct class: its parameters, and the way through the blocks."""

    def through_the_blocks(self, tokens, return_attention):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return tokens, attention

    def forward(self, tokens, return_attention=False):
        tokens, attention = self.through_the_blocks(tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "Your layers are all the same block: it was built once and put into the list several times ([block] * n, or append "
    "without building anew), so all names lead to one set of weights. Build each block afresh: "
    "Block(config) for _ in range(num_layers)."
)
class SharedBlock(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.layer = nn.ModuleList(list(self.layer)[:1] * config.num_layers)


@exercise.mistake(
    "You built a single block, and forward goes through it again and again. Each layer has a block of its own: "
    "nn.ModuleList(Block(config) for _ in range(config.num_layers))."
)
class SingleBlock(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.layer = Block(config)


@exercise.mistake(
    "Your blocks lie in a plain Python list, and nobody sees them there: neither the optimiser nor .to(device) nor the "
    "state dict. Make it an nn.ModuleList."
)
class PlainList(_Parts):
    def __init__(self, config):
        super().__init__(config)
        blocks = list(self.layer)
        del self.layer
        self.layer = blocks


@exercise.mistake(
    "You forgot the final norm: encoder_norm is there, and nothing goes through it. Blocks normalise what they read, "
    "never the stream itself, so that somebody must do it at the end."
)
class NoFinalNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through_the_blocks(tokens, return_attention)


@exercise.mistake(
    "The norm has come into the loop: it is applied after each block. It comes once, after the last of them."
)
class NormAfterEachBlock(_Parts):
    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            tokens = self.encoder_norm(tokens)
            if return_attention:
                attention.append(weights)
        return tokens, attention


@exercise.mistake("You normalised what goes into the first block. encoder_norm comes at the end, after the last block.")
class NormFirst(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through_the_blocks(self.encoder_norm(tokens), return_attention)


@exercise.mistake(
    "Each block of yours reads the encoder's input, and only the last one's result is used: is it `x, weights = "
    "block(tokens)`? A block reads what the one before it wrote: tokens, weights = block(tokens, ...)."
)
class NotChained(_Parts):
    def forward(self, tokens, return_attention=False):
        attention, result = [], tokens
        for block in self.layer:
            result, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(result), attention


@exercise.mistake(
    "Your weights come last layer first. append puts each behind the one before it; attention[0] is the first layer's."
)
class WrongOrder(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention[::-1]


class _AttentionThatKeepsTheDropped(Attention):
    def forward(self, tokens, return_attention=False):
        query, key, value = (split_heads(f(tokens), self.num_heads) for f in (self.query, self.key, self.value))
        weights = F.dropout(attention_weights(query, key), self.attention_dropout, self.training)
        return self.dropout(self.out(merge_heads(weights @ value))), weights if return_attention else None


@exercise.mistake(
    "Your weights were collected after dropout: in training mode some are zero, the others too large, and a row no "
    "longer sums to 1. Everything else is right. Keep what the softmax gave, and drop from a copy."
)
class AfterDropout(_Parts):
    def __init__(self, config):
        super().__init__(config)
        for block in self.layer:
            block.attn = _AttentionThatKeepsTheDropped(config)


@exercise.mistake(
    "Your list holds a None for each layer where nobody asked for weights. Then it is to be empty: append only "
    "`if return_attention`."
)
class ListOfNone(_Parts):
    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            attention.append(weights)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "You return None in place of the list where nobody asked for weights. Return the empty list, so that the second "
    "thing is a list in either case."
)
class NoneForTheList(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention if return_attention else None


@exercise.mistake(
    "You return a pair only where weights are asked for. Return one always, (tokens, attention), with an empty list "
    "where they are not: whoever calls can then unpack it without asking."
)
class PairOnlyWhenAsked(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return (tokens, attention) if return_attention else tokens


@exercise.mistake(
    "You added each block's result to the tokens once more. A block of lesson 04 has added its input already: "
    "tokens, weights = block(tokens, return_attention)."
)
class AddedAgain(_Parts):
    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            result, weights = block(tokens, return_attention)
            tokens = tokens + result
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "You handed a block's whole result on: it is a pair, (tokens, weights). Unpack it: "
    "tokens, weights = block(tokens, return_attention). nn.Sequential cannot do that, nn.ModuleList and a loop can."
)
class NotUnpacked(_Parts):
    def forward(self, tokens, return_attention=False):
        for block in self.layer:
            tokens = block(tokens)
        return self.encoder_norm(tokens), []


@exercise.mistake(
    "You did not hand return_attention on to the blocks, so each gave None in place of its weights: "
    "block(tokens, return_attention)."
)
class SwitchNotHandedOn(_Parts):
    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "You collect the weights whether they are asked for or not. That costs [batch, heads, tokens, tokens] for each "
    "layer: the switch return_attention is there to save it."
)
class AlwaysCollected(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@exercise.mistake(
    "Your list holds the weights of the last layer only: append inside the loop, to a list made before it."
)
class LastWeightsOnly(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention[-1:]


@exercise.mistake("Two things are asked for, (tokens, attention), and you return the tokens alone.")
class TokensAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@exercise.mistake(
    "The final norm has PyTorch's eps of 1e-5. The original, and every norm of this course, has 1e-6: "
    "nn.LayerNorm(config.hidden_size, eps=1e-6). It shows where a token's numbers are small."
)
class OtherEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size)
