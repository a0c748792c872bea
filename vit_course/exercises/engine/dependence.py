"""What depends on what: does an image's result change with another image, a token's with another token?"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from vit_course.exercises.engine import names
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.same import close

Compute = Callable[[Case], Any]
ONE = {"batch": "image", "tokens": "token", "heads": "head", "patches": "patch", "hidden": "hidden unit"}


def what_is_true(exercise: Exercise, cases: Sequence[Case], yours: Sequence[Compute], rights: Sequence[Compute]) -> str:
    """A sentence on what the answer's result depends on and should not, or the other way round; "" where all is well.

    It must be true of every case in which it can be asked.
    """
    argument = names.argument_names(exercise.reference)[0]
    given, got = names.argument_axes(exercise.reference).get(argument), names.result_axes(exercise.reference)
    got = got[0] if isinstance(got, list) else got
    if not isinstance(given, tuple) or not isinstance(got, tuple):
        return ""
    found: dict[str, set[tuple[bool | None, bool | None]]] = {}
    for case, mine, right in zip(cases, yours, rights, strict=True):
        axes, results = names.named_axes(given, case.args[0].dim()), names.named_axes(got, _first(right(case)).dim())
        for word in ONE:
            if word in axes and word in results and case.args[0].shape[axes.index(word)] > 1:
                place = axes.index(word), results.index(word)
                found.setdefault(word, set()).add((_depends(case, *place, mine), _depends(case, *place, right)))
    for word, one in ONE.items():
        seen = found.get(word, set()) - {(False, False)}  # in a case of saturated numbers nothing shows
        if seen == {(True, False)}:
            return (
                f"What you get for one {one} changes with the other ones, and should not: is a mean, a sum or a "
                f"softmax taken over them as well, or are they mixed by a reshape?"
            )
        if seen == {(False, True)}:
            return f"What you get for one {one} does not change with the other ones, and should."
    return ""


def _depends(case: Case, of: int, on: int, compute: Compute) -> bool | None:
    """Whether the first place along an axis of the result changes with the last one of the input; None: unknown."""
    given = case.args[0]
    last = [slice(None)] * given.dim()
    last[of] = slice(-1, None)
    changed = given.clone()
    part = changed[tuple(last)]
    part += torch.arange(1.0, 1 + part.numel(), device=given.device).sin().reshape(part.shape).to(given)
    try:
        before, after = (
            _first(compute(dataclasses.replace(case, args=(one, *case.args[1:])))).select(on, 0)
            for one in (given, changed)
        )
        return not bool(close(before, after).all())
    except Exception:  # an error, or a result of another kind
        return None


def _first(result: Any) -> Tensor:
    while isinstance(result, (list, tuple)):
        result = result[0]
    return result.detach()  # type: ignore[no-any-return]
