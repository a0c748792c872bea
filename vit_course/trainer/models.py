"""The models that a training begins with: small ones for small images, and the published ones by name."""

from dataclasses import replace

import torch
from torch import Tensor

from vit_course.app.suggest import unknown
from vit_course.config import CONFIGS, ViTConfig
from vit_course.datasets import LabelledImages
from vit_course.trainer.errors import TrainingError

# For small images. Two have a grid of 4 x 4 patches or of 7 x 7, whatever the size of the image; the third looks
# through three convolutions first, so that 28 or 32 pixels become a grid of 4 x 4.
SMALL_GRIDS = {"tiny": 4, "small": 7}
SMALL = {
    "tiny": ViTConfig(hidden_size=64, mlp_dim=128, num_heads=4, num_layers=2),
    "small": ViTConfig(hidden_size=64, mlp_dim=128, num_heads=4, num_layers=6),
    "tiny-stem": ViTConfig(hidden_size=64, mlp_dim=128, num_heads=4, num_layers=2, patch_size=1, stem=(24, 48, 96)),
}


def make_config(name: str, image_size: int, channels: int, classes: int) -> ViTConfig:
    """The configuration of a name, fitted to images and classes.

    Raises TrainingError for an unknown name, and for an image that its patches do not tile.
    """
    known = {**SMALL, **CONFIGS}
    if name not in known:
        raise TrainingError(unknown("config", name, known))
    config = known[name]
    if name in SMALL_GRIDS:
        config = replace(config, patch_size=max(image_size // SMALL_GRIDS[name], 1))
    try:
        return replace(config, image_size=image_size, in_channels=channels, num_classes=classes)
    except ValueError as error:
        raise TrainingError(f"--config {name}: {error}") from error


def mean_and_deviation(data: LabelledImages) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Of each channel over the training images, black 0 and white 1."""
    total = torch.zeros(data.images.shape[1], dtype=torch.float64)
    square = torch.zeros_like(total)
    for part in data.images.split(1000):
        values: Tensor = part.double() / 255
        total += values.mean(dim=(2, 3)).sum(dim=0)
        square += values.square().mean(dim=(2, 3)).sum(dim=0)
    mean = total / len(data.images)
    deviation = (square / len(data.images) - mean**2).clamp(min=0).sqrt()
    # A channel that is the same everywhere has nothing to be divided by.
    deviation = torch.where(deviation < 1e-6, 1.0, deviation)
    return tuple(round(v, 6) for v in mean.tolist()), tuple(round(v, 6) for v in deviation.tolist())
