"""What a training learns from, and what it starts from: as the run's config.json keeps it."""

from dataclasses import dataclass

import torch

from vit_course.app.suggest import unknown
from vit_course.datasets import LabelledImages
from vit_course.trainer.data import Data, open_data
from vit_course.trainer.errors import TrainingError

FREEZE = ("none", "backbone", "all-but-last-block")


@dataclass(frozen=True)
class Source:
    """Which images: what `open_data` was asked for, the classes that it found, and mean and deviation by channel."""

    name: str
    image_size: int
    limit: int | None
    seed: int
    unreadable: str
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def open(self, name: str | None = None, download: bool = False) -> Data:
        """The same images again, or with `name` others, prepared alike. Raises TrainingError for unknown classes."""
        data = open_data(
            name or self.name,
            self.image_size,
            channels=len(self.mean),
            limit=self.limit,
            seed=self.seed,
            unreadable=self.unreadable,
            download=download,
        )
        if strange := [each for each in data.classes if each not in self.classes]:
            raise TrainingError(f"the head has no class {strange[0]!r}: it knows {', '.join(self.classes)}")
        # A class without images, as a folder may have lost or other data lack, leaves the others their numbers.
        own = torch.tensor([self.classes.index(each) for each in data.classes])
        same = data.each(lambda part: LabelledImages(part.images, own[part.labels]))
        return same._replace(classes=self.classes)


@dataclass(frozen=True)
class Start:
    """The weights that a training starts from, and which of them learn."""

    weights: str | None = None  # None: from scratch
    freeze: str = "none"
    lora: int = 0  # the rank; 0: none

    def __post_init__(self) -> None:
        if self.freeze not in FREEZE:
            raise TrainingError(unknown("--freeze", self.freeze, FREEZE))
        if self.lora < 0 or (self.lora and self.freeze != "none"):
            raise TrainingError(
                f"lora={self.lora} must be the rank, 1 or more, without freeze: it freezes the rest itself"
            )
