"""What a step sees: which images, and how they are changed. It depends on the seed and the step's number alone."""

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import v2

from vit_course.datasets import LabelledImages
from vit_course.trainer.processes import Processes
from vit_course.trainer.recipe import Recipe
from vit_course.trainer.run import Run
from vit_course.training import flip_and_shift


class Batch(NamedTuple):
    inputs: Tensor  # images as the model wants them
    targets: Tensor  # classes, or shares of classes where images are mixed
    labels: Tensor  # classes


def make_batch(run: Run, data: LabelledImages, step: int, those: Processes) -> Batch:
    """The part of a step's batch that falls to this process, on its device.

    Each process changes the whole batch and takes its part: however many they are, they see what one would see.
    """
    seed = run.recipe.seed
    index = order(len(data.labels), run.recipe, step).to(data.labels.device)
    torch.manual_seed(_seed(seed, 1, step))
    images, labels = (whole[index].to(those.device) for whole in data)
    inputs, targets = _augmented(run, images, labels)
    torch.manual_seed(_seed(seed, 2, step, those.rank))  # for dropout: no two processes drop the same
    return Batch(*(whole[those.rank :: those.count] for whole in (inputs, targets, labels)))


def order(count: int, recipe: Recipe, step: int) -> Tensor:
    """Which images a step sees: each epoch has an order of its own, and leaves out what makes no whole batch."""
    epoch, place = divmod(step, count // recipe.batch_size)
    return _epoch(count, recipe.seed, epoch)[place * recipe.batch_size : (place + 1) * recipe.batch_size]


@functools.lru_cache(maxsize=1)
def _epoch(count: int, seed: int, epoch: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(_seed(seed, 0, epoch)))


def _seed(*numbers: int) -> int:
    """A seed from several numbers: those of neighbours have nothing in common."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


def _augmented(run: Run, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    recipe, classes = run.recipe, len(run.source.classes)
    if recipe.flip or recipe.shift:
        images = flip_and_shift(images, recipe.shift, flip=recipe.flip)
    if recipe.randaugment:
        change = v2.RandAugment(num_ops=recipe.randaugment)
        images = torch.stack([change(image) for image in images])
    inputs = run.normalise(images)
    kinds = ((v2.MixUp, recipe.mixup), (v2.CutMix, recipe.cutmix))
    mixes = [kind(alpha=strength, num_classes=classes) for kind, strength in kinds if strength]
    return v2.RandomChoice(mixes)(inputs, labels) if mixes else (inputs, labels)
