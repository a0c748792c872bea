"""`check`: is the learner's function or class right, and if not, which mistake is it?"""

import bdb
import dataclasses
import difflib
import functools
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from vit_course.device import device, random_numbers_kept
from vit_course.exercises.engine import debugger, limits, progress, session
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.judge import Trial
from vit_course.exercises.engine.report import Report


def find(exercises: Mapping[str, Exercise], target: Any) -> Exercise:
    """The exercise of a function, class or name. Raises ValueError with the nearest name where there is none."""
    name = target if isinstance(target, str) else getattr(_inside(target), "__name__", None)
    if name is None:  # most likely it is what a call gave: check(Embeddings(config))
        example = type(target).__name__ if type(target).__name__ in exercises else "patchify"
        raise ValueError(f"it is the function or class itself that is asked for, not what it returns: check({example})")
    if name not in exercises:
        near = difflib.get_close_matches(name, exercises, n=1, cutoff=0.4)
        remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(exercises)}."
        raise ValueError(f"there is no exercise {name!r}: {remedy} It goes by the name of the function or class.")
    return exercises[name]


def _inside(target: Any) -> Any:
    return target.func if isinstance(target, functools.partial) else target


def check_exercise(exercise: Exercise, target: Callable[..., Any]) -> Report:
    """Run the learner's implementation on freshly drawn cases and report; see `vit_course.exercises.check`."""
    if isinstance(_inside(target), type) != exercise.is_class:
        wanted, got = ("class", "function") if exercise.is_class else ("function", "class")
        return Report(exercise.name, "failed", f"{exercise.name} is to be a {wanted}, and yours is a {got}.")
    printed = limits.FirstCharacters()
    with session.neutral(), random_numbers_kept():  # a check leaves the notebook as it was
        torch.seed()
        cases = [_on_device(case) for case in exercise.cases()]
        try:
            status, message = Trial(exercise, cases).judge(target, printed)
        except limits.OutOfTime:
            status, message = (
                "failed",
                f"Your code was stopped after {limits.SECONDS:g} seconds: is there a loop that never ends?",
            )
        except bdb.BdbQuit:
            status, message = "not attempted", debugger.QUIT
    if status == "not attempted":
        return Report(exercise.name, status, message)
    if target is exercise.reference:
        return Report(exercise.name, status, f"{message} This is the package's own version, not yours: not recorded.")
    return Report(exercise.name, status, message, str(printed), progress.record_check(exercise.name, status))


def _on_device(case: Case) -> Case:
    return dataclasses.replace(case, args=tuple(_moved(arg) for arg in case.args))


def _moved(arg: Any) -> Any:
    """An argument on the session's device: tensors and modules, those in a list too; what is on "meta" stays there."""
    if isinstance(arg, (list, tuple)):
        return type(arg)([_moved(item) for item in arg])
    if isinstance(arg, nn.Module):
        return arg if any(parameter.is_meta for parameter in arg.parameters()) else arg.to(device())
    return arg.to(device()) if isinstance(arg, Tensor) else arg
