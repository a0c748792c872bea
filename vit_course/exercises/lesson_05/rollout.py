"""Exercise 5.3: rollout."""

import torch

from vit_course import attention_maps
from vit_course.exercises.engine.exercise import Case, Exercise


def _attentions():
    def layers(count, batch, heads, tokens):
        # Sharp ones, for of even ones much is nearly right.
        return [(3 * torch.randn(batch, heads, tokens, tokens)).softmax(dim=-1) for _ in range(count)]

    return [
        Case((layers(3, 2, 4, 5),)),
        Case((layers(2, 6, 3, 4),)),
        Case((layers(2, 1, 3, 6),)),
        Case((layers(1, 2, 3, 4),)),
        Case((layers(5, 4, 1, 3),)),
        Case((layers(4, 5, 2, 5),)),  # as many images as tokens: a sum without keepdim fits, along the wrong axis
    ]


exercise = Exercise(
    "5.3",
    attention_maps.rollout,
    cases=_attentions,
    hints=(
        "Three steps for each layer: average the heads, add the identity, divide each row by its sum. Then multiply it "
        "with what came out of the layers before.",
        "weights.mean(dim=1) is [batch, tokens, tokens], and torch.eye(tokens) broadcasts over the batch; rows are "
        "summed over the last dimension, with keepdim=True. A matrix product with the identity changes nothing: that "
        "is a way to begin. The later layer stands on the left.",
        "identity = torch.eye(attention[0].shape[-1], device=attention[0].device)\n"
        "joint = identity\n"
        "for weights in attention:\n"
        "    layer = weights.mean(dim=1) + identity\n"
        "    layer = layer / layer.sum(dim=-1, keepdim=True)\n"
        "    joint = layer @ joint\n"
        "return joint",
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


@exercise.mistake(
    "The identity is missing in your layers. Half of what a token is comes past the attention along the residual "
    "connection: add torch.eye to the averaged weights of each layer before you divide by the row's sum. (A product "
    "that starts from the identity is not that: it changes nothing.)"
)
def identity_forgotten(attention):
    return _rolled(attention, lambda weights: _rows(weights.mean(dim=1)))


@exercise.mistake(
    "Your rows are not normalised: after adding the identity each sums to 2, and after L layers to 2 to the power L. "
    "Divide by the sum of the row in each layer, after the identity has been added."
)
def rows_not_normalised(attention):
    return _rolled(attention, lambda weights: weights.mean(dim=1) + _identity(weights))


@exercise.mistake(
    "You multiplied in the wrong order. Rows are the tokens that read, columns those that are read: the later layer "
    "reads what the earlier ones wrote, and stands on the left: layer @ joint."
)
def wrong_order(attention):
    return _rolled(attention, _layer, lambda layer, joint: joint @ layer)


@exercise.mistake(
    "You multiplied the layers number by number (*). Paths through tokens in between need a matrix product: @."
)
def number_by_number(attention):
    return _rolled(attention, _layer, lambda layer, joint: layer * joint)


@exercise.mistake(
    "You normalised the columns. It is the row of a token that says where it takes from, so the row must sum to 1: "
    "sum over the last dimension, dim=-1."
)
def columns_normalised(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.sum(dim=-2, keepdim=True)

    return _rolled(attention, layer)


@exercise.mistake(
    "You divided by the sum of the whole matrix, or of the whole batch. Each row has a sum of its own: "
    "sum(dim=-1, keepdim=True)."
)
def divided_by_everything(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.sum()

    return _rolled(attention, layer)


@exercise.mistake(
    "You summed the heads where they are to be averaged: the identity then weighs only 1 part in 1 + heads. Take "
    "weights.mean(dim=1)."
)
def heads_summed(attention):
    return _rolled(attention, lambda weights: _rows(weights.sum(dim=1) + _identity(weights)))


@exercise.mistake(
    "You took the strongest head at each place (max). That is a variant that one meets; here, as in the paper, the "
    "heads are averaged: weights.mean(dim=1)."
)
def strongest_head(attention):
    return _rolled(attention, lambda weights: _rows(weights.amax(dim=1) + _identity(weights)))


@exercise.mistake(
    "You averaged over the images of the batch. In each layer's weights they are dimension 0, and the heads dimension "
    "1: weights.mean(dim=1). (In a stack of all layers each of them is one further: dim=2.)"
)
def averaged_over_the_batch(attention):
    return _rolled(attention, lambda weights: _rows(weights.mean(dim=0) + _identity(weights)))


@exercise.mistake(
    "You rolled out each head by itself and averaged them at the end. But a block joins its heads before the next one "
    "reads, so that a path changes heads from layer to layer: average in each layer, then multiply."
)
def each_head_by_itself(attention):
    return _rolled(attention, lambda weights: _rows(weights + _identity(weights))).mean(dim=1)


@exercise.mistake(
    "You averaged the layers in place of multiplying them. A later layer reads tokens that the earlier ones have "
    "already mixed: layer @ joint."
)
def layers_averaged(attention):
    return torch.stack([_layer(weights) for weights in attention]).mean(dim=0)


@exercise.mistake(
    "You return the last layer by itself: joint has been overwritten and not multiplied. joint = layer @ joint keeps "
    "what the layers before it did."
)
def last_layer_only(attention):
    return _layer(attention[-1])


@exercise.mistake(
    "You added the identity to the product so far (weights @ joint + identity). It belongs to the layer, before the "
    "product: (weights + identity), each row divided by its sum, and then @ joint."
)
def identity_added_to_the_product(attention):
    joint = _identity(attention[0])
    for weights in attention:
        joint = _rows(weights.mean(dim=1) @ joint + _identity(weights))
    return joint


@exercise.mistake(
    "The last layer comes in twice: your product begins with it, and the loop then goes through all layers. Begin with "
    "the identity, or leave the first one out of the loop."
)
def last_layer_twice(attention):
    return _layer(attention[-1]) @ _rolled(attention, _layer)


@exercise.mistake(
    "The first layer comes in twice: your product begins with it, and the loop then goes through all layers. Begin "
    "with the identity, or leave the first one out of the loop."
)
def first_layer_twice(attention):
    return _rolled(attention, _layer) @ _layer(attention[0])
