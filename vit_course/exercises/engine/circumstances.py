"""What the cases have in common that an answer gets wrong, and those that it gets right do not."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

from vit_course.exercises.engine.exercise import Case
from vit_course.exercises.engine.names import argument_names, sizes

SMALL, LARGE = 0.05, 15.0  # what counts as small and as large numbers in a case
_SIDES = (("height", "width"), ("rows", "columns"), ("in_channels", "channels"))


def what_they_share(reference: Callable[..., Any], cases: Sequence[Case], wrong: Sequence[bool]) -> str:
    """A sentence on where an answer is right and where wrong; "" where it is all one, or nothing tells them apart."""
    if all(wrong) or not any(wrong):
        return ""
    names = argument_names(reference)
    words = {(name, arg) for case in cases for name, arg in zip(names, case.args, strict=False) if isinstance(arg, str)}
    features = [dict(_features(reference, case, sorted(words))) for case in cases]
    for name in dict.fromkeys(name for feature in features for name in feature):
        values = [feature.get(name) for feature in features]
        if None not in values and values == list(wrong):
            return f"It is wrong in the cases {name}, and right in the others."
    shapes = [next((list(arg.shape) for arg in case.args if isinstance(arg, Tensor)), None) for case in cases]
    if None in shapes:
        return ""
    right, bad = ([str(s) for s, w in zip(shapes, wrong, strict=True) if w is state] for state in (False, True))
    if set(right) & set(bad):
        return ""
    return f"It is right in the case with `{names[0]}` of shape {right[0]}, say, and wrong in that with {bad[0]}."


def _features(
    reference: Callable[..., Any], case: Case, words: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, bool]]:
    """Yes or no on each circumstance that cases may differ in, both ways round, in words after "in the cases"."""
    for yes, no, holds in _circumstances(reference, case, words):
        yield yes, holds
        yield no, not holds


def _circumstances(
    reference: Callable[..., Any], case: Case, words: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str, bool]]:
    yield "in training mode", "in evaluation mode", case.train
    given = dict(zip(argument_names(reference), case.args, strict=False))
    for key, arg in given.items():
        if isinstance(arg, bool):
            yield f"with {key}=True", f"with {key}=False", arg
    for key, word in words:
        yield f"with {key}={word!r}", f"where {key} is not {word!r}", given.get(key) == word
    yield from _of_configurations(case)
    named = sizes(reference, case)
    for one, other in _SIDES:
        if one in named and other in named:
            equal = named[one] == named[other]
            yield f"where {one} and {other} differ", f"where {one} and {other} are equal", not equal
    for name, size in named.items():
        yield f"where {name} is 1", f"where {name} is more than 1", size == 1
        yield f"where {name} is 0", f"where {name} is more than 0", size == 0
    tensors = [arg for arg in case.args if isinstance(arg, Tensor) and arg.is_floating_point() and arg.numel()]
    if tensors:
        largest = tensors[0].abs().max().item()
        yield "where the numbers are small", "where the numbers are not small", largest < SMALL
        yield "where the numbers are large", "where the numbers are not large", largest > LARGE
    for (a, first), (b, second) in itertools.combinations(named.items(), 2):
        if case.init == () and not any(isinstance(arg, Tensor) for arg in case.args):
            yield f"where {a} is larger than {b}", f"where {a} is not larger than {b}", first > second
            if second:
                yield f"where {b} divides {a}", f"where {b} does not divide {a}", first % second == 0
    if not any(isinstance(arg, Tensor) for arg in case.args):
        for name, size in named.items():
            yield f"where {name} is odd", f"where {name} is even", size % 2 == 1


def _of_configurations(case: Case) -> Iterator[tuple[str, str, bool]]:
    for config in case.init:
        for name, usual, other in (("classifier", "token", "gap"), ("gelu", "tanh", "exact")):
            if hasattr(config, name):
                yield f"with {name}={other!r}", f"with {name}={usual!r}", getattr(config, name) == other
        for name in ("dropout", "attention_dropout"):
            if hasattr(config, name):
                yield f"with a {name} above 0", f"without {name}", getattr(config, name) > 0
        if hasattr(config, "image_height_width"):
            height, width = config.image_height_width
            yield "where the image is not square", "where the image is square", height != width
