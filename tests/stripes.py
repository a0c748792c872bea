"""A training that takes a tenth of a second: stripes that lie and stripes that stand."""

from dataclasses import replace

import torch

import vit_course
from vit_course import VisionTransformer, ViTConfig
from vit_course.datasets import LabelledImages
from vit_course.trainer import Recipe, Run
from vit_course.trainer.data import Data
from vit_course.trainer.source import Source

CONFIG = ViTConfig(
    16, 32, num_heads=2, num_layers=2, image_size=8, patch_size=4, in_channels=1, num_classes=2, dropout=0.1
)
RECIPE = Recipe(
    max_steps=24, warmup_steps=4, batch_size=16, learning_rate=1e-2, validate_every=8, save_every=8, flip=True, shift=1
)


def stripes(count, seed):
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    lines = torch.rand(count, 1, 8, 1, generator=generator).round().expand(-1, -1, -1, 8)
    images = torch.where(labels[:, None, None, None] == 1, lines, lines.mT)
    noise = torch.rand(count, 1, 8, 8, generator=generator)
    return LabelledImages(((images + 0.3 * noise) / 1.3 * 255).to(torch.uint8), labels)


def data():
    return Data(stripes(100, 0), stripes(40, 1), stripes(40, 2), ("stands", "lies"))


def begin(folder, config=CONFIG, **changes):
    """A new run and its model at the start."""
    source = Source("stripes", 8, None, 0, "stop", ("stands", "lies"), (0.5,), (0.3,))
    run = Run(folder, config, replace(RECIPE, **changes), source).create()
    return run, model_of(run)


def model_of(run):
    torch.manual_seed(run.recipe.seed)
    return VisionTransformer(run.config).to(vit_course.device())


def again(run):
    """What a new process would have of it."""
    run = Run.open(run.folder)
    return run, model_of(run)


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def without_times(run):
    times = ("seconds", "images_per_second")
    return [{name: value for name, value in line.items() if name not in times} for line in run.metrics()]
