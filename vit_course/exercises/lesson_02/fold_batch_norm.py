"""Exercise 2.5: fold_batch_norm."""

import torch

from vit_course import norms
from vit_course.exercises.engine.exercise import Case, Exercise


def _layers():
    def case(out, hidden, eps):
        parts = torch.randn(out, hidden), torch.randn(out), 1 + torch.randn(hidden) / 2, torch.randn(hidden)
        return Case((*parts, torch.randn(hidden), 0.3 + torch.rand(hidden), eps))

    # One is square, where a scale along the wrong axis fits; one eps is large enough to show where it stands.
    return [case(3, 5, 0.5), case(4, 4, 0.1), case(7, 2, 1e-6), case(1, 6, 0.01)]


exercise = Exercise(
    "2.5",
    norms.fold_batch_norm,
    cases=_layers,
    hints=(
        "In evaluation BatchNorm multiplies each hidden unit by a constant and adds another. Which two? Then put that "
        "into linear_weight @ x + linear_bias and multiply out.",
        "With s = weight / sqrt(running_variance + eps), the norm gives s * x + (bias - s * running_mean). The linear "
        "layer's product with s * x is (linear_weight * s) @ x, where s scales the columns.",
        "scale = weight / torch.sqrt(running_variance + eps)\n"
        "return linear_weight * scale, linear_bias + linear_weight @ (bias - running_mean * scale)",
    ),
    optional=True,
)


def _folded(linear_weight, linear_bias, scale, shift):
    return linear_weight * scale, linear_bias + linear_weight @ shift


@exercise.mistake(
    "The running mean is forgotten. The norm subtracts it first, so it goes into the new bias: linear_weight @ (bias - "
    "running_mean * scale)."
)
def mean_forgotten(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    return _folded(linear_weight, linear_bias, weight / torch.sqrt(running_variance + eps), bias)


@exercise.mistake(
    "The running mean is not scaled. What the norm adds is bias - running_mean * scale: it divides after it subtracts."
)
def mean_not_scaled(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    return _folded(linear_weight, linear_bias, weight / torch.sqrt(running_variance + eps), bias - running_mean)


@exercise.mistake("The norm's own bias is forgotten. It passes the linear layer as well: linear_weight @ bias.")
def bias_forgotten(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / torch.sqrt(running_variance + eps)
    return _folded(linear_weight, linear_bias, scale, -running_mean * scale)


@exercise.mistake("The norm's weight is forgotten: scale = weight / torch.sqrt(running_variance + eps).")
def weight_forgotten(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = 1 / torch.sqrt(running_variance + eps)
    return _folded(linear_weight, linear_bias, scale, bias - running_mean * scale)


@exercise.mistake(
    "You divide by the variance. The norm divides by its root: scale = weight / torch.sqrt(running_variance + eps)."
)
def divided_by_the_variance(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / (running_variance + eps)
    return _folded(linear_weight, linear_bias, scale, bias - running_mean * scale)


@exercise.mistake("eps stands outside the root in your code. It belongs to the variance: sqrt(running_variance + eps).")
def eps_outside_the_root(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / (torch.sqrt(running_variance) + eps)
    return _folded(linear_weight, linear_bias, scale, bias - running_mean * scale)


@exercise.mistake(
    "eps is not used. It is added to the variance under the root, and where a unit hardly varies it makes the "
    "difference."
)
def without_eps(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / torch.sqrt(running_variance)
    return _folded(linear_weight, linear_bias, scale, bias - running_mean * scale)


@exercise.mistake(
    "What the norm adds passes the linear layer's old weight, and not the scaled one: in bias - running_mean * scale "
    "the scale is there already."
)
def shift_scaled_twice(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / torch.sqrt(running_variance + eps)
    return linear_weight * scale, linear_bias + (linear_weight * scale) @ (bias - running_mean * scale)


@exercise.mistake(
    "You fold in the other order, the linear layer first and then the norm: its scale multiplies rows. Here the norm "
    "comes first, and each of its hidden units is a column of the weight."
)
def rows_scaled(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / torch.sqrt(running_variance + eps)
    return linear_weight * scale[:, None], linear_bias + linear_weight @ (bias - running_mean * scale)


@exercise.mistake(
    "The linear layer's own bias is forgotten: it is added last, unchanged by the norm, which came before it."
)
def linear_bias_forgotten(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight / torch.sqrt(running_variance + eps)
    return linear_weight * scale, linear_weight @ (bias - running_mean * scale)
