"""The trainings that lesson 08 shows and has no time for: one line of data/training_log.jsonl each.

    python benchmarks/training.py [--only ladder hunger ...] [--list | --table]

A training whose line is there is not done again: delete lines to have them anew. All run on the CPU with the threads
that PyTorch takes by itself, and end after so many steps, so that the speed of the machine decides nothing but the
seconds; the two of "minute" end by the clock. What counts is the accuracy after the last step; "chosen" is that of the
weights that did best on the validation images.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from vit_course.config import ViTConfig
from vit_course.datasets import LabelledImages
from vit_course.trainer import RECIPES, Recipe, Run, load_model, train
from vit_course.trainer.data import Data, open_data
from vit_course.trainer.finetune import build_model
from vit_course.trainer.measure import measure
from vit_course.trainer.models import SMALL, make_config, mean_and_deviation
from vit_course.trainer.source import Source, Start

ROOT = Path(__file__).parents[1]
LOG = ROOT / "data" / "training_log.jsonl"
TINY = make_config("tiny", 28, 1, 10)
STEM = make_config("tiny-stem", 28, 1, 10)
CLASSIFIER = ROOT / "data" / "weights" / "fashion_vit.safetensors"
PLAIN = Recipe(max_steps=400, warmup_steps=50, shift=0, validate_every=10_000, save_every=10_000)


@dataclass(frozen=True)
class Training:
    """One training of an experiment."""

    experiment: str
    variant: str
    seed: int
    recipe: Recipe
    config: ViTConfig = TINY
    limit: int | None = None
    start: Start = field(default_factory=Start)
    turned: bool = False  # the images turned and as negatives: another task


def trainings() -> Iterator[Training]:
    for seed in range(3):
        for name in ("minute-plain", "minute"):
            config = STEM if name == "minute" else TINY
            yield Training("minute", name, seed, replace(RECIPES[name], validate_every=10_000), config)
    ladder: dict[str, dict[str, Any]] = {
        "all of it": {},
        "SGD, rate 0.03": {"optimizer": "sgd", "learning_rate": 0.03},
        "SGD, rate 0.1": {"optimizer": "sgd", "learning_rate": 0.1},
        "no warm-up": {"warmup_steps": 0},
        "constant rate": {"decay": "none"},
        "not clipped": {"clip": 0.0},
        "no weight decay": {"weight_decay": 0.0},
        "not mirrored": {"flip": False},
        "shifted as well": {"shift": 1},
        "label smoothing 0.1": {"label_smoothing": 0.1},
        "average of the weights": {"ema": 0.98},
        "Muon": {"optimizer": "muon"},
    }
    for seed in range(5):
        for variant, changes in ladder.items():
            yield Training("ladder", variant, seed, replace(PLAIN, **changes))
    models = {
        "ViT on patches": TINY,
        "ViT behind a stem": STEM,
        "the stem alone": replace(STEM, num_layers=0, classifier="gap"),
    }
    for seed in range(3):
        for name, config in models.items():
            for limit in (550, 5_500, 55_000):
                yield Training("hunger", name, seed, PLAIN, config, limit)
    for seed in range(20):
        yield Training("choice", "the same recipe", seed, replace(PLAIN, max_steps=100, warmup_steps=20))
    old = str(CLASSIFIER)
    ways = {
        "from scratch": Start(),
        "the head": Start(old, "backbone"),
        "LoRA, rank 4": Start(old, lora=4),
        "the last block": Start(old, "all-but-last-block"),
        "everything": Start(old),
    }
    short = replace(PLAIN, max_steps=100, warmup_steps=10, batch_size=64, flip=False)
    for seed in range(4):
        for name, start in ways.items():
            for rate in (1e-3, 5e-3):
                config = replace(SMALL["small"], image_size=28, patch_size=4, in_channels=1, num_classes=10)
                recipe = replace(short, learning_rate=rate)
                yield Training("fine-tuning", f"{name}, {rate:g}", seed, recipe, config, 1000, start, True)


def images(training: Training) -> Data:
    data = open_data("fashion-mnist", limit=training.limit, seed=training.seed)
    if not training.turned:
        return data
    return data.each(lambda part: LabelledImages(255 - part.images.rot90(1, (2, 3)), part.labels))


def carry_out(training: Training) -> dict[str, Any]:
    data = images(training)
    mean, std = mean_and_deviation(data.train)
    name = "fashion-mnist, turned, negative" if training.turned else "fashion-mnist"
    source = Source(name, 28, training.limit, training.seed, "stop", data.classes, mean, std)
    recipe = replace(training.recipe, seed=training.seed)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder) / "run", training.config, recipe, source, training.start).create()
        model = build_model(run, torch.device("cpu"))
        summary = train(run, model, data)
        assert data.test is not None
        halves = [LabelledImages(data.test.images[i::2], data.test.labels[i::2]) for i in (0, 1)]
        accuracy = [measure(load_model(run.folder, torch.device("cpu"))[0], half, run.normalise)[1] for half in halves]
        lines = [line for line in run.metrics() if "loss" in line]
    return {
        "experiment": training.experiment,
        "variant": training.variant,
        "seed": training.seed,
        "recipe": asdict(recipe),
        "model": asdict(training.config),
        "images": len(data.train.labels),
        "parameters": sum(p.numel() for p in model.parameters()),
        "trained": sum(p.numel() for p in model.parameters() if p.requires_grad),
        "steps": summary.steps,
        "seconds": round(summary.seconds, 1),
        "validation": summary.validation_accuracy,
        "test": sum(accuracy) / 2,
        "test halves": accuracy,
        "losses": {line["step"]: round(line["loss"], 4) for line in lines},
        "torch": torch.__version__,
    }


def table(lines: list[dict[str, Any]]) -> str:
    """Mean and standard deviation over the seeds, a row for each variant and number of images."""
    rows: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for line in lines:
        rows.setdefault((line["experiment"], line["variant"], line["images"]), []).append(line)
    text = [
        "| experiment | variant | images | parameters that learn | seeds | steps | seconds | test, % |",
        "|---" * 8 + "|",
    ]
    for (experiment, variant, images), found in rows.items():
        test = [100 * line["test"] for line in found]
        steps, seconds = (statistics.median(line[name] for line in found) for name in ("steps", "seconds"))
        text.append(
            f"| {experiment} | {variant} | {images:,} | {found[0]['trained']:,} | {len(found)} | {steps:,.0f} | "
            f"{seconds:.0f} | {statistics.mean(test):.2f} ± {statistics.stdev(test):.2f} |"
        )
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", help="these experiments")
    parser.add_argument("--list", action="store_true", help="what is to be done")
    parser.add_argument("--table", action="store_true", help="what has been done")
    options = parser.parse_args()
    lines = LOG.read_text(encoding="utf-8").splitlines() if LOG.exists() else []
    if options.table:
        print(table([json.loads(line) for line in lines]))
        return
    done = {(x["experiment"], x["variant"], x["seed"], x["images"]) for x in map(json.loads, lines)}
    for training in trainings():
        key = training.experiment, training.variant, training.seed, training.limit or 55_000
        if key in done or (options.only and training.experiment not in options.only):
            continue
        if options.list:
            print(*key)
            continue
        line = carry_out(training)
        with LOG.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(*key, f"test {line['test']:.2%}, {line['seconds']:.0f} s", flush=True)


if __name__ == "__main__":
    main()
