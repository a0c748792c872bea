"""The exercises of lesson 02: normalisation."""

import torch

from vit_course import norms
from vit_course.exercises.exercise import Case, Exercise


def _pictures():
    """Masks as layer, batch, instance and group normalisation make them, a cell alone, and two odd blocks."""
    b, t, h = (int(torch.randint(3, 6, ())) for _ in range(3))
    unit = int(torch.randint(h, ()))
    image, token = b - 1, t - 2
    empty = torch.zeros(b, t, h, dtype=torch.bool)
    batch, layer, instance, group, alone, corner, images = (empty.clone() for _ in range(7))
    batch[:, :, unit] = True
    layer[image, token] = True
    instance[image, :, unit] = True
    group[image, :, h - 2 :] = True
    alone[image, token, unit] = True
    corner[:2, 1, h - 2 :] = True
    images[:, token, unit] = True
    return [Case((picture,)) for picture in (layer, batch, instance, group, alone, corner, images)]


axes = Exercise(
    norms.which_axes,
    cases=_pictures,
    hints=(
        "An axis is in the answer when there are two marked cells in one line along it. How many marked cells has each "
        "line along the tokens, say?",
        "shares.sum(dim=1) counts the marked cells of each line along axis 1, the tokens. Is any count above 1? A part "
        "of the line is enough.",
        "tuple(name for axis, name in enumerate(('batch', 'tokens', 'hidden')) if (shares.sum(dim=axis) > 1).any())",
    ),
)
NAMES = ("batch", "tokens", "hidden")


@axes.mistake(
    "You named the axes that are kept apart: those along which each line has its own statistics. Asked for are the "
    "others, which the mean is taken over: what stands in `dim=` when you compute it."
)
def kept_apart(shares):
    return tuple(name for axis, name in enumerate(NAMES) if not (shares.sum(dim=axis) > 1).any())


@axes.mistake(
    "You ask for a whole line of marked cells. Part of one is enough: group normalisation shares a mean among some of "
    "the hidden units only, and hidden is one of its axes all the same."
)
def whole_lines(shares):
    return tuple(name for axis, name in enumerate(NAMES) if shares.all(dim=axis).any())


@axes.mistake(
    "You ask whether there is any marked cell along an axis, and there always is one, the cell itself. Count: there "
    "must be more than one in the same line."
)
def any_at_all(shares):
    return tuple(name for axis, name in enumerate(NAMES) if shares.any(dim=axis).any())


@axes.mistake(
    "You looked at the lines through cell [0, 0, 0] only. The marked cells may lie anywhere: count along the axis in "
    "every line, then ask whether any count is above 1."
)
def through_the_first_cell(shares):
    lines = (shares[:, 0, 0], shares[0, :, 0], shares[0, 0, :])
    return tuple(name for line, name in zip(lines, NAMES, strict=True) if line.sum() > 1)


@axes.mistake(
    "You summed over the other two axes and asked for counts above 1, but such a sum counts cells that differ along "
    "those. Sum along the axis itself, dim=axis: are two cells in one line?"
)
def summed_over_the_others(shares):
    others = ((1, 2), (0, 2), (0, 1))
    return tuple(name for name, dims in zip(NAMES, others, strict=True) if (shares.sum(dim=dims) > 1).any())


@axes.mistake("You returned the numbers of the axes. Name them: 'batch', 'tokens', 'hidden'.")
def numbers(shares):
    return tuple(axis for axis in range(3) if (shares.sum(dim=axis) > 1).any())


@axes.mistake(
    "You counted the marked cells of the whole picture: dim= is missing, and one number answers for all axes. Sum "
    "along one axis at a time: dim=axis."
)
def one_number_for_all(shares):
    return NAMES if shares.sum() > 1 else ()


def _tokens():
    """An eps that is not small, so that its place shows; weight and bias unlike what a module begins with."""
    shapes = [(2, 3, 8, 1e-6), (3, 5, 4, 0.1), (4, 4, 4, 0.5), (1, 7, 6, 0.01), (1, 1, 5, 0.3)]
    return [
        Case((1 + 2 * torch.randn(b, t, h), 1 + torch.randn(h) / 2, torch.randn(h), eps)) for b, t, h, eps in shapes
    ]


layer = Exercise(
    norms.layer_norm,
    cases=_tokens,
    hints=(
        "Each token by itself: mean and variance are taken over its hidden numbers, which are the last axis. Keep that "
        "axis (keepdim=True), so that the result can be subtracted from x.",
        "The variance is the mean of (x - mean) squared: divided by hidden, not by hidden - 1. Divide x - mean by the "
        "root of variance + eps.",
        "mean = x.mean(-1, keepdim=True); variance = (x - mean).square().mean(-1, keepdim=True); "
        "return (x - mean) / torch.sqrt(variance + eps) * weight + bias",
    ),
)


def _normalised(x, weight, bias, eps, dim, unbiased=False):
    variance = x.var(dim=dim, keepdim=True, unbiased=unbiased)
    return (x - x.mean(dim=dim, keepdim=True)) / torch.sqrt(variance + eps) * weight + bias


@layer.mistake(
    "Your variance is the unbiased one, divided by hidden - 1. That is the default of x.var() and x.std(); layer "
    "normalisation divides by hidden: unbiased=False (or correction=0)."
)
def unbiased_variance(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, -1, unbiased=True)


@layer.mistake(
    "You added eps outside the root, to the deviation. It belongs to the variance: torch.sqrt(variance + eps). "
    "With eps = 1e-6 the difference shows in quiet tokens only, where it is a factor."
)
def eps_outside_the_root(x, weight, bias, eps):
    deviation = x.std(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / (deviation + eps) * weight + bias


@layer.mistake(
    "You added eps outside the root, and your standard deviation is the unbiased one besides, which x.std() gives if "
    "nothing is said. Take the variance with unbiased=False, then torch.sqrt(variance + eps)."
)
def plain_standard_deviation(x, weight, bias, eps):
    return (x - x.mean(dim=-1, keepdim=True)) / (x.std(dim=-1, keepdim=True) + eps) * weight + bias


@layer.mistake(
    "All tokens of an image share your mean. Layer normalisation asks each token by itself: over the last axis alone, "
    "not over tokens and hidden."
)
def over_tokens_too(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, (1, 2))


@layer.mistake(
    "Your mean is taken over the batch (dim=0): each image is measured by its neighbours. Layer normalisation looks at "
    "one token of one image: the last axis."
)
def over_the_batch(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, 0)


@layer.mistake(
    "That is batch normalisation: one mean for each hidden unit, over all tokens of all images. Layer normalisation is "
    "the other way round: one mean for each token, over its hidden units."
)
def over_batch_and_tokens(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, (0, 1))


@layer.mistake(
    "Your mean is taken over the tokens (dim=1), one for each hidden unit of an image: that is instance normalisation. "
    "Take the last axis."
)
def over_the_tokens(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, 1)


@layer.mistake(
    "You took one mean and one variance of the whole batch: dim= is missing. Each token has its own: the last axis."
)
def over_everything(x, weight, bias, eps):
    return _normalised(x, weight, bias, eps, (0, 1, 2))


@layer.mistake("You divided by the variance. Divide by its root, the standard deviation: torch.sqrt(variance + eps).")
def divided_by_the_variance(x, weight, bias, eps):
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / (variance + eps) * weight + bias


@layer.mistake("The mean was not subtracted from x: only the division is there. (x - mean) / ...")
def mean_left_in(x, weight, bias, eps):
    return x / torch.sqrt(x.var(dim=-1, keepdim=True, unbiased=False) + eps) * weight + bias


@layer.mistake(
    "Your variance is the mean of x squared. A variance is the mean of (x - mean) squared: how far the numbers lie "
    "from their mean, not from zero. (Without any mean it would be RMS normalisation.)"
)
def variance_around_zero(x, weight, bias, eps):
    mean_square = x.square().mean(dim=-1, keepdim=True)
    return (x - x.mean(dim=-1, keepdim=True)) / torch.sqrt(mean_square + eps) * weight + bias


@layer.mistake("Normalised rightly, but weight and bias are not used: multiply by weight, then add bias.")
def without_weight_and_bias(x, weight, bias, eps):
    return _normalised(x, 1, 0, eps, -1)


@layer.mistake("You added the bias before the weight was multiplied. First normalised * weight, then + bias.")
def bias_before_weight(x, weight, bias, eps):
    return (_normalised(x, 1, 0, eps, -1) + bias) * weight


@layer.mistake(
    "eps is missing, or you wrote a number of your own in its place (1e-6, say). It is an argument: use it as it is. "
    "Without it a token whose numbers are all alike would be divided by zero."
)
def eps_of_ones_own(x, weight, bias, eps):
    return _normalised(x, weight, bias, 1e-6, -1)


@layer.mistake(
    "Mean and variance have lost their last axis, so that [batch, tokens] does not fit [batch, tokens, hidden] (or, "
    "where the sizes happen to agree, is taken along the wrong axis without complaint). Say keepdim=True."
)
def axis_not_kept(x, weight, bias, eps):
    return (x - x.mean(dim=-1)) / torch.sqrt(x.var(dim=-1, unbiased=False) + eps) * weight + bias


@layer.mistake(
    "Two things: mean and deviation have lost their last axis (say keepdim=True), and the deviation is x.std()'s own, "
    "unbiased and with eps outside the root. Take the variance with unbiased=False, then torch.sqrt(variance + eps)."
)
def standard_deviation_and_axis_not_kept(x, weight, bias, eps):
    return (x - x.mean(dim=-1)) / (x.std(dim=-1) + eps) * weight + bias


@layer.mistake(
    "Two things: mean and variance have lost their last axis (say keepdim=True), and the variance is the unbiased one, "
    "the default of x.var(): say unbiased=False as well."
)
def unbiased_and_axis_not_kept(x, weight, bias, eps):
    return (x - x.mean(dim=-1)) / torch.sqrt(x.var(dim=-1) + eps) * weight + bias


@layer.mistake(
    "You took one mean and one variance of the whole batch, and the unbiased one at that: x.mean() and x.var() do so "
    "if nothing is said. Each token has its own: x.mean(-1, keepdim=True), x.var(-1, keepdim=True, unbiased=False)."
)
def over_everything_unbiased(x, weight, bias, eps):
    return (x - x.mean()) / torch.sqrt(x.var() + eps) * weight + bias


@layer.mistake(
    "Brackets: x - mean / deviation divides the mean alone, for `/` comes before `-`: (x - mean) / deviation."
)
def without_brackets(x, weight, bias, eps):
    variance = x.var(dim=-1, keepdim=True, unbiased=False)
    return x - x.mean(dim=-1, keepdim=True) / torch.sqrt(variance + eps) * weight + bias


@layer.mistake("Your variance is the sum of (x - mean) squared. It is their mean: divide by hidden.")
def sum_of_squares(x, weight, bias, eps):
    centred = x - x.mean(dim=-1, keepdim=True)
    return centred / torch.sqrt(centred.square().sum(dim=-1, keepdim=True) + eps) * weight + bias


@layer.mistake("You took the root of x.std(), which is a root already. The root is of the variance: x.var().")
def root_of_the_deviation(x, weight, bias, eps):
    deviation = x.std(dim=-1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=-1, keepdim=True)) / torch.sqrt(deviation + eps) * weight + bias


@layer.mistake(
    "The values are right, but mean and variance are detached (no_grad, .detach(), .data): constants to the gradient. "
    "They are computed from x, and the gradient must flow through them too."
)
def statistics_detached(x, weight, bias, eps):
    return _with_statistics(x, x.detach(), weight, bias, eps)


def _with_statistics(x, y, weight, bias, eps):
    """x, normalised with the mean and variance of y."""
    variance = y.var(dim=-1, keepdim=True, unbiased=False)
    return (x - y.mean(dim=-1, keepdim=True)) / torch.sqrt(variance + eps) * weight + bias


def _batches():
    shapes = [
        (2, 3, 4, True, 0.1, 0.1),
        (4, 4, 4, True, 0.3, 0.01),
        (1, 5, 3, True, 0.2, 0.3),
        (3, 1, 6, True, 0.9, 1e-6),
    ]
    shapes += [(2, 3, 4, False, 0.1, 0.1), (1, 1, 5, False, 0.3, 0.01)]
    return [
        Case(
            (
                1 + 2 * torch.randn(b, t, h),
                1 + torch.randn(h) / 2,
                torch.randn(h),
                torch.randn(h),
                0.5 + torch.rand(h),
                training,
                momentum,
                eps,
            ),
            fixed=("running_mean", "running_variance"),
        )
        for b, t, h, training, momentum, eps in shapes
    ]


batch = Exercise(
    norms.batch_norm,
    cases=_batches,
    hints=(
        "Two cases. In training, mean and variance come from x, over batch and tokens: dims (0, 1). In evaluation they "
        "are running_mean and running_variance as they came.",
        "In training the output uses the biased variance. The running ones become (1 - momentum) * running + momentum "
        "* new; the new variance is unbiased there: times n / (n - 1), with n = batch * tokens. Detach what goes in.",
        "mean = x.mean((0, 1)); variance = x.var((0, 1), unbiased=False); running_mean = (1 - momentum) * running_mean "
        "+ momentum * mean.detach(); the same for running_variance with x.var((0, 1)).detach(); then "
        "return (x - mean) / torch.sqrt(variance + eps) * weight + bias, running_mean, running_variance",
    ),
)


def _variant(
    over=(0, 1),
    unbiased=False,
    remembered_unbiased=True,
    always_batch=False,
    always_update=False,
    turned_round=False,
    outside=False,
    with_running=False,
    detach=True,
):
    """Batch normalisation with one thing done otherwise."""

    def norm(x, weight, bias, running_mean, running_variance, training, momentum, eps):
        count = x[..., 0].numel() if over == (0, 1) else len(x)
        correction = count / max(count - 1, 1)  # one token has no unbiased variance, and evaluation needs none
        mean, biased = x.mean(dim=over), x.var(dim=over, unbiased=False)
        variance = biased * correction if unbiased else biased
        new_mean, new_variance = mean, biased * correction if remembered_unbiased else biased
        if detach:
            new_mean, new_variance = new_mean.detach(), new_variance.detach()
        old, new = (momentum, 1 - momentum) if turned_round else (1 - momentum, momentum)
        before = running_mean, running_variance
        if training or always_update:
            running_mean = old * running_mean + new * new_mean
            running_variance = old * running_variance + new * new_variance
        if not training and not always_batch:
            mean, variance = before
        elif with_running:
            mean, variance = running_mean, running_variance
        deviation = variance.sqrt() + eps if outside else torch.sqrt(variance + eps)
        return (x - mean) / deviation * weight + bias, running_mean, running_variance

    return norm


for implementation, diagnosis in (
    (
        _variant(remembered_unbiased=False),
        "The output is right, but you remembered the biased variance. The batch is normalised with the biased one, and "
        "the unbiased one goes into running_variance: times n / (n - 1), n = batch * tokens. So does PyTorch.",
    ),
    (
        _variant(unbiased=True),
        "You normalised the batch with the unbiased variance (the default of x.var()). The output takes the biased "
        "one, divided by n; only what is remembered is unbiased.",
    ),
    (
        _variant(unbiased=True, remembered_unbiased=False),
        "You swapped the two variances: the output takes the biased one (divided by n), running_variance the unbiased "
        "one (divided by n - 1).",
    ),
    (
        _variant(always_batch=True),
        "In evaluation you still take mean and variance from the batch. There the running ones are used: an image must "
        "get the same answer whoever its neighbours are. (Is `training` asked at all?)",
    ),
    (
        _variant(always_batch=True, always_update=True),
        "You do the same in evaluation as in training: `training` is never asked. In evaluation x is normalised with "
        "the running statistics, and these stay as they are.",
    ),
    (
        _variant(always_update=True),
        "The running statistics moved in evaluation. There they are used and stay as they are: looking at test images "
        "must not change the model.",
    ),
    (
        _variant(turned_round=True),
        "You have momentum the wrong way round. In PyTorch it is the share of the new batch: (1 - momentum) * running "
        "+ momentum * new. (Other frameworks mean the share of the old, and call 0.9 what is 0.1 here.)",
    ),
    (
        _variant(with_running=True),
        "In training you normalised with the running statistics that you had just updated. In training x is normalised "
        "with its own batch's; the running ones are only kept for evaluation.",
    ),
    (
        _variant(detach=False),
        "All values are right, but the running statistics remember how they were computed: each step would keep the "
        "graph of all steps before it in memory. They are a record, no part of the computation: detach what goes in.",
    ),
    (
        _variant(unbiased=True, detach=False),
        "Two things. The output takes the biased variance, divided by n, and x.var() gives the unbiased one; only what "
        "is remembered is unbiased. And the running statistics are a record: detach what goes into them.",
    ),
    (
        _variant(remembered_unbiased=False, detach=False),
        "The output is right, but two things go wrongly into the running statistics: the variance there is the "
        "unbiased one (times n / (n - 1), n = batch * tokens), and both are to be detached, for they are a record.",
    ),
    (
        _variant(outside=True),
        "You added eps outside the root, to the standard deviation. It belongs to the variance: "
        "torch.sqrt(variance + eps).",
    ),
):
    batch.mistake(diagnosis)(implementation)


@batch.mistake(
    "Your statistics are taken over the batch alone (dim=0), so that each place in the sequence has its own. All "
    "tokens of all images share: dims (0, 1)."
)
def over_the_batch_alone(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _variant(over=0)(x, weight, bias, running_mean, running_variance, training, momentum, eps)


@batch.mistake(
    "That is layer normalisation: your mean is taken over hidden. Batch normalisation has one mean for each hidden "
    "unit, over all tokens of all images: dims (0, 1), which leaves [hidden]."
)
def over_hidden(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    if not training:
        return _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)
    mean, variance = x.mean(dim=-1, keepdim=True), x.var(dim=-1, keepdim=True, unbiased=False)
    unbiased = x.var(dim=-1, keepdim=True)  # over hidden, of which there are several in every case
    output = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
    return output, running_mean, (1 - momentum) * running_variance + momentum * unbiased.detach()


@batch.mistake(
    "The first of your results is right; the running mean and variance are missing. Return three things: the output, "
    "the new running mean, the new running variance."
)
def output_alone(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)[0]


@batch.mistake(
    "The running statistics did not move: you returned them as they came, in training too. Let them follow the "
    "batch's: (1 - momentum) * running + momentum * new."
)
def never_updated(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    output, _, _ = _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)
    return output, running_mean, running_variance
