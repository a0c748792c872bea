"""The convolutions of a hybrid: a ResNet whose feature map is cut into patches (section 3.1, "Hybrid Architecture").

As in "Big Transfer" (Kolesnikov et al., arXiv 1912.11370) GroupNorm and weight standardisation stand in place of
BatchNorm; the order is convolution, norm, ReLU, not that paper's pre-activation. Padding is TensorFlow's "SAME": in a
layer of stride 2 with a window of 3 or 7 it differs from PyTorch's symmetric one wherever a side is even.
"""

import math
from collections import OrderedDict

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.config import ResNetConfig
from vit_course.embeddings import lecun_normal_


def standardise_weight(
    weight: Float[Tensor, "out_channels in_channels height width"],
) -> Float[Tensor, "out_channels in_channels height width"]:
    """Shift and scale each filter (one per output channel) to mean 0 and standard deviation 1.

    Source: Qiao et al. (arXiv 1903.10520), equation 4, with 1e-5 added to the standard deviation, not to the variance.
    """
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    # Three times as fast as weight.std on a CPU, and this is done for each filter in each forward pass.
    length = torch.linalg.vector_norm(centred, dim=(1, 2, 3), keepdim=True)
    deviation = length / math.sqrt(weight[0].numel())
    return centred / (deviation + 1e-5)


def same_padding(size: int, kernel_size: int, stride: int) -> tuple[int, int]:
    """Cells to add (before, after) along one side so that ceil(size / stride) come out; an odd one goes after.

    224 pixels under a kernel of 7 with stride 2 get (2, 3).
    """
    total = max((math.ceil(size / stride) - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


def pad_same(
    inputs: Float[Tensor, "batch channels height width"], kernel_size: int, stride: int, value: float = 0.0
) -> Float[Tensor, "batch channels padded_height padded_width"]:
    """Pad height and width as `same_padding` says."""
    top, bottom = same_padding(inputs.shape[2], kernel_size, stride)
    left, right = same_padding(inputs.shape[3], kernel_size, stride)
    return F.pad(inputs, (left, right, top, bottom), value=value)


def convolve_same(
    images: Float[Tensor, "batch channels height width"],
    weight: Float[Tensor, "out_channels channels kernel kernel"],
    stride: int,
) -> Float[Tensor, "batch out_channels out_height out_width"]:
    """A convolution with "SAME" padding at any stride, as TensorFlow and flax pad it."""
    return F.conv2d(pad_same(images, weight.shape[2], stride), weight, stride=stride)


def feature_map_size(image_size: int, config: ResNetConfig) -> int:
    """Cells along one side of the ResNet's feature map: 14 for 224 pixels and three stages.

    Each layer of stride 2 halves, rounding up: the first convolution, the pooling, all stages but the first.
    """
    for _ in range(2 + max(len(config.num_layers) - 1, 0)):
        image_size = math.ceil(image_size / 2)
    return image_size


def receptive_field(layers: list[tuple[int, int]]) -> tuple[int, int]:
    """How many pixels along one side a cell of the last layer sees, and how far apart neighbouring cells look.

    `layers` are (kernel_size, stride), first to last; padding plays no part, for the image is taken to have no border.
    """
    seen, step = 1, 1
    for kernel_size, stride in layers:
        seen += (kernel_size - 1) * step
        step *= stride
    return seen, step


class StdConv2d(nn.Conv2d):
    """A convolution without bias, its weight standardised on each use, with "SAME" padding."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, stride: int = 1) -> None:
        # At stride 1, and with an odd kernel, the convolution itself can pad: both sides get the same.
        padding = "same" if stride == 1 else 0
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, bias=False)

    def forward(
        self, inputs: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        weight = standardise_weight(self.weight)
        if self.stride[0] > 1:
            return convolve_same(inputs, weight, self.stride[0])
        return F.conv2d(inputs, weight, padding=self.padding)


class MaxPool2dSame(nn.MaxPool2d):
    """The largest of each 3 x 3 cells, two cells apart, with "SAME" padding by minus infinity."""

    def __init__(self) -> None:
        super().__init__(kernel_size=3, stride=2)

    def forward(
        self, inputs: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels out_height out_width"]:
        return super().forward(pad_same(inputs, 3, 2, value=-math.inf))


def group_norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(32, channels, eps=1e-6)


class Bottleneck(nn.Module):
    """A unit of the ResNet: 1x1, 3x3 and 1x1 convolution, the last with four times the channels, around a shortcut.

    Often called "pre-activation", but its order is convolution, norm, ReLU. The stride sits in the 3x3 convolution.
    The shortcut is projected where the shapes differ. [batch, channels, height, width] in and out.
    """

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.relu = nn.ReLU(inplace=True)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)
        # As in the original: at the start each unit passes its shortcut on, and nothing else.
        nn.init.zeros_(self.norm3.weight)

    def forward(
        self, inputs: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out_channels out_height out_width"]:
        shortcut = self.norm_proj(self.conv_proj(inputs)) if self.project else inputs
        # Three convolutions, a norm after each, a ReLU after the first two; add; a ReLU after the sum.
        branch = self.relu(self.norm1(self.conv1(inputs)))
        branch = self.relu(self.norm2(self.conv2(branch)))
        return self.relu(shortcut + self.norm3(self.conv3(branch)))


class ResNetV2(nn.Module):
    """Stem and stages: an image [batch, channels, height, width] becomes a feature map.

    For 224 x 224 pixels and stages (3, 4, 9): the stem gives 64 x 56 x 56, the stages 256 x 56 x 56, 512 x 28 x 28 and
    1024 x 14 x 14.
    """

    def __init__(self, config: ResNetConfig, in_channels: int = 3) -> None:
        super().__init__()
        channels = config.stem_channels
        self.root = nn.Sequential(
            OrderedDict(
                conv=StdConv2d(in_channels, channels, 7, stride=2),
                norm=group_norm(channels),
                relu=nn.ReLU(inplace=True),
                pool=MaxPool2dSame(),
            )
        )
        self.body = nn.Sequential()
        arriving = channels
        for stage, units in enumerate(config.num_layers):
            width = channels * 2**stage
            first = Bottleneck(arriving, width, stride=1 if stage == 0 else 2)
            self.body.append(nn.Sequential(first, *(Bottleneck(4 * width, width) for _ in range(units - 1))))
            arriving = 4 * width
        for module in self.modules():
            if isinstance(module, StdConv2d):
                lecun_normal_(module)

    def forward(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out_channels rows columns"]:
        return self.body(self.root(images))
