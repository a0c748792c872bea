"""Exercise 5.2: Encoder."""

import inspect

import torch
from torch import nn

from vit_course import encoder
from vit_course.block import Block
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _encoders():
    rates = {"dropout": 0.3, "attention_dropout": 0.4}
    return [
        # The shallowest first: known mistakes are compared with it, and deep ones take their time.
        Case((torch.randn(1, 5, 8), True), init=(small_config(num_layers=1, hidden_size=8, num_heads=2),)),
        Case((torch.randn(4, 5, 12), True), init=(small_config(num_layers=3),)),
        Case((torch.randn(2, 4, 12), False), init=(small_config(num_layers=1, **rates),)),
        Case((torch.randn(3, 2, 12), False), init=(small_config(num_layers=0),)),
        # So small a stream, and no block to enlarge it, that the eps of the last norm shows.
        Case((torch.randn(3, 2, 12) * 1e-3, False), init=(small_config(num_layers=0),)),
        Case((torch.randn(2, 4, 12), True), init=(small_config(num_layers=1, **rates),), train=True),
    ]


def _as_built(module, config):
    """What is wrong with an encoder before the check gives it numbers: blocks that start alike, a switch that is on."""
    switch = inspect.signature(module.forward).parameters.get("return_attention")
    if switch is not None and (switch.default is switch.empty or switch.default):
        return "`return_attention` is to be False by default: def forward(self, tokens, return_attention=False)."
    layers = getattr(module, "layer", None)
    blocks = [list(block.parameters()) for block in layers] if isinstance(layers, nn.ModuleList) else []

    def alike(one, other):
        same_shapes = len(one) > 0 and [p.shape for p in one] == [p.shape for p in other]
        return same_shapes and all(map(torch.equal, one, other))

    copies = [i for i, one in enumerate(blocks) if any(alike(one, other) for other in blocks[:i] + blocks[i + 1 :])]
    if not copies:
        return ""
    names = [f"layer[{i}]" for i in copies]
    return (
        f"As built, {', '.join(names[:-1])} and {names[-1]} hold the same numbers: call Block(config) for each layer."
    )


exercise = Exercise(
    "5.2",
    encoder.Encoder,
    cases=_encoders,
    hints=(
        "In __init__: a block built afresh for each layer, and a LayerNorm. In forward: each block reads what the one "
        "before it wrote, and the norm reads what the last one wrote.",
        "nn.ModuleList takes a list of blocks; call Block(config) once for each of them. A block returns two things: "
        "tokens, weights = block(tokens, return_attention). Before the loop make an empty list. When do the weights go "
        "into it?",
        "# in __init__\n"
        "self.layer = nn.ModuleList(Block(config) for _ in range(config.num_layers))\n"
        "self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)\n"
        "# in forward\n"
        "attention = []\n"
        "for block in self.layer:\n"
        "    tokens, weights = block(tokens, return_attention)\n"
        "    if return_attention:\n"
        "        attention.append(weights)\n"
        "return self.encoder_norm(tokens), attention",
    ),
    start=_as_built,
)


class _Parts(nn.Module):
    """What the mistakes below share with the correct class: its parameters, and the way through the blocks."""

    def __init__(self, config):
        super().__init__()
        self.layer = self.blocks(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def blocks(self, config):
        return nn.ModuleList(Block(config) for _ in range(config.num_layers))

    def through(self, blocks, tokens, return_attention):
        attention = []
        for block in blocks:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return tokens, attention

    def forward(self, tokens, return_attention=False):
        tokens, attention = self.through(self.layer, tokens, return_attention)
        return self.encoder_norm(tokens), attention


# First those whose results are right, or right with a single layer: a check has much to compare until it finds these.
@exercise.mistake(
    "The gradient of the blocks is switched off where weights are asked for (torch.no_grad, .detach()). Whoever looks "
    "at the weights may be training: leave that to the caller."
)
class NoGradientWhenAsked(_Parts):
    def forward(self, tokens, return_attention=False):
        with torch.set_grad_enabled(not return_attention and torch.is_grad_enabled()):
            tokens, attention = self.through(self.layer, tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "Your layers are all the same block: it was built once and put into the list several times ([block] * n, or append "
    "without building anew), so all names lead to one set of weights. Build each block afresh: "
    "Block(config) for _ in range(num_layers)."
)
class SharedBlock(_Parts):
    def blocks(self, config):
        return nn.ModuleList([Block(config)] * config.num_layers)


@exercise.mistake(
    "All your blocks start with the same numbers: they are copies of one block, or a seed is set before each. Such "
    "layers stay much alike in training (section 4). Build each block afresh: "
    "Block(config) for _ in range(num_layers), without a copy or a seed."
)
class CopiedBlocks(_Parts):
    def blocks(self, config):
        layers = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        for block in layers[1:]:
            block.load_state_dict(layers[0].state_dict())
        return layers


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
    "Each block of yours reads the encoder's input, and only the last one's result is used: is it `x, weights = "
    "block(tokens)`? A block reads what the one before it wrote: tokens, weights = block(tokens, ...). (Without any "
    "block, the name that you give its result does not even exist.)"
)
class NotChainedNorBegun(_Parts):
    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            x, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(x), attention


@exercise.mistake("You go through all blocks but the first: is it self.layer[1:], or range(1, num_layers)?")
class FirstBlockSkipped(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = self.through(self.layer[1:], tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake("You go through all blocks but the last: is it self.layer[:-1], or range(num_layers - 1)?")
class LastBlockSkipped(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = self.through(self.layer[:-1], tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake("You go through the blocks from the last to the first. layer[0] reads the encoder's input.")
class BlocksBackwards(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = self.through(reversed(self.layer), tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake(
    "Your weights come last layer first. append puts each behind the one before it; attention[0] is the first layer's."
)
class WrongOrder(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention[::-1]


@exercise.mistake(
    "Your list holds the weights of the last layer only: append inside the loop, to a list made before it."
)
class LastWeightsOnly(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention[-1:]


@exercise.mistake(
    "You built a single block, and forward goes through it again and again. Each layer has a block of its own: "
    "nn.ModuleList(Block(config) for _ in range(config.num_layers))."
)
class SingleBlock(_Parts):
    def blocks(self, config):
        return Block(config)


@exercise.mistake(
    "Your module has no blocks that PyTorch can see: they lie in a plain Python list, or are built in forward. Neither "
    "the optimiser nor .to(device) nor the state dict finds them. Build them in __init__, in an nn.ModuleList called "
    "layer."
)
class PlainList(_Parts):
    def blocks(self, config):
        return [Block(config) for _ in range(config.num_layers)]


@exercise.mistake(
    "You forgot the final norm: encoder_norm is there, and nothing goes through it. Blocks normalise what they read, "
    "never the stream itself, so that somebody must do it at the end."
)
class NoFinalNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through(self.layer, tokens, return_attention)


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


@exercise.mistake(
    "The norm is applied after each block, and once more at the end. It comes once, after the last block: take it out "
    "of the loop."
)
class NormAfterEachBlockAndAtTheEnd(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = NormAfterEachBlock.forward(self, tokens, return_attention)
        return self.encoder_norm(tokens), attention


@exercise.mistake("You normalised what goes into the first block. encoder_norm comes at the end, after the last block.")
class NormFirst(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through(self.layer, self.encoder_norm(tokens), return_attention)


@exercise.mistake(
    "You applied encoder_norm twice, before the first block and after the last one. It comes at the end only."
)
class NormFirstAndLast(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(self.encoder_norm(tokens), return_attention)


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
        tokens, attention = ListOfNone.forward(self, tokens)
        return tokens, attention if return_attention else []


@exercise.mistake(
    "You collect the weights whether they are asked for or not. That costs [batch, heads, tokens, tokens] for each "
    "layer: the switch return_attention is there to save it."
)
class AlwaysCollected(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@exercise.mistake(
    "You stacked the weights into one tensor. A list is asked for, with one tensor for each layer: leave torch.stack "
    "out."
)
class Stacked(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, torch.stack(attention) if return_attention else attention


@exercise.mistake("Two things are asked for, (tokens, attention), and you return the tokens alone.")
class TokensAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@exercise.mistake(
    "Before the first block a dropout acts on the tokens, in training mode. The embeddings have had theirs already, "
    "and the blocks have theirs inside: leave it out."
)
class DropoutFirst(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        return super().forward(self.dropout(tokens), return_attention)


@exercise.mistake(
    "The final norm has PyTorch's eps of 1e-5. The original, and every norm of this course, has 1e-6: "
    "nn.LayerNorm(config.hidden_size, eps=1e-6). It shows where a token's numbers are small."
)
class OtherEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size)


@exercise.mistake(
    "The final norm has an eps of 1e-3, as in Keras. Here it is nn.LayerNorm(config.hidden_size, eps=1e-6). It shows "
    "most where a token's numbers are small."
)
class LargeEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-3)


@exercise.mistake(
    "The final norm has an eps much smaller than 1e-6, such as BERT's 1e-12, or none. Here it is "
    "nn.LayerNorm(config.hidden_size, eps=1e-6). It shows where a token's numbers are small."
)
class TinyEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-12)
