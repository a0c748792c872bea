"""The trainings that took longer than a lesson: what `benchmarks/training.py` wrote down."""

import json
from pathlib import Path
from typing import Any

from vit_course.app.suggest import unknown

LOG = Path(__file__).parents[2] / "data" / "training_log.jsonl"


def training_log(experiment: str) -> dict[str, list[dict[str, Any]]]:
    """The trainings of an experiment by the name of the variant, each a list in the order of its seeds.

    Of each training it has the recipe, the model, the seconds, the accuracies and the losses.

    Raises ValueError for an experiment that is none, with those there are.
    """
    lines = [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()]
    known = sorted({line["experiment"] for line in lines})
    if experiment not in known:
        raise ValueError(unknown("experiment", experiment, known))
    found: dict[str, list[dict[str, Any]]] = {}
    for line in sorted((x for x in lines if x["experiment"] == experiment), key=lambda x: x["seed"]):
        found.setdefault(line["variant"], []).append(line)
    return found
