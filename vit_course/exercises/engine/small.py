"""A model small enough for a check."""

from typing import Any

from vit_course.config import ViTConfig


def small_config(**changes: Any) -> ViTConfig:
    """A configuration of a few numbers, 16 x 16 pixels, without a head and without dropout unless `changes` says so."""
    numbers: dict[str, Any] = {"hidden_size": 12, "mlp_dim": 20, "num_heads": 3, "num_layers": 1}
    return ViTConfig(**numbers | {"image_size": 16, "patch_size": 4, "num_classes": 0} | changes)
