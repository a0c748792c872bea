"""Exercise 4.4: fold_norm."""

import copy
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vit_course import norms as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.run import Unusable


class Folded(NamedTuple):
    """What a linear layer consists of."""

    weight: Float[Tensor, "out hidden"]
    bias: Float[Tensor, " out"] | None


def _pairs():
    def case(hidden, out, bias=True, dtype=torch.float32, eps=1e-6):
        norm, linear = nn.LayerNorm(hidden, eps=eps), nn.Linear(hidden, out, bias=bias)
        for parameter in (*norm.parameters(), *linear.parameters()):
            nn.init.normal_(parameter)  # a fresh norm has nothing to fold
        return Case((norm.to(dtype), linear.to(dtype)), gradients=False)

    # One is square, where a scale along the wrong axis fits.
    return [case(5, 3), case(4, 4, eps=0.1), case(2, 7, bias=False), case(6, 1, dtype=torch.float64), case(3, 2, False)]


def _parts(folded, norm, linear) -> Folded | None:
    """Weight and bias of the layer that came back."""
    if folded is None:
        return None
    if not isinstance(folded, nn.Linear):
        raise Unusable(f"You return a {type(folded).__name__}. A new layer is asked for: an nn.Linear.")
    weight = folded.weight.detach().clone()
    bias = None if folded.bias is None else folded.bias.detach().clone()
    # The numbers of z add up to zero: a constant added to a whole row changes nothing, and such a weight is right, too.
    right = linear.weight * norm.weight
    if weight.shape == right.shape and weight.dtype == right.dtype and weight.device == right.device:
        row = (right - weight).mean(dim=1, keepdim=True)
        if torch.allclose(weight + row, right, rtol=1e-4, atol=1e-5):
            weight = right.detach()
    return Folded(weight, bias)


exercise = Exercise(
    "4.4",
    solutions.fold_norm,
    cases=_pairs,
    hints=(
        "Write norm(x) as z * scale + shift, put that into linear.weight @ (...) + linear.bias, and multiply out. What "
        "is multiplied by z, and what is left?",
        "Three steps. Make an nn.Linear of the same sizes, dtype and device. Its weight is the old one with each "
        "column times the scale of the number that it reads. Its bias is the old weight times the shift, plus the old "
        "bias if there is one.",
        "folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)\n"
        "bias = 0 if linear.bias is None else linear.bias\n"
        "folded.weight = nn.Parameter((linear.weight * norm.weight).detach())\n"
        "folded.bias = nn.Parameter((linear.weight @ norm.bias + bias).detach())\n"
        "return folded",
    ),
    optional=True,
    read=_parts,
)


def _layer(weight, bias):
    folded = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None).to(weight)
    folded.weight = nn.Parameter(weight.detach().clone())
    if bias is not None:
        folded.bias = nn.Parameter(bias.detach().clone())
    return folded


def _bias(linear):
    return 0 if linear.bias is None else linear.bias


@exercise.mistake(
    "Your scale multiplies rows of the weight. Rows are outputs; the scale belongs to the numbers that are read, so to "
    "the columns: linear.weight * norm.weight."
)
def rows_scaled(norm, linear):
    return _layer(linear.weight * norm.weight[:, None], linear.weight @ norm.bias + _bias(linear))


@exercise.mistake(
    "A diagonal matrix in front of the weight scales its rows, which are outputs. The scale belongs to the numbers "
    "that are read: linear.weight * norm.weight, or the diagonal matrix behind the weight."
)
def diagonal_in_front(norm, linear):
    return _layer(torch.diag(norm.weight) @ linear.weight, linear.weight @ norm.bias + _bias(linear))


@exercise.mistake(
    "You fold in the other order, the linear layer first and then the norm. The norm comes first: its scale multiplies "
    "columns, and its shift goes through the weight."
)
def norm_behind(norm, linear):
    return _layer(linear.weight * norm.weight[:, None], _bias(linear) * norm.weight + norm.bias)


@exercise.mistake(
    "The norm's shift is forgotten. The linear layer reads it as well, so the new bias has linear.weight @ norm.bias "
    "in it."
)
def shift_forgotten(norm, linear):
    bias = linear.weight.new_zeros(linear.out_features) if linear.bias is None else linear.bias
    return _layer(linear.weight * norm.weight, bias)


@exercise.mistake(
    "The norm's shift is forgotten, so a layer without a bias stays without one. The linear layer reads the shift as "
    "well: linear.weight @ norm.bias is part of the new bias, and there is always one."
)
def shift_forgotten_and_no_bias(norm, linear):
    return _layer(linear.weight * norm.weight, linear.bias)


@exercise.mistake("The norm's shift is added as it is. It has to go through the layer: linear.weight @ norm.bias.")
def shift_as_it_is(norm, linear):
    return _layer(linear.weight * norm.weight, _bias(linear) + norm.bias)


@exercise.mistake(
    "Your shift goes through the new weight, so it is scaled. norm(x) is z * scale + shift: the shift is added after "
    "the scale, and goes through the old weight."
)
def shift_scaled(norm, linear):
    weight = linear.weight * norm.weight
    return _layer(weight, weight @ norm.bias + _bias(linear))


@exercise.mistake("The shift is taken away. The norm adds it: its part of the new bias is + linear.weight @ norm.bias.")
def shift_taken_away(norm, linear):
    return _layer(linear.weight * norm.weight, _bias(linear) - linear.weight @ norm.bias)


@exercise.mistake("The linear layer's own bias is forgotten: it is added last, as it was.")
def own_bias_forgotten(norm, linear):
    return _layer(linear.weight * norm.weight, linear.weight @ norm.bias)


@exercise.mistake("The linear layer's own bias goes through its weight in your code. It is added last, as it was.")
def own_bias_through_the_weight(norm, linear):
    return _layer(linear.weight * norm.weight, linear.weight @ (norm.bias + _bias(linear)))


@exercise.mistake("The norm's scale is forgotten: each column of the weight is multiplied by its number of it.")
def scale_forgotten(norm, linear):
    return _layer(linear.weight, linear.weight @ norm.bias + _bias(linear))


@exercise.mistake("You divide by the norm's scale. The norm multiplies by it, and so does the new weight.")
def divided_by_the_scale(norm, linear):
    return _layer(linear.weight / norm.weight, linear.weight @ norm.bias + _bias(linear))


@exercise.mistake(
    "Where the linear layer has no bias, your new one has none either. It needs one, for the norm's shift comes out of "
    "the layer as linear.weight @ norm.bias."
)
def no_bias_where_there_was_none(norm, linear):
    right = solutions.fold_norm(norm, linear)
    return _layer(right.weight, None if linear.bias is None else right.bias)


@exercise.mistake(
    "Your code fails where the linear layer has no bias: linear.bias is None there. Add it only where there is one."
)
def none_added(norm, linear):
    return _layer(linear.weight * norm.weight, linear.weight @ norm.bias + linear.bias)


@exercise.mistake(
    "Your code fails where the linear layer has no bias: linear.bias is None there. Add it only where there is one."
    " (The new layer has a bias in any case, for the shift.)"
)
def none_copied(norm, linear):
    folded = _layer(linear.weight * norm.weight, linear.weight @ norm.bias)
    with torch.no_grad():
        folded.bias += linear.bias
    return folded


@exercise.mistake(
    "The new layer is float32 whatever the old one is. Make it with dtype=linear.weight.dtype (and the device): "
    "nn.Linear(...).to(linear.weight) does both."
)
def always_float32(norm, linear):
    return solutions.fold_norm(norm, linear).float()


@exercise.mistake(
    "Your code changes the linear layer that it was given. It is to stay as it was, and so is the norm: make a new "
    "nn.Linear."
)
def in_place(norm, linear):
    folded = solutions.fold_norm(norm, linear)
    linear.weight, linear.bias = folded.weight, folded.bias
    return linear


@exercise.mistake(
    "Your code changes the norm. Both modules are to stay as they were: to set scale and shift to ones and zeros is "
    "for whoever puts the new layer into a model."
)
def norm_emptied(norm, linear):
    folded = solutions.fold_norm(norm, linear)
    with torch.no_grad():
        norm.weight.fill_(1.0)
        norm.bias.zero_()
    return folded


@exercise.mistake("You return a pair of weight and bias. Put them into a new nn.Linear, and return that.")
def a_pair(norm, linear):
    folded = solutions.fold_norm(norm, linear)
    return folded.weight, folded.bias


@exercise.mistake(
    "You return a chain of modules. Make one nn.Linear, whose weight and bias do what the norm's scale and shift did."
)
def a_chain(norm, linear):
    return nn.Sequential(norm, linear)


@exercise.mistake("You return the linear layer as it was. The norm's scale and shift are to be in the new one.")
def nothing_folded(norm, linear):
    return copy.deepcopy(linear)


@exercise.mistake(
    "The weight of your layer is transposed. nn.Linear keeps [out, in], and the scale belongs to the second axis."
)
def transposed(norm, linear):
    return _layer((linear.weight * norm.weight).T, linear.weight @ norm.bias + _bias(linear))
