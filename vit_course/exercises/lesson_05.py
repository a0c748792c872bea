"""The exercises of lesson 05: the encoder."""

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import attention_maps, encoder
from vit_course.attention import Attention, attention_weights, merge_heads, split_heads
from vit_course.block import Block
from vit_course.config import ViTConfig
from vit_course.exercises.exercise import Case, Exercise


def _config(num_layers, **changes):
    return ViTConfig(**{"hidden_size": 8, "mlp_dim": 12, "num_heads": 2, "num_layers": num_layers} | changes)


class _Tied(nn.Module):
    """Two layers with one weight, as where a language model's last layer reuses its first."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 4)
        self.last.weight = self.first.weight


class _WithToken(nn.Module):
    """A parameter of its own beside a layer."""

    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 6))
        self.layer = nn.Linear(6, 2, bias=False)


def _modules():
    block = nn.Linear(3, 3)
    frozen = nn.Sequential(nn.Linear(5, 2), nn.ReLU(), nn.Linear(2, 3))
    frozen[0].requires_grad_(False)
    return [
        Case((nn.Linear(4, 3),)),
        Case((_WithToken(),)),
        Case((nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4)),)),
        Case((nn.Sequential(block, nn.ReLU(), block),)),
        Case((_Tied(),)),
        Case((frozen,)),
        Case((nn.ReLU(),)),
    ]


count = Exercise(
    encoder.count_parameters,
    cases=_modules,
    hints=(
        "A module knows all its parameters, and those of the modules in it: it gives them one by one.",
        "module.parameters() goes through them and gives a shared one only once. Which method of a tensor says how "
        "many numbers it holds?",
        "sum(parameter.numel() for parameter in module.parameters())",
    ),
)


@count.mistake(
    "You counted a shared parameter as often as it is used. It is one tensor with one gradient; module.parameters() "
    "gives it once (named_parameters does so, too, unless remove_duplicate=False)."
)
def shared_counted_twice(module):
    return sum(p.numel() for _, p in module.named_parameters(remove_duplicate=False))


@count.mistake(
    "You counted the state dict. It names what a file has to hold: buffers as well (BatchNorm's running statistics), "
    "and a shared parameter under each of its names. Ask module.parameters()."
)
def state_dict_counted(module):
    return sum(tensor.numel() for tensor in module.state_dict().values())


@count.mistake("You counted the tensors, not the numbers in them: a weight of 4 x 3 is 12 parameters. Take .numel().")
def tensors_counted(module):
    return len(list(module.parameters()))


@count.mistake("You summed the first dimension of each tensor: len(p) is its rows. All its numbers are p.numel().")
def rows_counted(module):
    return sum(len(p) for p in module.parameters())


@count.mistake(
    "You left out what is frozen (requires_grad is False). Here all parameters count, whether they are being trained "
    "or not."
)
def trainable_only(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


@count.mistake(
    "You counted the weights of layers, and nothing else: biases are parameters, and so is what a module keeps under "
    "another name, such as a class token."
)
def weights_only(module):
    return sum(m.weight.numel() for m in module.modules() if getattr(m, "weight", None) is not None)


@count.mistake("You counted bytes. A float32 has four of them; .numel() counts numbers.")
def bytes_counted(module):
    return sum(p.nbytes for p in module.parameters())


@count.mistake("You counted the buffers as well, such as BatchNorm's running statistics. No optimiser moves them.")
def with_buffers(module):
    return sum(t.numel() for t in [*module.parameters(), *module.buffers()])


@count.mistake("You asked the module for its own parameters only (recurse=False), not for those of the modules in it.")
def own_only(module):
    return sum(p.numel() for p in module.parameters(recurse=False))


def _encoders():
    return [
        Case((torch.randn(2, 5, 8), True), init=(_config(3),)),
        Case((torch.randn(2, 5, 8), False), init=(_config(2),)),
        Case((torch.randn(1, 4, 12), True), init=(_config(1, hidden_size=12, num_heads=3),)),
        # So small a stream, and no block to enlarge it, that the eps of the last norm shows.
        Case((torch.randn(3, 2, 8) * 1e-3, True), init=(_config(0),)),
        Case((torch.randn(2, 4, 8), True), init=(_config(2, dropout=0.3, attention_dropout=0.4),), train=True),
    ]


stack = Exercise(
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


@stack.mistake(
    "Your layers are all the same block: it was built once and put into the list several times ([block] * n, or append "
    "without building anew), so all names lead to one set of weights. Build each block afresh: "
    "Block(config) for _ in range(num_layers)."
)
class SharedBlock(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.layer = nn.ModuleList(list(self.layer)[:1] * config.num_layers)


@stack.mistake(
    "You built a single block, and forward goes through it again and again. Each layer has a block of its own: "
    "nn.ModuleList(Block(config) for _ in range(config.num_layers))."
)
class SingleBlock(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.layer = Block(config)


@stack.mistake(
    "Your blocks lie in a plain Python list, and nobody sees them there: neither the optimiser nor .to(device) nor the "
    "state dict. Make it an nn.ModuleList."
)
class PlainList(_Parts):
    def __init__(self, config):
        super().__init__(config)
        blocks = list(self.layer)
        del self.layer
        self.layer = blocks


@stack.mistake(
    "You forgot the final norm: encoder_norm is there, and nothing goes through it. Blocks normalise what they read, "
    "never the stream itself, so that somebody must do it at the end."
)
class NoFinalNorm(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through_the_blocks(tokens, return_attention)


@stack.mistake(
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


@stack.mistake("You normalised what goes into the first block. encoder_norm comes at the end, after the last block.")
class NormFirst(_Parts):
    def forward(self, tokens, return_attention=False):
        return self.through_the_blocks(self.encoder_norm(tokens), return_attention)


@stack.mistake(
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


@stack.mistake(
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


@stack.mistake(
    "Your weights were collected after dropout: in training mode some are zero, the others too large, and a row no "
    "longer sums to 1. Everything else is right. Keep what the softmax gave, and drop from a copy."
)
class AfterDropout(_Parts):
    def __init__(self, config):
        super().__init__(config)
        for block in self.layer:
            block.attn = _AttentionThatKeepsTheDropped(config)


@stack.mistake(
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


@stack.mistake(
    "You return None in place of the list where nobody asked for weights. Return the empty list, so that the second "
    "thing is a list in either case."
)
class NoneForTheList(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention if return_attention else None


@stack.mistake(
    "You return a pair only where weights are asked for. Return one always, (tokens, attention), with an empty list "
    "where they are not: whoever calls can then unpack it without asking."
)
class PairOnlyWhenAsked(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return (tokens, attention) if return_attention else tokens


@stack.mistake(
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


@stack.mistake(
    "You handed a block's whole result on: it is a pair, (tokens, weights). Unpack it: "
    "tokens, weights = block(tokens, return_attention). nn.Sequential cannot do that, nn.ModuleList and a loop can."
)
class NotUnpacked(_Parts):
    def forward(self, tokens, return_attention=False):
        for block in self.layer:
            tokens = block(tokens)
        return self.encoder_norm(tokens), []


@stack.mistake(
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


@stack.mistake(
    "You collect the weights whether they are asked for or not. That costs [batch, heads, tokens, tokens] for each "
    "layer: the switch return_attention is there to save it."
)
class AlwaysCollected(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@stack.mistake("Your list holds the weights of the last layer only: append inside the loop, to a list made before it.")
class LastWeightsOnly(_Parts):
    def forward(self, tokens, return_attention=False):
        tokens, attention = super().forward(tokens, return_attention)
        return tokens, attention[-1:]


@stack.mistake("Two things are asked for, (tokens, attention), and you return the tokens alone.")
class TokensAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@stack.mistake(
    "The final norm has PyTorch's eps of 1e-5. The original, and every norm of this course, has 1e-6: "
    "nn.LayerNorm(config.hidden_size, eps=1e-6). It shows where a token's numbers are small."
)
class OtherEps(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.encoder_norm = nn.LayerNorm(config.hidden_size)


def _attentions():
    def layers(count, batch, heads, tokens):
        return [torch.randn(batch, heads, tokens, tokens).softmax(dim=-1) for _ in range(count)]

    return [
        Case((layers(3, 2, 4, 5),)),
        Case((layers(2, 3, 2, 4),)),
        Case((layers(1, 1, 3, 6),)),
        Case((layers(5, 4, 1, 3),)),
    ]


flow = Exercise(
    attention_maps.rollout,
    cases=_attentions,
    hints=(
        "Three steps for each layer: average the heads, add the identity, divide each row by its sum. Then multiply it "
        "with what came out of the layers before.",
        "weights.mean(dim=1) is [batch, tokens, tokens]; torch.eye(tokens, device=weights.device) broadcasts over the "
        "batch; rows are summed over the last dimension, with keepdim=True. The later layer stands on the left.",
        "layer = weights.mean(dim=1) + identity; layer = layer / layer.sum(dim=-1, keepdim=True); joint = layer @ "
        "joint, where joint is the first layer's own matrix to begin with.",
    ),
)


def _rolled(attention, one_layer, multiply=lambda layer, joint: layer @ joint):
    """The correct roll-out but for what is handed in; weights have the heads averaged."""
    joint = None
    for weights in attention:
        layer = one_layer(weights)
        joint = layer if joint is None else multiply(layer, joint)
    return joint


def _rows(layer):
    return layer / layer.sum(dim=-1, keepdim=True)


def _identity(weights):
    return torch.eye(weights.shape[-1], device=weights.device)


def _layer(weights):
    return _rows(weights.mean(dim=1) + _identity(weights))


@flow.mistake(
    "You forgot the identity. Half of what a token is comes past the attention along the residual connection: add "
    "torch.eye to the averaged weights of each layer before you divide by the row's sum."
)
def identity_forgotten(attention):
    return _rolled(attention, lambda weights: _rows(weights.mean(dim=1)))


@flow.mistake(
    "Your rows are not normalised: after adding the identity each sums to 2, and after L layers to 2 to the power L. "
    "Divide by the sum of the row in each layer."
)
def rows_not_normalised(attention):
    return _rolled(attention, lambda weights: weights.mean(dim=1) + _identity(weights))


@flow.mistake(
    "You multiplied in the wrong order. Rows are the tokens that read, columns those that are read: the later layer "
    "reads what the earlier ones wrote, and stands on the left: layer @ joint."
)
def wrong_order(attention):
    return _rolled(attention, _layer, lambda layer, joint: joint @ layer)


@flow.mistake(
    "You multiplied the layers number by number (*). Paths through tokens in between need a matrix product: @."
)
def number_by_number(attention):
    return _rolled(attention, _layer, lambda layer, joint: layer * joint)


@flow.mistake(
    "You normalised the columns. It is the row of a token that says where it takes from, so the row must sum to 1: "
    "sum over the last dimension, dim=-1."
)
def columns_normalised(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.sum(dim=-2, keepdim=True)

    return _rolled(attention, layer)


@flow.mistake(
    "You divided by the sum of the whole matrix, or of the whole batch. Each row has a sum of its own: "
    "sum(dim=-1, keepdim=True)."
)
def divided_by_everything(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.sum()

    return _rolled(attention, layer)


@flow.mistake(
    "You summed the heads where they are to be averaged: the identity then weighs only 1 part in 1 + heads. Take "
    "weights.mean(dim=1)."
)
def heads_summed(attention):
    return _rolled(attention, lambda weights: _rows(weights.sum(dim=1) + _identity(weights)))


@flow.mistake(
    "You took the strongest head at each place (max). That is a variant that one meets; here, as in the paper, the "
    "heads are averaged: weights.mean(dim=1)."
)
def strongest_head(attention):
    return _rolled(attention, lambda weights: _rows(weights.amax(dim=1) + _identity(weights)))


@flow.mistake("You averaged over the images of the batch, dimension 0. The heads are dimension 1: weights.mean(dim=1).")
def averaged_over_the_batch(attention):
    return _rolled(attention, lambda weights: _rows(weights.mean(dim=0) + _identity(weights)))


@flow.mistake(
    "You rolled out each head by itself and averaged them at the end. But a block joins its heads before the next one "
    "reads, so that a path changes heads from layer to layer: average in each layer, then multiply."
)
def each_head_by_itself(attention):
    return _rolled(attention, lambda weights: _rows(weights + _identity(weights))).mean(dim=1)


@flow.mistake(
    "You averaged the layers in place of multiplying them. A later layer reads tokens that the earlier ones have "
    "already mixed: layer @ joint."
)
def layers_averaged(attention):
    return torch.stack([_layer(weights) for weights in attention]).mean(dim=0)


@flow.mistake(
    "You return the last layer by itself: joint has been overwritten and not multiplied. joint = layer @ joint keeps "
    "what the layers before it did."
)
def last_layer_only(attention):
    return _layer(attention[-1])


@flow.mistake("You added the identity once, to the product of all layers. Each layer has its own residual connection.")
def identity_once(attention):
    product = _rolled(attention, lambda weights: weights.mean(dim=1))
    return _rows(product + _identity(product))
