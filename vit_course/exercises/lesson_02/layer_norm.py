"""Exercise 2.2: layer_norm."""

import torch

from vit_course import norms
from vit_course.exercises.engine.exercise import Case, Exercise


def _tokens():
    """An eps that is not small, so that its place shows; weight and bias unlike what a module begins with."""
    shapes = [(2, 3, 8, 1e-6), (3, 5, 4, 0.1), (4, 4, 4, 0.5), (1, 7, 6, 0.01), (1, 1, 5, 0.3)]
    cases = [(1 + 2 * torch.randn(b, t, h), 1 + torch.randn(h) / 2, torch.randn(h), eps) for b, t, h, eps in shapes]
    double = [torch.randn(size, dtype=torch.float64) for size in ((2, 3, 4), (4,), (4,))]
    faint = 1e-3 * torch.randn(2, 4, 6)  # the eps is left at its default, and shows
    return [Case(args) for args in (*cases, (*double, 0.1), (faint, 1 + torch.rand(6), torch.randn(6)))]


exercise = Exercise(
    "2.2",
    norms.layer_norm,
    cases=_tokens,
    hints=(
        "Each token by itself: mean and variance are taken over its hidden numbers, which are the last axis. Keep that "
        "axis (keepdim=True), so that the result can be subtracted from x.",
        "The variance is the mean of (x - mean) squared: divided by hidden, not by hidden - 1. Divide x - mean by the "
        "root of variance + eps.",
        "mean = x.mean(-1, keepdim=True)\n"
        "variance = (x - mean).square().mean(-1, keepdim=True)\n"
        "return (x - mean) / torch.sqrt(variance + eps) * weight + bias",
    ),
    forbidden=("torch.layer_norm", "torch.nn.functional.layer_norm", "torch.native_layer_norm"),
)


def _normalised(x, weight, bias, eps, dim, unbiased=False):
    variance = x.var(dim=dim, keepdim=True, unbiased=unbiased)
    return (x - x.mean(dim=dim, keepdim=True)) / torch.sqrt(variance + eps) * weight + bias


@exercise.mistake(
    "Your variance is the unbiased one, divided by hidden - 1. That is the default of x.var() and x.std(); layer "
    "normalisation divides by hidden: unbiased=False (or correction=0)."
)
def unbiased_variance(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, -1, unbiased=True)


@exercise.mistake(
    "You added eps outside the root, to the deviation. It belongs to the variance: torch.sqrt(variance + eps). "
    "With eps = 1e-6 the difference shows in quiet tokens only, where it is a factor."
)
def eps_outside_the_root(x, weight, bias, eps=1e-6):
    deviation = x.std(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / (deviation + eps) * weight + bias


@exercise.mistake(
    "You added eps outside the root, and your standard deviation is the unbiased one besides, which x.std() gives if "
    "nothing is said. Take the variance with unbiased=False, then torch.sqrt(variance + eps)."
)
def plain_standard_deviation(x, weight, bias, eps=1e-6):
    return (x - x.mean(dim=-1, keepdim=True)) / (x.std(dim=-1, keepdim=True) + eps) * weight + bias


@exercise.mistake(
    "All tokens of an image share your mean. Layer normalisation asks each token by itself: over the last axis alone, "
    "not over tokens and hidden."
)
def over_tokens_too(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, (1, 2))


@exercise.mistake(
    "Your mean is taken over the batch (dim=0): each image is measured by its neighbours. Layer normalisation looks at "
    "one token of one image: the last axis."
)
def over_the_batch(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, 0)


@exercise.mistake(
    "That is batch normalisation: one mean for each hidden unit, over all tokens of all images. Layer normalisation is "
    "the other way round: one mean for each token, over its hidden units."
)
def over_batch_and_tokens(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, (0, 1))


@exercise.mistake(
    "Your mean is taken over the tokens (dim=1), one for each hidden unit of an image: that is instance normalisation. "
    "Take the last axis."
)
def over_the_tokens(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, 1)


@exercise.mistake(
    "You took one mean and one variance of the whole batch: dim= is missing. Each token has its own: the last axis."
)
def over_everything(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps, (0, 1, 2))


@exercise.mistake(
    "You divided by the variance. Divide by its root, the standard deviation: torch.sqrt(variance + eps)."
)
def divided_by_the_variance(x, weight, bias, eps=1e-6):
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / (variance + eps) * weight + bias


@exercise.mistake("The mean was not subtracted from x: only the division is there. (x - mean) / ...")
def mean_left_in(x, weight, bias, eps=1e-6):
    return x / torch.sqrt(x.var(dim=-1, keepdim=True, unbiased=False) + eps) * weight + bias


@exercise.mistake(
    "Your variance is the mean of x squared. A variance is the mean of (x - mean) squared: how far the numbers lie "
    "from their mean, not from zero. (Without any mean it would be RMS normalisation.)"
)
def variance_around_zero(x, weight, bias, eps=1e-6):
    mean_square = x.square().mean(dim=-1, keepdim=True)
    return (x - x.mean(dim=-1, keepdim=True)) / torch.sqrt(mean_square + eps) * weight + bias


@exercise.mistake("Normalised rightly, but weight and bias are not used: multiply by weight, then add bias.")
def without_weight_and_bias(x, weight, bias, eps=1e-6):
    return _normalised(x, 1, 0, eps, -1)


@exercise.mistake("You added the bias before the weight was multiplied. First normalised * weight, then + bias.")
def bias_before_weight(x, weight, bias, eps=1e-6):
    return (_normalised(x, 1, 0, eps, -1) + bias) * weight


@exercise.mistake(
    "eps is missing, or you wrote a number of your own in its place (1e-6, say). It is an argument: use it as it is. "
    "Without it a token whose numbers are all alike would be divided by zero."
)
def eps_of_ones_own(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, 1e-6, -1)


@exercise.mistake(
    "Mean and variance have lost their last axis, so that [batch, tokens] does not fit [batch, tokens, hidden] (or, "
    "where the sizes happen to agree, is taken along the wrong axis without complaint). Say keepdim=True."
)
def axis_not_kept(x, weight, bias, eps=1e-6):
    return (x - x.mean(dim=-1)) / torch.sqrt(x.var(dim=-1, unbiased=False) + eps) * weight + bias


@exercise.mistake(
    "Two things: mean and deviation have lost their last axis (say keepdim=True), and the deviation is x.std()'s own, "
    "unbiased and with eps outside the root. Take the variance with unbiased=False, then torch.sqrt(variance + eps)."
)
def standard_deviation_and_axis_not_kept(x, weight, bias, eps=1e-6):
    return (x - x.mean(dim=-1)) / (x.std(dim=-1) + eps) * weight + bias


@exercise.mistake(
    "Two things: mean and variance have lost their last axis (say keepdim=True), and the variance is the unbiased one, "
    "the default of x.var(): say unbiased=False as well."
)
def unbiased_and_axis_not_kept(x, weight, bias, eps=1e-6):
    return (x - x.mean(dim=-1)) / torch.sqrt(x.var(dim=-1) + eps) * weight + bias


@exercise.mistake(
    "You took one mean and one variance of the whole batch, and the unbiased one at that: x.mean() and x.var() do so "
    "if nothing is said. Each token has its own: x.mean(-1, keepdim=True), x.var(-1, keepdim=True, unbiased=False)."
)
def over_everything_unbiased(x, weight, bias, eps=1e-6):
    return (x - x.mean()) / torch.sqrt(x.var() + eps) * weight + bias


@exercise.mistake(
    "Brackets: x - mean / deviation divides the mean alone, for `/` comes before `-`: (x - mean) / deviation."
)
def without_brackets(x, weight, bias, eps=1e-6):
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return x - x.mean(dim=-1, keepdim=True) / torch.sqrt(variance + eps) * weight + bias


@exercise.mistake("Your variance is the sum of (x - mean) squared. It is their mean: divide by hidden.")
def sum_of_squares(x, weight, bias, eps=1e-6):
    centred = x - x.mean(dim=-1, keepdim=True)
    return centred / torch.sqrt(centred.square().sum(dim=-1, keepdim=True) + eps) * weight + bias


@exercise.mistake("You took the root of x.std(), which is a root already. The root is of the variance: x.var().")
def root_of_the_deviation(x, weight, bias, eps=1e-6):
    deviation = x.std(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / torch.sqrt(deviation + eps) * weight + bias


@exercise.mistake(
    "The values are right, but mean and variance are detached (no_grad, .detach(), .data): constants to the gradient. "
    "They are computed from x, and the gradient must flow through them too."
)
def statistics_detached(x, weight, bias, eps=1e-6):
    return _with_statistics(x, x.detach(), weight, bias, eps)


@exercise.mistake(
    "That is RMS normalisation: divided by the root of the mean square, and no mean taken away. Layer normalisation "
    "subtracts each token's mean first, and the variance is that of what is left."
)
def root_mean_square(x, weight, bias, eps=1e-6):
    return x / torch.sqrt(x.square().mean(dim=-1, keepdim=True) + eps) * weight + bias


@exercise.mistake(
    "weight and bias come before the normalisation, which takes most of what they do away again. First normalise x, "
    "then * weight + bias."
)
def affine_first(x, weight, bias, eps=1e-6):
    return _normalised(x * weight + bias, 1, 0, eps, -1)


@exercise.mistake(
    "Where no eps is given, yours is PyTorch's default of 1e-5 (or another). The stub says eps=1e-6: leave it so. It "
    "shows in faint tokens."
)
def another_default(x, weight, bias, eps=1e-5):
    return _normalised(x, weight, bias, eps, -1)


@exercise.mistake("Your result is float32, whatever x is: is there a .float()? Or say x.dtype for new tensors.")
def always_float32(x, weight, bias, eps=1e-6):
    return _normalised(x.float(), weight.float(), bias.float(), eps, -1)


@exercise.mistake(
    "Mean and variance are right, but eps is missing. A token whose numbers are all alike would be divided by zero: "
    "torch.sqrt(variance + eps)."
)
def without_eps(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, 0, -1)


@exercise.mistake(
    "You multiply by 1 + weight. Some libraries keep the weight as what is to be added to 1; here it is the factor "
    "itself: normalised * weight + bias."
)
def one_plus_weight(x, weight, bias, eps=1e-6):
    return _normalised(x, 1 + weight, bias, eps, -1)


@exercise.mistake(
    "The weight comes in too early: it multiplies x before mean and variance are taken. Normalise x first, then "
    "multiply by weight and add bias."
)
def weight_before_the_statistics(x, weight, bias, eps=1e-6):
    return _normalised(x * weight, 1, bias, eps, -1)


@exercise.mistake(
    "You divide by the mean absolute deviation, the mean of |x - mean|. The standard deviation is the root of the mean "
    "of (x - mean) squared."
)
def mean_absolute_deviation(x, weight, bias, eps=1e-6):
    centred = x - x.mean(dim=-1, keepdim=True)
    return centred / torch.sqrt(centred.abs().mean(dim=-1, keepdim=True).square() + eps) * weight + bias


@exercise.mistake(
    "eps is a lower bound in your code (clamp or max). It is *added* to the variance, always: torch.sqrt(variance + "
    "eps)."
)
def eps_as_a_lower_bound(x, weight, bias, eps=1e-6):
    variance = x.var(dim=-1, keepdim=True, unbiased=False).clamp_min(eps)
    return (x - x.mean(dim=-1, keepdim=True)) / torch.sqrt(variance) * weight + bias


@exercise.mistake("You squared eps. It is added to the variance as it comes: torch.sqrt(variance + eps).")
def eps_squared(x, weight, bias, eps=1e-6):
    return _normalised(x, weight, bias, eps**2, -1)
