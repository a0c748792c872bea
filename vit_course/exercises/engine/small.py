"""A model small enough for a check."""

from typing import Any

import torch

from vit_course.block import Block
from vit_course.config import ViTConfig


def small_config(**changes: Any) -> ViTConfig:
    """A configuration of a few numbers, 16 x 16 pixels, without a head and without dropout unless `changes` says so."""
    numbers: dict[str, Any] = {"hidden_size": 12, "mlp_dim": 20, "num_heads": 3, "num_layers": 1}
    return ViTConfig(**numbers | {"image_size": 16, "patch_size": 4, "num_classes": 0} | changes)


class SmallBlock(Block):
    """A block in evaluation mode whose norms and biases show, and which a message can name in a word."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(small_config(**changes))
        with torch.no_grad():
            for parameter in self.parameters():  # a fresh norm would look like one without weight and bias
                parameter.add_(0.1 * torch.randn_like(parameter))
        self.eval()

    def __repr__(self) -> str:
        return "a Block"
