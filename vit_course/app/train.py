"""The commands train, evaluate and predict."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from vit_course.app.suggest import unknown
from vit_course.attention_maps import rollout
from vit_course.datasets import LabelledImages
from vit_course.device import device as default_device
from vit_course.trainer import RECIPES, Recipe, Run, TrainingError, load_model, train
from vit_course.trainer.data import Data, open_data
from vit_course.trainer.finetune import build_model, config_of, gelu_of, pixels_of
from vit_course.trainer.images import PARTS, read_image
from vit_course.trainer.loop import Summary, refuse_what_cannot_be_learned
from vit_course.trainer.measure import measure
from vit_course.trainer.models import make_config, mean_and_deviation
from vit_course.trainer.processes import Processes, processes, restarted
from vit_course.trainer.recipe import CONFIG_FOR
from vit_course.trainer.run import refuse_taken
from vit_course.trainer.source import Source, Start

ENDS = ("max_steps", "max_epochs", "max_seconds")


def begin_or_go_on(out: Path, resume: bool, download: bool, recipe: str | None, **options: Any) -> None:
    """Train, from the start or (`resume`) from where the run in `out` is. What isn't given is None.

    Under torchrun this is one of several processes, of which the first one writes and speaks.
    """
    with processes() as those, those.first_alone_speaks():
        data = None
        if those.first and not resume and not (restarted() and (out / "config.json").exists()):
            data = _begin(out, those, download, recipe, **options)
        elif those.first:  # what is wrong with the options is told once
            _refuse_differences(Run.open(out), recipe, **options)
        those.wait()
        run = Run.open(out)
        data = data or run.source.open(download=download)
        summary = train(run, build_model(run, those.device), data, those)
    if those.first:
        _say(out, summary)
    if summary.stopped_by:
        raise SystemExit(130 if summary.stopped_by == "SIGINT" else 143)


def _begin(
    out: Path,
    those: Processes,
    download: bool,
    recipe: str | None,
    changes: dict[str, Any],
    config: str | None = None,
    data: str | None = None,
    image_size: int | None = None,
    limit: int | None = None,
    unreadable: str | None = None,
    weights: str | None = None,
    freeze: str | None = None,
    lora: int | None = None,
) -> Data:
    """Make the folder of a run, once nothing stands against it, and return its images."""
    refuse_taken(out)
    chosen, start = make_recipe(recipe, changes), Start(weights, freeze or "none", lora or 0)
    pixels = pixels_of(weights) if weights else None
    name, unreadable = data or "fashion-mnist", unreadable or "stop"
    images = open_data(
        name,
        image_size,
        channels=len(pixels[0]) if pixels else None,
        limit=limit,
        seed=chosen.seed,
        unreadable=unreadable,
        download=download,
    )
    channels, size = images.train.images.shape[1:3]
    own = config_of(weights, size, len(images.classes)) if weights else None
    if own and config:
        raise TrainingError(f"--weights {weights} brings its own config: leave out --config {config}")
    shape = own or make_config(config or CONFIG_FOR.get(recipe or "", "tiny"), size, channels, len(images.classes))
    if weights and not own:
        shape = replace(shape, gelu=gelu_of(weights))
    refuse_what_cannot_be_learned(chosen, images, len(images.classes), those)
    mean, std = pixels or mean_and_deviation(images.train)
    source = Source(name, size, limit, chosen.seed, unreadable, images.classes, mean, std)
    run = Run(out, shape, chosen, source, start)
    if weights:
        build_model(run, torch.device("cpu"))  # weights that can't be had, or don't fit, leave no folder behind
    run.create()
    return images


def _refuse_differences(
    run: Run, recipe: str | None, changes: dict[str, Any], config: str | None = None, **asked: Any
) -> None:
    """Raise TrainingError, listing each, where options say otherwise than the run that is to be resumed."""
    source, there = run.source, {name: value for part in run.settings().values() for name, value in part.items()}
    there["data"] = there.pop("name")
    wanted = {name: value for name, value in asked.items() if value is not None}
    if config is not None:
        wanted |= asdict(make_config(config, source.image_size, len(source.mean), len(source.classes)))
    wanted |= asdict(make_recipe(recipe, changes)) if recipe else changes
    differences = [
        f"{name}: {there[name]} there, {value} asked for" for name, value in wanted.items() if value != there[name]
    ]
    if differences:
        raise TrainingError(
            f"{run.folder} was begun otherwise:\n  " + "\n  ".join(differences) + "\nLeave these options out to go on "
            "with it, or choose another --out"
        )


def _say(out: Path, summary: Summary) -> None:
    console, table = Console(), Table(show_header=False, box=None)
    for label, value in (
        ("steps", f"{summary.steps:,}"),
        ("seconds of training", f"{summary.seconds:.1f}"),
        ("images a second", f"{summary.images_per_second:,.0f}"),
        ("best on validation", f"{summary.validation_accuracy:.2%}, after step {summary.best_step:,}"),
        ("weights", str(out / "best.safetensors")),
    ):
        table.add_row(label, value)
    console.print(table)
    if summary.stopped_by:
        console.print(f"Stopped by {summary.stopped_by}, and saved. Go on with: vit-course train --resume --out {out}")
    else:
        console.print(f"On the test images: vit-course evaluate {out}")


def make_recipe(name: str | None, changes: dict[str, Any]) -> Recipe:
    """The recipe of a name, with changes; one that says when to end replaces the recipe's own end."""
    name = name or "minute-plain"
    if name not in RECIPES:
        raise TrainingError(unknown("recipe", name, RECIPES))
    if any(end in changes for end in ENDS):
        changes = dict.fromkeys(ENDS) | changes
    return replace(RECIPES[name], **changes)


def evaluate(folder: Path, part: str = "test", data: str | None = None) -> tuple[float, int]:
    """Accuracy of a run's best weights, and on how many images: of its own data, or of others of the same classes."""
    model, run = load_model(folder, default_device())
    if part not in PARTS:
        raise TrainingError(unknown("part", part, PARTS))
    images = run.source.open(data)
    chosen: LabelledImages | None = getattr(images, part)
    if chosen is None:
        raise TrainingError(
            f"{data or run.source.name} has no test images: put some into test/, or give --part validation"
        )
    _, accuracy = measure(model, chosen, run.normalise)
    return accuracy, len(chosen.labels)


@torch.no_grad()
def predict(folder: Path, files: list[Path], attention: Path | None = None) -> list[list[tuple[str, float]]]:
    """For each image the classes by falling probability; with `attention` a picture of where the model looked is drawn.

    That is attention roll-out to the class token or, in a model without one, to the mean of all tokens.
    """
    model, run = load_model(folder, default_device())
    size, channels = run.source.image_size, len(run.source.mean)
    images = torch.stack([read_image(file, size, channels) for file in files]).to(default_device())
    logits, weights = model(run.normalise(images), return_attention=True)
    shares = logits.softmax(dim=-1).sort(descending=True)
    found = [
        [(run.source.classes[label], share) for label, share in zip(labels, values, strict=True)]
        for labels, values in zip(shares.indices.tolist(), shares.values.tolist(), strict=True)
    ]
    if attention:
        from vit_course import plots

        looked = rollout(weights)
        looked = looked[:, 0] if run.config.classifier == "token" else looked.mean(dim=1)
        titles = [f"{classes[0][0]} {classes[0][1]:.0%}" for classes in found]
        figure = plots.attention_over(images / 255, looked[:, -run.config.num_patches :], titles)
        figure.savefig(attention, dpi=150)
    return found
