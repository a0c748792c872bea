"""What the axes and the sizes of a case are called, taken from the reference's own signature."""

import dataclasses
import inspect
import math
import typing
from collections.abc import Callable
from typing import Any

from torch import Tensor

from vit_course.exercises.engine.exercise import Case

_CONFIG = {  # attribute of a configuration to the word of the lessons
    "hidden_size": "hidden",
    "num_heads": "heads",
    "mlp_dim": "mlp_dim",
    "num_layers": "layers",
    "patch_size": "patch_size",
    "num_classes": "classes",
}


def called(reference: Callable[..., Any]) -> Callable[..., Any]:
    """The function that a case's arguments go to: of a module, its forward."""
    return reference.forward if isinstance(reference, type) else reference  # type: ignore[attr-defined,no-any-return]


def argument_names(reference: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(called(reference)).parameters if name != "self"]


def other_default(target: Callable[..., Any], reference: Callable[..., Any]) -> str:
    """A sentence on the first argument whose default is another one than in the reference; "" where none is."""
    pairs = [(target, reference)]
    if isinstance(reference, type):
        pairs.append((getattr(target, "forward", target), reference.forward))  # type: ignore[attr-defined]
    for mine, right in pairs:
        try:
            given = inspect.signature(mine).parameters
        except (TypeError, ValueError):  # what is not written in Python has none
            continue
        for name, parameter in inspect.signature(right).parameters.items():
            empty = inspect.Parameter.empty
            if parameter.default is empty or name not in given or given[name].default in (empty, parameter.default):
                continue
            return (
                f"All is computed rightly, but `{name}` is {given[name].default!r} unless somebody says otherwise. "
                f"On the card it is {name}={parameter.default!r}."
            )
    return ""


def argument_axes(reference: Callable[..., Any]) -> dict[str, Any]:
    """The names of the axes of each argument that is a tensor."""
    return {name: _axes(hint) for name, hint in typing.get_type_hints(called(reference)).items()}


def result_axes(reference: Callable[..., Any]) -> Any:
    """The names of the axes of the result: a tuple of words for a tensor, a list of these where several come back."""
    return _axes(typing.get_type_hints(called(reference)).get("return"))


def sizes(reference: Callable[..., Any], case: Case) -> dict[str, int]:
    """Every size of a case that has a name: axes of its tensors, whole numbers among its arguments, its configuration.

    `head_dim`, which no configuration holds, is worked out from the two that make it.
    """
    hints = typing.get_type_hints(called(reference))
    found: dict[str, int] = {}
    for name, given in zip(list(inspect.signature(reference).parameters), case.init, strict=False):
        if isinstance(given, int):
            found[name] = given
        for attribute, word in _CONFIG.items():
            if isinstance(size := getattr(given, attribute, None), int):
                found[word] = size
    for name, arg in zip(argument_names(reference), case.args, strict=False):
        axes = _axes(hints.get(name))
        first = arg[0] if isinstance(arg, (list, tuple)) and arg and isinstance(arg[0], Tensor) else arg
        axes = axes[0] if isinstance(axes, list) and axes else axes
        if isinstance(first, Tensor) and isinstance(axes, tuple):
            found |= _bound(axes, list(first.shape))
        elif isinstance(arg, int) and not isinstance(arg, bool):
            found[_word(name)] = arg
        elif name == "grid":
            found |= {"rows": arg[0], "columns": arg[1]}
    if "heads" in found and "hidden" in found and found["hidden"] % found["heads"] == 0:
        found.setdefault("head_dim", found["hidden"] // found["heads"])
    return found


def narrowed(reference: Callable[..., Any], case: Case, word: str, size: int) -> Case | None:
    """The case with the size of this name made another: a number replaced, or all tensors cut to it along the axis.

    None where nothing has the name, or a tensor would have to grow.
    """
    hints, done = typing.get_type_hints(called(reference)), False

    def changed(name: str, arg: Any, axes: Any) -> Any:
        nonlocal done
        if isinstance(arg, (list, tuple)) and name != "grid":
            each = axes if isinstance(axes, list) else [axes]
            each = each if len(each) == len(arg) else each[:1] * len(arg)
            return type(arg)([changed("", item, words) for item, words in zip(arg, each, strict=True)])
        if isinstance(arg, Tensor) and isinstance(axes, tuple):
            words = named_axes(axes, arg.dim())
            raw = list(axes) if len(axes) == arg.dim() and "..." not in axes else words
            for axis in (i for i, one in enumerate(words) if word in (one, raw[i])):
                if arg.shape[axis] < size:
                    raise ValueError(word)
                arg, done = arg.narrow(axis, 0, size), True
        elif isinstance(arg, int) and not isinstance(arg, bool) and name and _word(name) == word:
            arg, done = size, True
        elif name == "grid" and word in ("rows", "columns"):
            arg, done = ((size, arg[1]) if word == "rows" else (arg[0], size)), True
        return arg

    try:
        args = tuple(
            changed(name, arg, _axes(hints.get(name)))
            for name, arg in zip(argument_names(reference), case.args, strict=False)
        )
    except ValueError:
        return None
    return dataclasses.replace(case, args=args) if done else None


def _word(name: str) -> str:
    """What a number among the arguments is called in a sentence."""
    return name if name == "patch_size" else name.removeprefix("num_").removesuffix("_size")


def named_axes(axes: Any, rank: int) -> list[str]:
    """A name for each of `rank` axes of a tensor: the signature's where there are as many, else their numbers."""
    if isinstance(axes, tuple):
        if "..." in axes and len(axes) - 1 <= rank:
            middle = ["batch", "tokens"][: rank - len(axes) + 1]
            axes = (*middle, *(axis for axis in axes if axis != "..."))
        if len(axes) == rank:  # an axis of fixed size, or of a name that an earlier one has, goes by its number
            return [f"axis {i}" if axis.isdigit() or axis in axes[:i] else axis for i, axis in enumerate(axes)]
    return [f"axis {i}" for i in range(rank)]


def _axes(annotation: Any) -> Any:
    if words := getattr(annotation, "dim_str", None):
        return tuple("..." if word.startswith("*") else word for word in words.split())
    parts = [part for part in typing.get_args(annotation) if part not in (type(None), Ellipsis)]
    found = [_axes(part) for part in parts]
    if not any(found):
        return None
    union = typing.get_origin(annotation) not in (tuple, list) and len(found) > 1
    return next(filter(None, found)) if union or (len(found) == 1 and "None" in str(annotation)) else found


def _bound(axes: tuple[str, ...], shape: list[int]) -> dict[str, int]:
    return dict(zip(named_axes(axes, len(shape)), shape, strict=True))


def ways_to_write(factor: float, named: dict[str, int], rounding: float = 1e-3) -> list[str]:
    """A factor in the words of the sizes, as "sqrt(head_dim)": each of the usual ways, batch last."""
    found = []
    for name, size in sorted(named.items(), key=lambda item: item[0] == "batch"):
        if size < 2:
            continue
        near_one = size / (size - 1)
        for value, text in (
            (math.sqrt(size), f"sqrt({name})"),
            (1 / math.sqrt(size), f"1 / sqrt({name})"),
            (size, name),
            (1 / size, f"1 / {name}"),
            (near_one, f"n / (n - 1) with n = {name}"),
            (1 / near_one, f"(n - 1) / n with n = {name}"),
            (math.sqrt(near_one), f"sqrt(n / (n - 1)) with n = {name}"),
            (math.sqrt(1 / near_one), f"sqrt((n - 1) / n) with n = {name}"),
        ):
            for sign, word in ((1, ""), (-1, "-")):
                if abs(factor - sign * value) < min(rounding * value, 0.1 * abs(value - 1)):
                    found.append(word + text)
    return found
