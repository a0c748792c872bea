"""Where two outcomes differ, told to a learner."""

import itertools
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vit_course.exercises.engine.debugger import InputAsked
from vit_course.exercises.engine.run import Outcome, Unusable
from vit_course.exercises.engine.same import close, different_gradients, part_of, same, same_gradients

ROWS = 6  # of unfitting parameters: a list of hundreds helps nobody
_PACKAGE = Path(__file__).resolve().parents[2]
_INPUT = "Your code waits for somebody to type (`input()`). All that it needs comes as arguments."


def same_at_a_glance(a: Outcome, b: Outcome) -> bool:
    """Whether two implementations gave the same value, raised the same error, or have the same parameters at fault."""
    if a.error is not None or b.error is not None:
        # The same words in whatever order: PyTorch calls them tensor a and tensor b as they stand in the expression.
        return type(a.error) is type(b.error) and sorted(str(a.error).split()) == sorted(str(b.error).split())
    if a.wrong_parameters or b.wrong_parameters:
        return a.misfit == b.misfit
    return a.summary is not None or same(a.value, b.value)


def same_outcome(a: Outcome, b: Outcome) -> bool:
    """Whether two implementations did the same thing, right or wrong."""
    if not same_at_a_glance(a, b) or a.error is not None or a.wrong_parameters:
        return same_at_a_glance(a, b)
    if (a.changed_input, a.summary, a.start, a.repeats, a.unrecorded, a.varies) != (
        *(b.changed_input, b.summary, b.start, b.repeats, b.unrecorded, b.varies),
    ) or not same(a.later, b.later):
        return False
    return a.summary is not None or same_gradients(a.gradients, b.gradients)


def difference(actual: Outcome, expected: Outcome) -> str | None:
    """What is wrong with an outcome, in the order parameters, error, type, shape, dtype, values, gradients; or None."""
    if isinstance(actual.error, Unusable):
        return str(actual.error)
    if isinstance(actual.error, InputAsked):
        return _INPUT
    if "modified by an inplace operation" in str(actual.error):  # what PyTorch says of it helps nobody
        return (
            "The backward pass still needs a tensor that your code changed in place (`x += y`, `x[...] = y`, or a "
            "method whose name ends in _). Make a new one: `x = x + y`."
        )
    if actual.error is not None:
        return "Your code raised an error:\n" + describe_error(actual.error)
    if actual.wrong_parameters:
        rows = [f"`{name}` {problem}" for name, problem in actual.wrong_parameters.items()]
        more = [f"and {len(rows) - ROWS} more"] if len(rows) > ROWS else []
        return "The parameters of your class do not fit:\n" + "\n".join(rows[:ROWS] + more)
    found = (_value_difference if expected.summary is None else _kind_difference)(actual.value, expected.value)
    if found is None and actual.summary != expected.summary:
        found = f"What your result is: {actual.summary}. What it should be: {expected.summary}."
    if found:
        return found
    if actual.changed_input is not None:
        return (
            f"The result is right, but your code changes its input `{actual.changed_input}` in place, and "
            f"whoever passed it in loses it. Work on a new tensor (`x = x + y`, not `x += y`), or a module's copy."
        )
    return _later_difference(actual, expected) or _gradient_difference(actual, expected)


def _later_difference(actual: Outcome, expected: Outcome) -> str | None:
    """What shows on a second call only, or before the first."""
    if expected.repeats and not actual.repeats:
        return (
            "The first call is right, and a second one with the same input gives something else. Your code keeps "
            "something from call to call (a list that grows, a default argument that changes), or draws random numbers."
        )
    if expected.unrecorded and not actual.unrecorded:
        return (
            "Under torch.no_grad() your result is another one. Whether gradients are recorded must not change it: "
            "training is an argument, or the module's mode."
        )
    if not same(actual.later, expected.later):
        return (
            "The first call is right, and a second one with other inputs is not. Your code keeps something from the "
            "first one: a token for each of its images, a scale, its result."
        )
    if (actual.repeats and not expected.repeats) or (expected.varies and not actual.varies):
        return (
            "Your random numbers are the same at every call, so always the same places are dropped. Is a seed set "
            "inside? Leave it to whoever calls."
        )
    if expected.dropped and actual.dropped > 1.5 * expected.dropped:
        return (
            "The values are right, but in training mode dropout acts more often than it should, each time in other "
            "places. Do the tokens go through a part twice? What you return then comes from two different draws."
        )
    return actual.start or None


def _gradient_difference(actual: Outcome, expected: Outcome) -> str | None:
    wrong = different_gradients(actual.gradients, expected.gradients)
    for name in wrong:
        wanted, got = expected.gradients[name], actual.gradients.get(name)
        if wanted is not None and wanted.any() and (got is None or not got.any()):
            return (
                f"The values are right, but no gradient flows back to `{name}`: it cannot learn. Something on the "
                f"way is detached (.detach(), .data, .item(), .numpy(), torch.tensor(...), torch.no_grad())."
            )
    if wrong and expected.summary is None:
        others = [name for name in expected.gradients if name not in wrong]
        fine = f" (that of {_named(others)} is right)" if others else ""
        return (
            f"The values are right, but the gradient of {_named(wrong)} is not{fine}: a part of the computation is "
            f"detached (.detach(), torch.no_grad()) that should not be, or the other way round."
        )
    return None


def silent(actual: Outcome, expected: Outcome) -> list[str]:
    """The arguments and parameters that a gradient flows to in the right answer and not in this one."""
    return [
        name
        for name, wanted in expected.gradients.items()
        if wanted is not None and wanted.abs().max() > 1e-4 and not _flows(actual.gradients.get(name))
    ]


def without_influence(actual: Outcome, silent: list[str]) -> str:
    """A sentence on arguments and parameters that change the right result and not this one; "" of none or all."""
    alive = [name for name in actual.gradients if _flows(actual.gradients[name])]
    if not silent or not alive:
        return ""
    modules = list(dict.fromkeys(name.rpartition(".")[0] or name for name in silent))
    whole = [name for name in modules if not any(other.startswith(f"{name}.") for other in alive)]
    named = whole if len(whole) == len(modules) else silent
    verb = "has" if len(named) == 1 else "have"
    return f"{_named(named)} {verb} no influence on your result: is it used, and is what came of it used?".capitalize()


def _flows(gradient: Tensor | None) -> bool:
    return gradient is not None and bool(gradient.isfinite().all()) and bool(gradient.abs().max() > 1e-6)


def _named(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:ROWS]] + ["others"] * (len(names) > ROWS)
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def _value_difference(actual: Any, expected: Any, place: str = "Your result") -> str | None:
    if isinstance(expected, Tensor):
        return _tensor_difference(actual, expected, place)
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        return _sequence_difference(actual, expected, place)
    if same(expected, actual):
        return None
    if actual is None:
        return _nothing(place)
    number = isinstance(expected, (int, float)) and isinstance(actual, Tensor) and actual.numel() == 1
    if number and same(expected, type(expected)(actual.item())):
        return (
            f"{place} is a tensor; a plain {type(expected).__name__} is asked for: take .item(), or compute in Python."
        )
    if expected is None and isinstance(actual, Tensor):
        return f"{place} is a tensor of shape {list(actual.shape)}, and should be None."
    if type(actual) is not type(expected):
        return f"{place} is {_kind(actual)}, {shown(actual)}, and should be {_kind(expected)}, {shown(expected)}."
    return f"{place} is {actual!r} and should be {expected!r}."


def _sequence_difference(actual: Any, expected: Any, place: str) -> str | None:
    if len(actual) != len(expected):
        return f"{place} has {_elements(actual)} and should have {len(expected)}: {shown(expected)}."
    pairs = list(zip(actual, expected, strict=True))
    found = [_value_difference(a, e, f"{place}{part_of(expected, i)}") for i, (a, e) in enumerate(pairs)]
    plain = bool(expected) and all(isinstance(part, (str, int)) for part in expected)
    if not any(found):
        if plain and not isinstance(actual, type(expected)):
            return f"{place} has the right parts, as {_kind(actual)}; {_kind(expected)} is asked for: {expected!r}."
        return None
    if isinstance(expected, list) and all(same(e, a) for a, e in zip(actual, reversed(expected), strict=True)):
        return f"{place} is right in reverse: the last comes first."
    for order in itertools.permutations(range(len(actual))) if len(actual) <= 3 and not plain else ():
        if all(same(expected[j], actual[i]) for i, j in enumerate(order)):
            places = ", ".join(f"{place.removeprefix('Your ')}[{j}]" for j in order)
            return f"{place} has the right parts in another order: yours are {places} of the right one."
    return next(filter(None, found))


def _elements(value: Any) -> str:
    return "one element" if len(value) == 1 else f"{len(value)} elements"


def _nothing(place: str) -> str:
    return f"{place} is None: is there a `return`?" if place == "Your result" else f"{place} is None and should not be."


def shown(value: Any) -> str:
    """A value for a learner's eye: of tensors the shape alone, of what they are packed in the rest."""
    if isinstance(value, Tensor):
        return f"[tensor of shape {list(value.shape)}]"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(shown, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    return repr(value)


def _kind(value: Any) -> str:
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


def _tensor_difference(actual: Any, expected: Tensor, place: str) -> str | None:
    found = _kind_difference(actual, expected, place)
    if found or same(actual, expected):
        return found
    wrong = ~close(actual, expected) if expected.is_floating_point() else actual != expected
    first = wrong.nonzero()[0].tolist()
    where = "" if place == "Your result" else f" of {place.removeprefix('Your ')}"
    return (
        f"Shape and dtype{where} are right, the values are not: {int(wrong.sum()):,} of {wrong.numel():,} differ. The "
        f"first, at {first}, is {actual[tuple(first)].item():.5g} and should be {expected[tuple(first)].item():.5g}."
    )


def _kind_difference(actual: Any, expected: Tensor, place: str = "Your result") -> str | None:
    if actual is None:
        return _nothing(place)
    if isinstance(actual, np.ndarray):
        return f"{place} is a NumPy array. Stay in PyTorch (drop .numpy()): NumPy knows neither gradients nor GPUs."
    if not isinstance(actual, Tensor):
        return (
            f"{place} is {_kind(actual)}, {shown(actual)}, and should be a tensor of shape {list(expected.shape)}."
            if isinstance(actual, (list, tuple))
            else f"{place} is {_kind(actual)} and should be a tensor of shape {list(expected.shape)}."
        )
    if actual.shape != expected.shape:
        return f"{place} has shape {list(actual.shape)} and should have {list(expected.shape)}."
    if actual.dtype != expected.dtype:
        return f"The shape is right. {place} has dtype {actual.dtype} and should have {expected.dtype}."
    if actual.device != expected.device:
        return (
            f"The shape is right. {place} is on {actual.device} and the input was on {expected.device}: create new "
            f"tensors with device=x.device."
        )
    return None


def describe_error(error: BaseException) -> str:
    """An exception with the learner's own lines only."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_learners(f.filename)]
    lines = [f"line {f.lineno}, in {f.name}:  {f.line}" for f in frames[-3:]]
    return "\n".join([*lines, f"{type(error).__name__}: {error}"])


def is_learners(filename: str) -> bool:
    path = Path(filename)
    if (
        "site-packages" in path.parts
        or filename.startswith("<frozen")
        or path.is_relative_to(Path(torch.__file__).parent)
    ):
        return False
    return not path.is_relative_to(_PACKAGE) and not path.is_relative_to(Path(traceback.__file__).parent)


def is_unwritten(outcome: Outcome) -> bool:
    """Whether the stub's own NotImplementedError was reached; one that a library raises says more."""
    return isinstance(outcome.error, NotImplementedError) and not str(outcome.error)
