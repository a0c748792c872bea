"""Where code that much of the web copies leaves the published hybrid, one departure at a time (lesson 06).

Each function changes a built hybrid in place and keeps its weights. None of them changes the shape that a ResNet of
several stages hands on at 224 pixels, which is why they went unnoticed.
"""

from collections.abc import Callable

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.resnet import Bottleneck, StdConv2d, pad_same, standardise_weight
from vit_course.vision_transformer import VisionTransformer


def norm_projection_per_channel(model: VisionTransformer) -> None:
    """Give each channel of a projected shortcut a group of its own, not 32 groups to them all, and PyTorch's eps."""
    for unit in model.modules():
        if isinstance(unit, Bottleneck) and unit.project:
            norm = nn.GroupNorm(unit.norm_proj.num_channels, unit.norm_proj.num_channels)
            norm.load_state_dict(unit.norm_proj.state_dict())
            unit.norm_proj = norm.to(unit.norm_proj.weight)


def pool_without_padding(model: VisionTransformer) -> None:
    """Let the max pool of the stem pad nothing: it then makes 55 x 55 of 112 x 112, and not 56 x 56."""
    if model.resnet is not None:
        model.resnet.root.pool = nn.MaxPool2d(kernel_size=3, stride=2)


def pad_convolutions_evenly(model: VisionTransformer) -> None:
    """Pad strided convolutions by the same on both sides, as PyTorch does: where a side of the input is even, each
    window then lies one cell further up and left."""
    for convolution in _departed_convolutions(model):
        convolution.even = True


def standardise_weights_by(model: VisionTransformer, formula: Callable[[Tensor], Tensor]) -> None:
    """Standardise the weights of all convolutions by another formula: `add_to_variance(1e-5)`, say."""
    for convolution in _departed_convolutions(model):
        convolution.formula = formula


def add_to_variance(eps: float) -> Callable[[Tensor], Tensor]:
    """A formula with `eps` under the root: 1e-5 in the article's code, 1e-8 in timm's hybrids."""

    def standardise(weight: Tensor) -> Tensor:
        variance = weight.var(dim=(1, 2, 3), correction=0, keepdim=True)
        return (weight - weight.mean(dim=(1, 2, 3), keepdim=True)) / (variance + eps).sqrt()

    return standardise


class DepartedConv2d(StdConv2d):
    """A StdConv2d that shares another's weight and may pad evenly, or standardise by another formula."""

    def __init__(self, source: StdConv2d) -> None:
        super().__init__(source.in_channels, source.out_channels, source.kernel_size[0], source.stride[0])
        self.weight = source.weight
        self.even = False
        self.formula: Callable[[Tensor], Tensor] = standardise_weight

    def forward(
        self, inputs: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        kernel_size, stride = self.kernel_size[0], self.stride[0]
        if self.even:
            return F.conv2d(inputs, self.formula(self.weight), stride=stride, padding=(kernel_size - 1) // 2)
        return F.conv2d(pad_same(inputs, kernel_size, stride), self.formula(self.weight), stride=stride)


def _departed_convolutions(model: VisionTransformer) -> list[DepartedConv2d]:
    """The model's convolutions, each put in the place of the StdConv2d that it was (unless it was already)."""
    found = [(name, module) for name, module in model.named_modules() if isinstance(module, StdConv2d)]
    departed = []
    for name, module in found:
        if not isinstance(module, DepartedConv2d):
            module = DepartedConv2d(module)
            model.set_submodule(name, module)
        departed.append(module)
    return departed
