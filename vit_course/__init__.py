"""Learn the Vision Transformer by building it: the shared code of the notebooks, and their answer key."""

from vit_course.config import CONFIGS, ResNetConfig, ViTConfig
from vit_course.device import device
from vit_course.vision_transformer import VisionTransformer

__all__ = ["CONFIGS", "ResNetConfig", "ViTConfig", "VisionTransformer", "device"]
