"""Where two outcomes differ, told to a learner."""

import traceback
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vit_course.exercises.engine.run import Outcome

ROWS = 6  # of unfitting parameters: a list of hundreds helps nobody
_PACKAGE = Path(__file__).resolve().parents[2]


def _same(a: Any, b: Any, atol: float = 1e-5) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype or a.device != b.device:
            return False
        if not a.is_floating_point():
            return torch.equal(a, b)
        return torch.allclose(a, b, rtol=1e-4, atol=atol, equal_nan=True)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, float) and isinstance(b, (int, float)):
        return bool(np.isclose(a, b, rtol=1e-4, atol=1e-5))
    return type(a) is type(b) and bool(np.all(a == b))


def same_outcome(a: Outcome, b: Outcome) -> bool:
    """Whether two implementations did the same thing, right or wrong."""
    if a.error is not None or b.error is not None:
        # The same words in whatever order: PyTorch calls them tensor a and tensor b as they stand in the expression.
        return type(a.error) is type(b.error) and sorted(str(a.error).split()) == sorted(str(b.error).split())
    if a.wrong_parameters or b.wrong_parameters:
        return a.misfit == b.misfit
    if a.changed_input != b.changed_input:
        return False
    if a.summary is not None or b.summary is not None:
        return a.summary == b.summary
    return _same(a.value, b.value) and _same_gradients(a, b)


def _same_gradients(a: Outcome, b: Outcome) -> bool:
    # Gradients that are sums of large numbers have errors as large as these allow.
    atol = 1e-5 * max(1.0, min(_largest_gradient(a), _largest_gradient(b)))

    def zeros_as_none(g: Tensor | None) -> Tensor | None:
        return None if g is None or bool((g.abs() <= atol).all()) else g

    return a.gradients.keys() == b.gradients.keys() and all(
        _same(zeros_as_none(g), zeros_as_none(b.gradients[name]), atol) for name, g in a.gradients.items()
    )


def _largest_gradient(outcome: Outcome) -> float:
    return max((g.abs().max().item() for g in outcome.gradients.values() if g is not None and g.numel()), default=0.0)


def difference(actual: Outcome, expected: Outcome) -> str | None:
    """What is wrong with an outcome, in the order parameters, error, type, shape, dtype, values, gradients; or None."""
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
        found = (
            f"Shape and dtype are right. What your result is: {actual.summary}. What it should be: {expected.summary}."
        )
    if found:
        return found
    if actual.changed_input is not None:
        return (
            f"The result is right, but your code changes its input `{actual.changed_input}` in place, and "
            f"whoever passed it in loses it. Work on a new tensor: `x = x + y`, not `x += y`."
        )
    for name, wanted in expected.gradients.items():
        got = actual.gradients.get(name)
        if wanted is not None and wanted.any() and (got is None or not got.any()):
            return (
                f"The values are right, but no gradient flows back to `{name}`: it cannot learn. Something on the "
                f"way is detached (.detach(), .data, .item(), .numpy(), torch.tensor(...), torch.no_grad())."
            )
    if expected.summary is None and not _same_gradients(actual, expected):
        return "The values are right, but the gradients are not: is part of the computation detached?"
    return None


def _value_difference(actual: Any, expected: Any, place: str = "Your result") -> str | None:
    if isinstance(expected, Tensor):
        return _tensor_difference(actual, expected, place)
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        if len(actual) != len(expected):
            return f"{place} has {len(actual)} elements and should have {len(expected)}."
        parts = (
            _value_difference(a, e, f"{place}[{i}]") for i, (a, e) in enumerate(zip(actual, expected, strict=True))
        )
        return next(filter(None, parts), None)
    if _same(expected, actual):
        return None
    if actual is None:
        return f"{place} is None: is there a `return`?"
    number = isinstance(expected, (int, float)) and isinstance(actual, Tensor) and actual.numel() == 1
    if number and _same(expected, type(expected)(actual.item())):
        return (
            f"{place} is a tensor; a plain {type(expected).__name__} is asked for: take .item(), or compute in Python."
        )
    if type(actual) is not type(expected):
        return f"{place} is {_kind(actual)}, {shown(actual)}, and should be {_kind(expected)}, {shown(expected)}."
    return f"{place} is {actual!r} and should be {expected!r}."


def shown(value: Any) -> str:
    """A value for a learner's eye: of tensors the shape alone, of what they are packed in the rest."""
    if isinstance(value, Tensor):
        return f"[tensor of shape {list(value.shape)}]"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(shown, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return repr(value)


def _kind(value: Any) -> str:
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


def _tensor_difference(actual: Any, expected: Tensor, place: str) -> str | None:
    found = _kind_difference(actual, expected, place)
    if found or _same(actual, expected):
        return found
    wrong = actual != expected
    if expected.is_floating_point():  # as _same compares, so that where it finds a difference there is a first one
        wrong = ~torch.isclose(actual, expected, rtol=1e-4, atol=1e-5, equal_nan=True)
    first = wrong.nonzero()[0].tolist()
    return (
        f"Shape and dtype are right, the values are not: {int(wrong.sum()):,} of {wrong.numel():,} differ. The first, "
        f"at {first}, is {actual[tuple(first)].item():.5g} and should be {expected[tuple(first)].item():.5g}."
    )


def _kind_difference(actual: Any, expected: Tensor, place: str = "Your result") -> str | None:
    if actual is None:
        return f"{place} is None: is there a `return`?"
    if isinstance(actual, np.ndarray):
        return f"{place} is a NumPy array. Stay in PyTorch (drop .numpy()): NumPy knows neither gradients nor GPUs."
    if not isinstance(actual, Tensor):
        return f"{place} is {_kind(actual)} and should be a tensor of shape {list(expected.shape)}."
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
