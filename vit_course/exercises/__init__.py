"""The exercises: check, hint, solution, progress.

Each lesson's exercises are in a file of their own, one short declaration each (CONTRIBUTING.md shows how).
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from vit_course.exercises.check import check_exercise, find
from vit_course.exercises.exercise import Exercise
from vit_course.exercises.progress import record_help
from vit_course.exercises.report import Hint, Report, Solution
from vit_course.exercises.solution import self_contained_source
from vit_course.exercises.table import Progress

__all__ = ["EXERCISES", "LESSONS", "check", "hint", "progress", "solution"]

LESSONS: dict[str, list[Exercise]] = {
    file.stem.removeprefix("lesson_"): [
        thing for thing in vars(import_module(f"{__name__}.{file.stem}")).values() if isinstance(thing, Exercise)
    ]
    for file in sorted(Path(__file__).parent.glob("lesson_*.py"))
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
