"""What the lessons look at: photographs, garments and a log of trainings; and whether data/ is as published."""

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
    from vit_course.datasets.log import training_log

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
    "training_log",
]


def __getattr__(name: str) -> Any:
    """Import the images, and PyTorch with them, when first asked for: `doctor` needs no PyTorch."""
    if name in __all__:
        from vit_course.datasets import images, log

        return getattr(log if name == "training_log" else images, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
