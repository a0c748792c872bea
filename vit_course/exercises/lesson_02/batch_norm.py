"""Exercise 2.3: batch_norm."""

import torch

from vit_course import norms
from vit_course.exercises.engine.exercise import Case, Exercise


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


exercise = Exercise(
    "2.3",
    norms.batch_norm,
    cases=_batches,
    hints=(
        "Two cases. In training, mean and variance come from x, over batch and tokens: dims (0, 1). In evaluation they "
        "are running_mean and running_variance as they came.",
        "In training the output uses the biased variance. The running ones become (1 - momentum) * running + momentum "
        "* new; the new variance is unbiased there: times n / (n - 1), with n = batch * tokens. Detach what goes in.",
        "if training:\n"
        "    mean, variance = x.mean((0, 1)), x.var((0, 1), unbiased=False)\n"
        "    running_mean = (1 - momentum) * running_mean + momentum * mean.detach()\n"
        "    running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1)).detach()\n"
        "else:\n"
        "    mean, variance = running_mean, running_variance\n"
        "return (x - mean) / torch.sqrt(variance + eps) * weight + bias, running_mean, running_variance",
    ),
    forbidden=("torch.batch_norm", "torch.nn.functional.batch_norm", "torch.native_batch_norm"),
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
    exercise.mistake(diagnosis)(implementation)


@exercise.mistake(
    "Your statistics are taken over the batch alone (dim=0), so that each place in the sequence has its own. All "
    "tokens of all images share: dims (0, 1)."
)
def over_the_batch_alone(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _variant(over=0)(x, weight, bias, running_mean, running_variance, training, momentum, eps)


@exercise.mistake(
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


@exercise.mistake(
    "The first of your results is right; the running mean and variance are missing. Return three things: the output, "
    "the new running mean, the new running variance."
)
def output_alone(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)[0]


@exercise.mistake(
    "The running statistics did not move: you returned them as they came, in training too. Let them follow the "
    "batch's: (1 - momentum) * running + momentum * new."
)
def never_updated(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    output, _, _ = _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)
    return output, running_mean, running_variance


@exercise.mistake(
    "Your variance for the record has another n / (n - 1): n counts all tokens of all images, batch * tokens, not the "
    "images alone."
)
def images_counted(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _counted(len(x), x, weight, bias, running_mean, running_variance, training, momentum, eps)


@exercise.mistake(
    "Your variance for the record has another n / (n - 1): n counts all tokens of all images, batch * tokens, not "
    "those of one image."
)
def tokens_of_one_image_counted(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    return _counted(x.shape[1], x, weight, bias, running_mean, running_variance, training, momentum, eps)


def _counted(n, x, weight, bias, running_mean, running_variance, training, momentum, eps):
    """Right, but for the n of the unbiased variance."""
    output, mean, variance = _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)
    if training:
        biased = x.detach().var(dim=(0, 1), unbiased=False)
        variance = (1 - momentum) * running_variance + momentum * biased * n / max(n - 1, 1)
    return output, mean, variance


@exercise.mistake(
    "Each image is normalised by itself: your mean is taken over its tokens alone. That is instance normalisation; the "
    "batch shares its statistics, over dims (0, 1)."
)
def each_image_by_itself(x, weight, bias, running_mean, running_variance, training, momentum, eps):
    right = _variant()(x, weight, bias, running_mean, running_variance, training, momentum, eps)
    if not training:
        return right
    variance = x.var(dim=1, keepdim=True, unbiased=False)
    return (x - x.mean(dim=1, keepdim=True)) / torch.sqrt(variance + eps) * weight + bias, *right[1:]
