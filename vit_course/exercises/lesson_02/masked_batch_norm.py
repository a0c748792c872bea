"""Exercise 2.4: masked_batch_norm."""

import math

import torch

from vit_course import norms
from vit_course.exercises.engine.exercise import Case, Exercise


def _sentences():
    def case(lengths, longest, hidden, eps, filling=0.0):
        real = torch.arange(longest) < torch.tensor(lengths)[:, None]
        x = torch.where(real[..., None], 1 + 2 * torch.randn(len(lengths), longest, hidden), filling)
        # A gradient of zero times infinity is no number, in a right answer too.
        parts = (x, real, 1 + torch.randn(hidden) / 2, torch.randn(hidden), eps)
        return Case(parts, gradients=not math.isinf(filling), others=not math.isinf(filling))

    return [
        case([3, 5, 2], 5, 4, 0.1),
        case([2, 4], 6, 3, 1e-6),
        case([4, 4, 4], 4, 5, 0.3),  # no padding
        case([5], 7, 6, 0.01),
        case([1, 6, 3, 2], 6, 2, 1e-6, filling=7.0),  # what stands in the padding must not matter,
        case([2, 3], 4, 3, 1e-6, filling=math.inf),  # whatever it is
    ]


exercise = Exercise(
    "2.4",
    norms.masked_batch_norm,
    cases=_sentences,
    hints=(
        "Steps: pick the real tokens, take their mean and biased variance, normalise, put zeros at the others. What "
        "shape has x[real]?",
        "x[real] is [real tokens, hidden], whatever the shape of the padding. Mean and variance are over dim 0. A mask "
        "[batch, tokens] fits over hidden as real[..., None].",
        "mean, variance = x[real].mean(0), x[real].var(0, unbiased=False)\n"
        "normalised = (x - mean) / torch.sqrt(variance + eps) * weight + bias\n"
        "return torch.where(real[..., None], normalised, 0)",
    ),
    forbidden=("torch.batch_norm", "torch.nn.functional.batch_norm", "torch.native_batch_norm"),
    optional=True,
)


def _normalised(x, rows, weight, bias, eps, dim=0, unbiased=False):
    variance = rows.var(dim, keepdim=True, unbiased=unbiased)
    return (x - rows.mean(dim, keepdim=True)) / torch.sqrt(variance + eps) * weight + bias


@exercise.mistake(
    "The padding is still counted: your mean and variance are over all places. Take them of x[real], which is [real "
    "tokens, hidden]."
)
def padding_counted(x, real, weight, bias, eps=1e-6):
    return torch.where(real[..., None], _normalised(x, x.flatten(0, 1), weight, bias, eps), 0)


@exercise.mistake(
    "You set the padding to zero and then count the zeros. They pull the mean towards 0 and change the variance: take "
    "both of x[real], where they do not occur."
)
def zeros_counted(x, real, weight, bias, eps=1e-6):
    x = torch.where(real[..., None], x, 0)
    return torch.where(real[..., None], _normalised(x, x.flatten(0, 1), weight, bias, eps), 0)


@exercise.mistake(
    "The padding is normalised as well. What goes on to the next layer should be zeros there: "
    "torch.where(real[..., None], normalised, 0)."
)
def padding_normalised(x, real, weight, bias, eps=1e-6):
    return _normalised(x, x[real], weight, bias, eps)


@exercise.mistake(
    "The padding comes back as it was. The card asks for zeros there: torch.where(real[..., None], normalised, 0)."
)
def padding_as_it_was(x, real, weight, bias, eps=1e-6):
    return torch.where(real[..., None], _normalised(x, x[real], weight, bias, eps), x)


@exercise.mistake(
    "You return only the real tokens, [real tokens, hidden]. The result has the shape of x, with zeros at the padding."
)
def real_ones_only(x, real, weight, bias, eps=1e-6):
    return _normalised(x[real], x[real], weight, bias, eps)


@exercise.mistake("Your variance divides by n - 1. BatchNorm normalises with the biased one: unbiased=False.")
def unbiased_variance(x, real, weight, bias, eps=1e-6):
    return torch.where(real[..., None], _normalised(x, x[real], weight, bias, eps, unbiased=True), 0)


@exercise.mistake(
    "You normalise each sentence by its own words. BatchNorm takes one mean for each hidden unit over the words of all "
    "sentences."
)
def each_sentence_by_itself(x, real, weight, bias, eps=1e-6):
    each = [_normalised(one, one[mask], weight, bias, eps) for one, mask in zip(x, real, strict=True)]
    return torch.where(real[..., None], torch.stack(each), 0)


@exercise.mistake(
    "You normalise each word over its hidden units: that is LayerNorm. BatchNorm takes one mean for each hidden unit, "
    "over all words."
)
def layer_norm_instead(x, real, weight, bias, eps=1e-6):
    return torch.where(real[..., None], norms.layer_norm(x, weight, bias, eps), 0)


@exercise.mistake(
    "The mask is the wrong way round: you take the statistics of the padding. True means that a place holds a word."
)
def mask_turned_round(x, real, weight, bias, eps=1e-6):
    return torch.where(real[..., None], _normalised(x, x[~real], weight, bias, eps), 0)


@exercise.mistake("Your eps is added to the standard deviation. It belongs under the root: sqrt(variance + eps).")
def eps_outside_the_root(x, real, weight, bias, eps=1e-6):
    mean, deviation = x[real].mean(0), x[real].std(0, unbiased=False)
    return torch.where(real[..., None], (x - mean) / (deviation + eps) * weight + bias, 0)
