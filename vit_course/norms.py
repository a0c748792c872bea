"""Normalisation written out: which numbers share a mean and a variance? (lesson 02)

Each function subtracts a mean, divides by a standard deviation, scales by a learned weight and adds a learned bias.
They differ only in the numbers that mean and deviation are taken over. For tokens [batch, tokens, hidden]:

    batch_norm      one mean for each hidden unit          over batch and tokens
    layer_norm      one mean for each token                over hidden
    instance_norm   one mean for each image and unit       over tokens
    group_norm      one mean for each image and group      over tokens and the units of the group
    rms_norm        as layer_norm, without subtracting a mean, and without a bias

An image [batch, channels, height, width] is such a block too: its pixels are tokens, its channels the hidden units. All
equal PyTorch's own to rounding. `eps` keeps the root away from zero; here it is 1e-6 throughout, as in the original
Vision Transformer (PyTorch's modules begin with 1e-5).
"""

from collections.abc import Callable

import torch
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

AXES = ("batch", "tokens", "hidden")


def which_axes(mask: Bool[Tensor, "batch tokens hidden"]) -> tuple[str, ...]:
    """The axes along which a statistic is shared, given all cells that share one: those along which there are several.

    Part of an axis is enough: a group of group normalisation covers only some of the hidden units.
    """
    return tuple(name for axis, name in enumerate(AXES) if (mask.sum(dim=axis) > 1).any())


def layer_norm(
    x: Float[Tensor, "*batch hidden"],
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    eps: float = 1e-6,
) -> Float[Tensor, "*batch hidden"]:
    """Each token by itself. Source: Ba et al. (arXiv 1607.06450), equation 3."""
    mean = x.mean(dim=-1, keepdim=True)
    variance = (x - mean).square().mean(dim=-1, keepdim=True)  # biased: divided by hidden, not by hidden - 1
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


def rms_norm(
    x: Float[Tensor, "*batch hidden"], weight: Float[Tensor, " hidden"], eps: float = 1e-6
) -> Float[Tensor, "*batch hidden"]:
    """Each token by itself, by its root mean square. Source: Zhang and Sennrich (arXiv 1910.07467), equation 4."""
    mean_square = x.square().mean(dim=-1, keepdim=True)
    return x / torch.sqrt(mean_square + eps) * weight


def batch_norm(
    x: Float[Tensor, "*batch hidden"],
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    running_mean: Float[Tensor, " hidden"],
    running_variance: Float[Tensor, " hidden"],
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-6,
) -> tuple[Float[Tensor, "*batch hidden"], Float[Tensor, " hidden"], Float[Tensor, " hidden"]]:
    """Each hidden unit over all tokens of all images. Returns the output and the new running mean and variance.

    In training, the statistics are those of this batch, and the running ones move towards them by the share `momentum`.
    In evaluation the running ones are used, and stay.

    Raises ValueError in training where there is one token in all, for a single number has no variance.
    Source: Ioffe and Szegedy (arXiv 1502.03167), algorithms 1 and 2.
    """
    if not training:
        mean, variance = running_mean, running_variance  # in evaluation: as they came
    else:
        rows = x.flatten(0, -2)
        count = len(rows)
        if count < 2:
            raise ValueError(
                f"batch normalisation of {tuple(x.shape)} in training: {count} number for each hidden unit has no "
                f"variance. Use a larger batch, or eval mode"
            )
        mean = rows.mean(dim=0)
        variance = (rows - mean).square().mean(dim=0)
        # The batch is normalised with the biased variance, and the unbiased one is remembered.
        unbiased = variance * count / (count - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * unbiased.detach()
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias, running_mean, running_variance


def masked_batch_norm(
    x: Float[Tensor, "batch tokens hidden"],
    real: Bool[Tensor, "batch tokens"],
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    eps: float = 1e-6,
) -> Float[Tensor, "batch tokens hidden"]:
    """`batch_norm` in training, with the statistics of the tokens that are `real`; the others become zeros."""
    rows = x[real]  # pick the real tokens
    mean = rows.mean(dim=0)
    variance = (rows - mean).square().mean(dim=0)
    normalised = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return torch.where(real[..., None], normalised, 0)


def fold_batch_norm(
    linear_weight: Float[Tensor, "out hidden"],
    linear_bias: Float[Tensor, " out"],
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    running_mean: Float[Tensor, " hidden"],
    running_variance: Float[Tensor, " hidden"],
    eps: float = 1e-6,
) -> tuple[Float[Tensor, "out hidden"], Float[Tensor, " out"]]:
    """Weight and bias of the one linear layer that does what BatchNorm in evaluation and then a linear layer do.

    Source: Jacob et al. (arXiv 1712.05877), equation 14, there for the convolution before the norm.
    """
    scale = weight / torch.sqrt(running_variance + eps)  # one number for each hidden unit: a column of the weight
    return linear_weight * scale, linear_bias + linear_weight @ (bias - running_mean * scale)


def fold_norm(norm: nn.LayerNorm, linear: nn.Linear) -> nn.Linear:
    """One linear layer in place of a norm's scale and shift and the `linear` behind it.

    folded(z) = linear(norm(x)) where z is x normalised and nothing more: mean 0 and variance 1, up to the norm's eps.
    Both modules stay as they are; the result has a bias even where `linear` has none, for the shift needs one.

    Raises ValueError where the norm has no scale or no shift, or where it is not as wide as what `linear` reads.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021), on handling layer normalisation.
    """
    if norm.weight is None or norm.bias is None:
        raise ValueError(f"{norm} has no scale and shift to fold: it needs elementwise_affine=True and bias=True")
    if norm.normalized_shape != (linear.in_features,):
        raise ValueError(f"{norm} normalises {norm.normalized_shape}, and {linear} reads {linear.in_features} numbers")
    folded = nn.Linear(linear.in_features, linear.out_features).to(linear.weight)  # its device and its dtype
    with torch.no_grad():
        folded.weight.copy_(linear.weight * norm.weight)  # each number that is read, a column, gets its scale
        folded.bias.copy_(linear.weight @ norm.bias)  # the shift goes through the old weight: it is scaled already
        if linear.bias is not None:
            folded.bias.add_(linear.bias)
    return folded


def instance_norm(
    x: Float[Tensor, "batch tokens hidden"],
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    eps: float = 1e-6,
) -> Float[Tensor, "batch tokens hidden"]:
    """Each hidden unit of each image over its tokens. Source: Ulyanov et al. (arXiv 1607.08022), equation 3."""
    mean = x.mean(dim=1, keepdim=True)
    variance = (x - mean).square().mean(dim=1, keepdim=True)
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias


def group_norm(
    x: Float[Tensor, "batch tokens hidden"],
    groups: int,
    weight: Float[Tensor, " hidden"],
    bias: Float[Tensor, " hidden"],
    eps: float = 1e-6,
) -> Float[Tensor, "batch tokens hidden"]:
    """Neighbouring hidden units of each image together, in `groups` equal parts, over its tokens.

    Raises ValueError where groups does not divide hidden. Source: Wu and He (arXiv 1803.08494), equation 7.
    """
    if x.shape[-1] % groups:
        raise ValueError(f"{x.shape[-1]} hidden units cannot be shared out among groups={groups}: take a divisor")
    x = rearrange(x, "batch tokens (groups units) -> batch tokens groups units", groups=groups)
    mean = x.mean(dim=(1, 3), keepdim=True)
    variance = (x - mean).square().mean(dim=(1, 3), keepdim=True)
    x = (x - mean) / torch.sqrt(variance + eps)
    return rearrange(x, "batch tokens groups units -> batch tokens (groups units)") * weight + bias


class LayerNorm(nn.Module):
    """`layer_norm` with its parameters, as the Vision Transformer has it."""

    def __init__(self, hidden: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))
        self.bias = nn.Parameter(torch.zeros(hidden))
        self.eps = eps

    def forward(self, x: Float[Tensor, "*batch hidden"]) -> Float[Tensor, "*batch hidden"]:
        return layer_norm(x, self.weight, self.bias, self.eps)


class RMSNorm(nn.Module):
    """`rms_norm` with its parameter."""

    def __init__(self, hidden: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))
        self.eps = eps

    def forward(self, x: Float[Tensor, "*batch hidden"]) -> Float[Tensor, "*batch hidden"]:
        return rms_norm(x, self.weight, self.eps)


class BatchNorm(nn.Module):
    """`batch_norm` with its parameters, and the running statistics that eval mode uses."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, hidden: int, momentum: float = 0.1, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden))
        self.bias = nn.Parameter(torch.zeros(hidden))
        self.register_buffer("running_mean", torch.zeros(hidden))  # no parameters, but saved and moved with them
        self.register_buffer("running_var", torch.ones(hidden))
        self.momentum, self.eps = momentum, eps

    def forward(self, x: Float[Tensor, "*batch hidden"]) -> Float[Tensor, "*batch hidden"]:
        x, self.running_mean, self.running_var = batch_norm(
            x,
            self.weight,
            self.bias,
            self.running_mean,
            self.running_var,
            training=self.training,
            momentum=self.momentum,
            eps=self.eps,
        )
        return x


def replace_norms(model: nn.Module, norm: Callable[[int], nn.Module]) -> nn.Module:
    """Put `norm(hidden)` in place of each LayerNorm of a model, and return the model.

    `norm` is one of the classes above, or `nn.Identity` for no normalisation at all.

    Raises ValueError where the model has no LayerNorm.
    """
    places = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.LayerNorm | LayerNorm)]
    if not places:
        raise ValueError(f"{type(model).__name__} has no LayerNorm that could be replaced")
    for name, old in places:
        model.set_submodule(name, norm(len(old.weight)).to(old.weight))
    return model
