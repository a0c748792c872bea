"""Exercise 5.5: rollout."""

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
    "5.5",
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
    "You added the identity once, to the product of all layers. Each layer has its own residual connection."
)
def identity_once(attention):
    product = _rolled(attention, lambda weights: weights.mean(dim=1))
    return _rows(product + _identity(product))


@exercise.mistake(
    "Your first layer goes in as it is, with its heads averaged and no more. It has a residual connection, too: add "
    "the identity and divide by the row's sum in every layer, the first included."
)
def first_layer_raw(attention):
    joint = attention[0].mean(dim=1)
    for weights in attention[1:]:
        joint = _layer(weights) @ joint
    return joint


@exercise.mistake(
    "Your first layer goes in twice: it is what you start from, and the loop multiplies with it again. Start from the "
    "identity, or go through attention[1:]."
)
def first_layer_twice(attention):
    joint = _layer(attention[0])
    for weights in attention:
        joint = _layer(weights) @ joint
    return joint


@exercise.mistake(
    "Your first layer is left out: the product begins with the second. Start from the first layer's matrix, or go "
    "through all of them. (Of a single layer nothing is left but the identity, without a batch.)"
)
def first_layer_skipped(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention[1:]:
        joint = _layer(weights) @ joint
    return joint


@exercise.mistake(
    "Your first layer is left out: the product begins with the second. Start from the first layer's matrix, or go "
    "through all of them. (Of a single layer nothing is left but the identity.)"
)
def first_layer_skipped_for_each_image(attention):
    return _rolled(attention[1:], _layer) if len(attention) > 1 else _identity_of_each_image(attention)


@exercise.mistake(
    "Your last layer is left out: the product ends one too early. range(n) ends with n - 1, and attention[:-1] is all "
    "but the last. (Of a single layer nothing is left but the identity, without a batch.)"
)
def last_layer_left_out(attention):
    joint = torch.eye(attention[0].shape[-1], device=attention[0].device)
    for weights in attention[:-1]:
        joint = _layer(weights) @ joint
    return joint


@exercise.mistake(
    "Your last layer is left out: the product ends one too early. range(n) ends with n - 1, and attention[:-1] is all "
    "but the last. (Of a single layer nothing is left but the identity.)"
)
def last_layer_left_out_for_each_image(attention):
    return _rolled(attention[:-1], _layer) if len(attention) > 1 else _identity_of_each_image(attention)


def _identity_of_each_image(attention):
    return _identity(attention[0]).expand(len(attention[0]), -1, -1)


@exercise.mistake(
    "You added 1 to every number (`+ 1`, torch.ones). The identity has ones on the diagonal alone, for what a token "
    "keeps of itself: torch.eye."
)
def ones_for_the_identity(attention):
    return _rolled(attention, lambda weights: _rows(weights.mean(dim=1) + 1))


@exercise.mistake(
    "You took a softmax of the rows. They sum to 1 then, but a softmax takes the exponential of each number first. "
    "Divide each row by its sum."
)
def softmax_of_the_rows(attention):
    return _rolled(attention, lambda weights: (weights.mean(dim=1) + _identity(weights)).softmax(dim=-1))


@exercise.mistake(
    "You divided each row by its length, the root of the sum of squares (F.normalize does so, and .norm()). Divide by "
    "the sum: layer / layer.sum(dim=-1, keepdim=True)."
)
def rows_of_length_one(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.norm(dim=-1, keepdim=True)

    return _rolled(attention, layer)


@exercise.mistake(
    "You divided each row by its largest number. A map looks right so; here a row is to sum to 1: "
    "layer / layer.sum(dim=-1, keepdim=True)."
)
def rows_by_their_largest(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.amax(dim=-1, keepdim=True)

    return _rolled(attention, layer)


@exercise.mistake(
    "The sums of the rows have lost their axis: [batch, tokens] does not fit under [batch, tokens, tokens], or fits "
    "only by chance. Keep it: sum(dim=-1, keepdim=True)."
)
def sum_without_its_axis(attention):
    def layer(weights):
        mixed = weights.mean(dim=1) + _identity(weights)
        return mixed / mixed.sum(dim=-1)

    return _rolled(attention, layer)


@exercise.mistake("You took the first head and left the others out. Average them: weights.mean(dim=1).")
def first_head_only(attention):
    return _rolled(attention, lambda weights: _rows(weights[:, 0] + _identity(weights)))


@exercise.mistake(
    "You added the layers' matrices where they are to be multiplied. A later layer reads tokens that the earlier ones "
    "have already mixed: layer @ joint."
)
def layers_added(attention):
    return torch.stack([_layer(weights) for weights in attention]).sum(dim=0)


@exercise.mistake(
    "You return the first token's row alone. The whole matrix is asked for, [batch, tokens, tokens]; whoever wants the "
    "class token's row takes it."
)
def first_row_only(attention):
    return _rolled(attention, _layer)[:, 0]


@exercise.mistake(
    "You return the first token's row alone, and of it the patches. The whole matrix is asked for, [batch, tokens, "
    "tokens]; whoever wants a part of it takes it."
)
def first_row_of_patches(attention):
    return _rolled(attention, _layer)[:, 0, 1:]


@exercise.mistake(
    "Only your first layer has the identity: it is added before the loop. Each layer has its own residual connection: "
    "add it, and divide, inside the loop."
)
def identity_in_the_first_layer_only(attention):
    joint = _layer(attention[0])
    for weights in attention[1:]:
        joint = weights.mean(dim=1) @ joint
    return joint


@exercise.mistake(
    "You transposed each layer's matrix. Its rows are the tokens that read, which is what a product from the left "
    "needs: layer @ joint, as it is."
)
def each_layer_transposed(attention):
    return _rolled(attention, lambda weights: _layer(weights).transpose(1, 2))


@exercise.mistake(
    "You averaged the layers first and multiplied the average with itself. Each layer has a matrix of its own, and the "
    "product goes through all of them: layer @ joint."
)
def power_of_the_average(attention):
    average = _layer(torch.stack(attention).mean(dim=0))
    return torch.linalg.matrix_power(average, len(attention))


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
    "Your last layer goes in twice: it is what you start from, and the loop multiplies with it again. Start from the "
    "identity, or leave it out of the loop."
)
def last_layer_twice(attention):
    return _layer(attention[-1]) @ _rolled(attention, _layer)
