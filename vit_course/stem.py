"""A convolutional stem: a few small convolutions in place of large patches (Xiao et al., arXiv 2106.14881)."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor, nn


class ConvStem(nn.Module):
    """Convolutions of 3 x 3 pixels and stride 2, each with a norm and ReLU: every one halves the sides, rounded up.

    The paper has BatchNorm. Here it is GroupNorm with one group, for an image must not depend on its neighbours in
    the batch (lesson 02). The 1 x 1 convolution at the paper's end is the patch projection with patch_size=1.
    """

    def __init__(self, in_channels: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.layer = nn.ModuleList()
        for before, after in zip((in_channels, *channels), channels, strict=False):
            convolution = nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1, bias=False)
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            self.layer.append(nn.Sequential(convolution, nn.GroupNorm(1, after), nn.ReLU()))

    def forward(
        self, images: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out_channels rows columns"]:
        for layer in self.layer:
            images = layer(images)
        return images
