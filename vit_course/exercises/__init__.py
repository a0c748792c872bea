"""The exercises: check, hint, solution, progress.

Each lesson has a folder, each exercise a file in it with one short declaration (CONTRIBUTING.md shows how).
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from vit_course.exercises.engine.check import check_exercise, find
from vit_course.exercises.engine.exercise import Exercise
from vit_course.exercises.engine.progress import record_help
from vit_course.exercises.engine.report import Hint, Report, Solution
from vit_course.exercises.engine.solution import self_contained_source
from vit_course.exercises.engine.table import Progress

__all__ = ["EXERCISES", "LESSONS", "check", "hint", "progress", "solution"]


def _exercises(folder: Path) -> list[Exercise]:
    """Those that the files of a lesson's folder declare, in the order of their numbers."""
    modules = (import_module(f"{__name__}.{folder.name}.{file.stem}") for file in folder.glob("[!_]*.py"))
    found = [thing for module in modules for thing in vars(module).values() if isinstance(thing, Exercise)]
    return sorted(found, key=lambda exercise: exercise.number)


LESSONS: dict[str, list[Exercise]] = {
    folder.name.removeprefix("lesson_"): _exercises(folder) for folder in sorted(Path(__file__).parent.glob("lesson_*"))
}
EXERCISES: dict[str, Exercise] = {exercise.name: exercise for lesson in LESSONS.values() for exercise in lesson}
_hints_given: dict[str, int] = {}


def check(target: Callable[..., Any] | str) -> Report:
    """Check the learner's function or class, known by its name, against the package's.

    It runs on copies of cases that are drawn afresh each time, for 10 seconds at most; shape, dtype, values and
    gradients are compared, and a wrong result is looked up among the exercise's known mistakes.

    Returns a report with `status` ("passed", "failed", "not attempted") and `message`; a notebook shows it as a card.
    Raises ValueError for a name that is no exercise, with the nearest one.
    """
    if isinstance(target, str):
        raise ValueError(f"check takes the function or class itself: check({target}), without quotes")
    return check_exercise(find(EXERCISES, target), target)


def hint(target: Callable[..., Any] | str) -> Hint:
    """The next of an exercise's three hints, each saying more; after the last, the last again."""
    exercise = find(EXERCISES, target)
    number = min(_hints_given.get(exercise.name, 0) + 1, len(exercise.hints))
    _hints_given[exercise.name] = number
    note = record_help(exercise.name, "hints", number)
    return Hint(exercise.name, number, exercise.hints[number - 1], note)


def solution(target: Callable[..., Any] | str) -> Solution:
    """An exercise's solution: the package's own source, with the imports that it needs in front."""
    exercise = find(EXERCISES, target)
    note = record_help(exercise.name, "solution", 1)
    return Solution(exercise.name, self_contained_source(exercise.reference), note)


def progress() -> Progress:
    """What has been done so far, as a table."""
    return Progress({lesson: [e.name for e in exercises] for lesson, exercises in LESSONS.items()})
