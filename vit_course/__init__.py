"""Learn the Vision Transformer by building it: the shared code of the notebooks, and their answer key."""

from typing import TYPE_CHECKING, Any

from vit_course.config import CONFIGS, ResNetConfig, ViTConfig
from vit_course.device import device

if TYPE_CHECKING:
    from vit_course.vision_transformer import VisionTransformer

__all__ = ["CONFIGS", "ResNetConfig", "ViTConfig", "VisionTransformer", "device"]


def __getattr__(name: str) -> Any:
    """Import the model, and PyTorch with it, when it is first asked for: the command line starts without them."""
    if name == "VisionTransformer":
        from vit_course.vision_transformer import VisionTransformer

        return VisionTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
