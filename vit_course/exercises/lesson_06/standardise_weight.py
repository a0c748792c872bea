"""Exercise 6.2: standardise_weight."""

import torch

from vit_course import resnet
from vit_course.exercises.engine.exercise import Case, Exercise


def _weights():
    # One is small, so that it shows where the 1e-5 goes; in none does a mean without keepdim fit by accident.
    return [
        Case((torch.randn(4, 3, 3, 3) * 0.5 + 0.2,)),
        Case((torch.randn(6, 4, 1, 2) * 1e-3 + 1e-3,)),
        Case((torch.randn(2, 6, 5, 3) * 3 - 1,)),
        Case((torch.randn(1, 2, 3, 3),)),
        Case((torch.randn(3, 2, 2, 2) * 4e-6,)),  # so faint that a lower bound of 1e-5 is another thing than a sum
    ]


exercise = Exercise(
    "6.2",
    resnet.standardise_weight,
    cases=_weights,
    hints=(
        "A filter is what makes one output channel. Which of the four dimensions lie inside one filter?",
        "Mean and standard deviation over dimensions 1, 2 and 3, with keepdim=True, so that they fit back onto the "
        "weight. The deviation divides by n (correction=0); add 1e-5 to it.",
        "mean = weight.mean(dim=(1, 2, 3), keepdim=True)\n"
        "deviation = weight.std(dim=(1, 2, 3), correction=0, keepdim=True)\n"
        "return (weight - mean) / (deviation + 1e-5)",
    ),
)


def _standardised(weight, dim=(1, 2, 3), correction=0, eps=1e-5, centred=True):
    mean = weight.mean(dim=dim, keepdim=True) if centred else 0
    return (weight - mean) / (weight.std(dim=dim, correction=correction, keepdim=True) + eps)


@exercise.mistake(
    "You took one mean and one deviation for the whole layer. Each filter (each output channel) gets its own: "
    "dimensions 1, 2 and 3, not all four."
)
def per_layer(weight):
    return _standardised(weight, dim=(0, 1, 2, 3))


@exercise.mistake(
    "You averaged over the output channels (dimensions 0, 2, 3), as batch normalisation does with activations. In a "
    "weight, dimension 0 counts the filters, and each of those is to be standardised by itself: dimensions 1, 2, 3."
)
def as_batch_norm(weight):
    return _standardised(weight, dim=(0, 2, 3))


@exercise.mistake(
    "You standardised each 3x3 kernel by itself (dimensions 2 and 3). A filter is all kernels of one output channel "
    "together: the input channels, dimension 1, belong to it too. (Of a 1x1 convolution nothing would be left.)"
)
def per_kernel(weight):
    return _standardised(weight, dim=(2, 3))


@exercise.mistake("You went over the filters (dimension 0). A filter must be standardised within itself: 1, 2, 3.")
def across_filters(weight):
    return _standardised(weight, dim=0)


@exercise.mistake(
    "Your deviation divides by n - 1, which is PyTorch's default. The original divides by n: std(..., correction=0)."
)
def unbiased(weight):
    return _standardised(weight, correction=1)


@exercise.mistake(
    "You took one mean and one deviation for the whole layer, and PyTorch's default divides by n - 1. Each filter gets "
    "its own: dim=(1, 2, 3), keepdim=True, and for the deviation correction=0."
)
def per_layer_unbiased(weight):
    return (weight - weight.mean()) / (weight.std() + 1e-5)


@exercise.mistake(
    "Two things: your variance divides by n - 1 (PyTorch's default; say correction=0), and the 1e-5 stands under the "
    "root. The original adds it to the deviation: (std + 1e-5)."
)
def unbiased_and_eps_under_the_root(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), keepdim=True)
    return (weight - mean) / (variance + 1e-5).sqrt()


@exercise.mistake(
    "Two things: your deviation divides by n - 1 (PyTorch's default; say correction=0), and the 1e-5 is missing."
)
def unbiased_without_eps(weight):
    return _standardised(weight, correction=1, eps=0)


@exercise.mistake(
    "Nothing is added to the deviation: the 1e-5 is missing, and a filter whose weights are all alike would be "
    "divided by zero."
)
def without_eps(weight):
    return _standardised(weight, eps=0)


@exercise.mistake(
    "You put the 1e-5 under the root, to the variance. The original adds it to the deviation: (std + 1e-5). Under the "
    "root it weighs much more: it outweighs any filter whose deviation is below 0.003. (The article's code does that.)"
)
def eps_under_the_root(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), correction=0, keepdim=True)
    return (weight - mean) / (variance + 1e-5).sqrt()


@exercise.mistake("You divided by the variance. Divide by its root, the standard deviation.")
def by_the_variance(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), correction=0, keepdim=True)
    return (weight - mean) / (variance + 1e-5)


@exercise.mistake("You did not subtract the mean: each filter is to have mean 0 and standard deviation 1.")
def not_centred(weight):
    return _standardised(weight, centred=False)


@exercise.mistake("You subtracted the mean but left the scale: divide by (deviation + 1e-5).")
def not_scaled(weight):
    return weight - weight.mean(dim=(1, 2, 3), keepdim=True)


@exercise.mistake(
    "You divided by the filter's length (the root of the sum of squares). The standard deviation is the root of their "
    "*mean*: the results differ by the root of the number of weights in a filter."
)
def by_the_length(weight):
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    return centred / (centred.square().sum(dim=(1, 2, 3), keepdim=True).sqrt() + 1e-5)


@exercise.mistake(
    "Mean and deviation came out as [out_channels], and such a row lies along the *width* when it meets the weight. "
    "keepdim=True keeps them as [out_channels, 1, 1, 1]."
)
def without_keepdim(weight):
    return (weight - weight.mean(dim=(1, 2, 3))) / (weight.std(dim=(1, 2, 3), correction=0) + 1e-5)


@exercise.mistake(
    "The 1e-5 is a lower bound in your code (clamp or max). The original *adds* it to the deviation, always: (std + "
    "1e-5)."
)
def eps_as_a_lower_bound(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    return (weight - mean) / weight.std(dim=(1, 2, 3), correction=0, keepdim=True).clamp_min(1e-5)


@exercise.mistake(
    "You divided by the root of the mean of the squares of the weight as it came. The deviation is measured from the"
    " mean: subtract it first, or use std."
)
def by_the_root_mean_square(weight):
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    return centred / (weight.square().mean(dim=(1, 2, 3), keepdim=True).sqrt() + 1e-5)
