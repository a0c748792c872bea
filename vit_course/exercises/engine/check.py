"""`check`: is the learner's function or class right, and if not, which mistake is it?"""

import contextlib
import dataclasses
import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from vit_course.device import device, random_numbers_kept
from vit_course.exercises.engine import limits, progress
from vit_course.exercises.engine.compare import difference, is_unwritten, same_outcome, shown
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.report import Report
from vit_course.exercises.engine.run import Outcome, for_each_tensor, run


def find(exercises: Mapping[str, Exercise], target: Any) -> Exercise:
    """The exercise of a function, class or name. Raises ValueError with the nearest name where there is none."""
    name = target if isinstance(target, str) else getattr(target, "__name__", None)
    if name is None:  # most likely it is what a call gave: check(Embeddings(config))
        example = type(target).__name__ if type(target).__name__ in exercises else "patchify"
        raise ValueError(f"it is the function or class itself that is asked for, not what it returns: check({example})")
    if name not in exercises:
        near = difflib.get_close_matches(name, exercises, n=1, cutoff=0.4)
        remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(exercises)}."
        raise ValueError(f"there is no exercise {name!r}: {remedy} It goes by the name of the function or class.")
    return exercises[name]


def check_exercise(exercise: Exercise, target: Callable[..., Any]) -> Report:
    """Run the learner's implementation on freshly drawn cases and report; see `vit_course.exercises.check`."""
    if isinstance(target, type) != exercise.is_class:
        wanted, got = ("class", "function") if exercise.is_class else ("function", "class")
        return Report(exercise.name, "failed", f"{exercise.name} is to be a {wanted}, and yours is a {got}.")
    with random_numbers_kept():  # a check leaves the notebook's random numbers as they were
        torch.seed()
        cases = [_on_device(case) for case in exercise.cases()]
        names = _argument_names(exercise)
        with contextlib.redirect_stdout(limits.FirstCharacters()) as printed:
            try:
                status, message = _judge(exercise, target, cases, names)
            except limits.OutOfTime:
                status, message = (
                    "failed",
                    f"Your code was stopped after {limits.SECONDS:g} seconds: is there a loop that never ends?",
                )
    if status == "not attempted":
        return Report(exercise.name, status, message)
    if target is exercise.reference:
        return Report(exercise.name, status, f"{message} This is the package's own version, not yours: not recorded.")
    return Report(exercise.name, status, message, str(printed), progress.record_check(exercise.name, status))


def _judge(exercise: Exercise, target: Callable[..., Any], cases: list[Case], names: list[str]) -> tuple[Any, str]:
    seed = torch.initial_seed()
    references = [run(exercise.reference, case, names, seed) for case in cases]
    states = [state for _, state in references]

    def outcomes(implementation: Callable[..., Any], order: Iterable[int]) -> Iterator[Outcome]:
        return (run(implementation, cases[i], names, seed, states[i])[0] for i in order)

    with limits.time_limit(limits.SECONDS):
        actual = list(outcomes(target, range(len(cases))))
    if any(is_unwritten(outcome) for outcome in actual):
        return "not attempted", f"Write it in the cell above, then run both cells. Stuck? hint({exercise.name})"
    found = [difference(a, expected) for a, (expected, _) in zip(actual, references, strict=True)]
    for i, outcome in enumerate(actual):
        if exercise.quiz and found[i] and outcome.error is None and outcome.value is not None:
            found[i] = f"Your result is {shown(outcome.value)}, and that is not it."
    wrong = [i for i, message in enumerate(found) if message]
    if not wrong:
        return "passed", f"{len(cases)} cases drawn afresh, all as they should be."
    where = _describe(cases[wrong[0]], names)
    if len(wrong) < len(cases):
        where += f" (right in {len(cases) - len(wrong)} of {len(cases)} cases)"
    # The wrong cases first: there most mistakes differ from this one, and need not be run any further.
    order = wrong[:1] if exercise.quiz else sorted(range(len(cases)), key=lambda i: found[i] is None)
    for mistake in exercise.mistakes:
        if all(map(same_outcome, (actual[i] for i in order), outcomes(mistake.implementation, order))):
            return "failed", f"{mistake.diagnosis}\nSeen with {where}. {found[wrong[0]]}"
    return "failed", f"{found[wrong[0]]}\nSeen with {where}."


def _on_device(case: Case) -> Case:
    args = tuple(for_each_tensor(arg, lambda tensor: tensor.to(device())) for arg in case.args)
    return dataclasses.replace(case, args=args)


def _argument_names(exercise: Exercise) -> list[str]:
    called = exercise.reference.forward if exercise.is_class else exercise.reference  # type: ignore[attr-defined]
    return [name for name in inspect.signature(called).parameters if name != "self"]


def _describe(case: Case, names: list[str]) -> str:
    parts = [
        f"{name} of shape {list(arg.shape)}" if isinstance(arg, Tensor) else f"{name}={shown(arg)}"
        for name, arg in zip(names, case.args, strict=False)
    ]
    return ", ".join(parts) + (", in training mode" if case.train else "")
