"""The commands train, evaluate and predict."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from vit_course.attention_maps import rollout
from vit_course.datasets import LabelledImages
from vit_course.device import device as default_device
from vit_course.trainer import RECIPES, Recipe, Run, TrainingError, load_model, train
from vit_course.trainer.data import Data, open_data, read_image
from vit_course.trainer.finetune import build_model, config_for, pixels_of
from vit_course.trainer.loop import Summary
from vit_course.trainer.measure import measure
from vit_course.trainer.models import make_config, mean_and_deviation
from vit_course.trainer.processes import processes, restarted
from vit_course.trainer.run import Source, Start

ENDS = ("max_steps", "max_epochs", "max_seconds")


def begin_or_go_on(out: Path, *, resume: bool, **options: Any) -> None:
    """Train, from the start or (`resume`) from where the run in `out` is. None is as the recipe or the run has it.

    Under torchrun this is one of several processes, of which the first one writes and speaks.
    """
    with processes() as those:
        run = data = None
        if those.first:  # what is wrong with the options is told once
            run, data = _prepared(out, resume or (restarted() and (out / "config.json").exists()), **options)
        those.wait()
        if run is None or data is None:
            run, data = _prepared(out, True, **dict.fromkeys(options), silent=True)
        summary = train(run, build_model(run, those.device), data, those)
    if those.first:
        _say(out, summary)
    if summary.stopped_by:
        raise SystemExit(130 if summary.stopped_by == "SIGINT" else 143)


def _prepared(
    out: Path,
    resume: bool,
    *,
    data: str | None,
    config: str | None,
    recipe: str | None,
    limit: int | None,
    image_size: int | None,
    download: bool | None,
    unreadable: str | None,
    weights: str | None,
    freeze: str | None,
    lora: int | None,
    changes: dict[str, Any] | None,
    silent: bool = False,
) -> tuple[Run, Data]:
    changes, unreadable, download = changes or {}, unreadable or "stop", bool(download)
    chosen = make_recipe(recipe, changes)
    if resume:
        run = Run.open(out, **({"say": lambda line: None} if silent else {}))
        asked = {"data": data, "limit": limit, "image_size": image_size}
        _refuse_differences(run, chosen if recipe or changes else None, config, asked)
        source = run.source
        images = open_data(
            source.name,
            source.image_size,
            limit=source.limit,
            seed=source.seed,
            download=download,
            unreadable=unreadable,
        )
        if images.classes != source.classes:
            raise TrainingError(f"{source.name} has other classes than when {out} began: {', '.join(images.classes)}")
        return run, images
    name = data or "fashion-mnist"
    images = open_data(name, image_size, limit=limit, seed=chosen.seed, download=download, unreadable=unreadable)
    channels, size = images.train.images.shape[1:3]
    mean, std = (weights and pixels_of(weights)) or mean_and_deviation(images.train)
    source = Source(name, size, limit, chosen.seed, images.classes, mean, std)
    shape = make_config(config or "tiny", size, channels, len(images.classes))
    start = Start(weights, freeze or "none", lora or 0)
    return Run.create(out, config_for(weights, shape) if weights else shape, chosen, source, start), images


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
        raise TrainingError(f"there is no recipe {name!r}: choose one of {', '.join(RECIPES)}")
    if any(end in changes for end in ENDS):
        changes = dict.fromkeys(ENDS) | changes
    return replace(RECIPES[name], **changes)


def _refuse_differences(run: Run, recipe: Recipe | None, config: str | None, asked: dict[str, Any]) -> None:
    """Raise TrainingError, listing each, where options say otherwise than the run that is to be resumed."""
    source, there, wanted = run.source, run.settings(), {}
    if recipe is not None:
        wanted["recipe"] = asdict(recipe)
    if config is not None:
        wanted["model"] = asdict(make_config(config, source.image_size, len(source.mean), len(source.classes)))
    wanted["source"] = {("name" if name == "data" else name): v for name, v in asked.items() if v is not None}
    differences = [
        f"{'data' if name == 'name' else name}: {there[part][name]} there, {value} asked for"
        for part, values in wanted.items()
        for name, value in values.items()
        if value != there[part][name]
    ]
    if differences:
        raise TrainingError(
            f"{run.folder} was begun otherwise:\n  " + "\n  ".join(differences) + "\nLeave these options out to go on "
            "with it, or choose another --out"
        )


def evaluate(folder: Path, part: str = "test", data: str | None = None) -> tuple[float, int]:
    """Accuracy of a run's best weights, and on how many images: of its own data, or of others of the same classes."""
    model, run = load_model(folder, default_device())
    source = run.source
    images = open_data(data or source.name, source.image_size, seed=source.seed)
    if strange := [name for name in images.classes if name not in source.classes]:
        raise TrainingError(f"the head of {folder} has no class {strange[0]!r}: it knows {', '.join(source.classes)}")
    if part not in ("train", "validation", "test"):
        raise TrainingError(f"there is no part {part!r}: choose train, validation or test")
    chosen: LabelledImages | None = getattr(images, part)
    if chosen is None:
        raise TrainingError(f"{source.name} has no test images: put some into test/, or give --part validation")
    own = torch.tensor([source.classes.index(name) for name in images.classes])
    _, accuracy = measure(model, chosen._replace(labels=own[chosen.labels]), run.normalise)
    return accuracy, len(chosen.labels)


@torch.no_grad()
def predict(folder: Path, files: list[Path], attention: Path | None = None) -> list[list[tuple[str, float]]]:
    """For each image the classes by falling probability; with `attention` a picture of where the model looked is drawn.

    That is attention roll-out to the class token or, in a model without one, to the mean of all tokens.
    """
    model, run = load_model(folder, default_device())
    size, channels = run.source.image_size, run.config.in_channels
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
