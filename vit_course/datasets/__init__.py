"""What the lessons look at: four photographs, and the garments of Fashion-MNIST; and whether data/ is as published."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vit_course.datasets.images import (
        GARMENTS,
        MEAN,
        PHOTOGRAPHS,
        SPLITS,
        STD,
        LabelledImages,
        batches,
        fashion_mnist,
        normalise,
        photograph,
    )

__all__ = [
    "GARMENTS",
    "MEAN",
    "PHOTOGRAPHS",
    "SPLITS",
    "STD",
    "LabelledImages",
    "batches",
    "fashion_mnist",
    "normalise",
    "photograph",
]


def __getattr__(name: str) -> Any:
    """Import the images, and PyTorch with them, when first asked for: `doctor` needs no PyTorch."""
    if name in __all__:
        from vit_course.datasets import images

        return getattr(images, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
