"""What the cases have in common that an answer gets wrong, and those that it gets right do not.

Among few cases much goes together by chance. So a circumstance is named only where it was tried: brought about in a
case that lacks it, it has to turn right into wrong, or wrong into right.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from vit_course.exercises.engine.compare import shown
from vit_course.exercises.engine.exercise import Case
from vit_course.exercises.engine.names import argument_names, narrowed, sizes

SMALL, LARGE = 0.05, 15.0  # what counts as small and as large numbers in a case
TRIES = 2  # cases that a circumstance is brought about in
MOST = 2  # arguments that a right case and a wrong one are told by
_SIDES = (("height", "width"), ("rows", "columns"), ("in_channels", "channels"))

IsRight = Callable[[int, Case], bool | None]  # of case number i, changed; None where the reference itself fails


class Circumstance(NamedTuple):
    """Words for where it holds and for where it does not, whether it does, and the case changed so that it does."""

    yes: str
    no: str
    holds: bool
    imposed: Case | None = None
    told_apart: bool = False  # by the exercise itself, so that one case is enough where it cannot be tried


def what_they_share(
    reference: Callable[..., Any], cases: Sequence[Case], wrong: Sequence[bool], is_right: IsRight
) -> str:
    """A sentence on where an answer is right and where wrong; "" where it is all one, or nothing tells them apart."""
    if all(wrong) or not any(wrong):
        return ""
    names = argument_names(reference)
    values = {(n, a) for case in cases for n, a in zip(names, case.args, strict=False) if isinstance(a, (str, float))}
    found = [
        {one.yes: one for one in _circumstances(reference, case, sorted(values, key=str), cases)} for case in cases
    ]
    for yes in dict.fromkeys(yes for one in found for yes in one):
        if not all(yes in one for one in found):
            continue
        these = [one[yes] for one in found]
        for state in (True, False):
            if all((one.holds is state) is is_wrong for one, is_wrong in zip(these, wrong, strict=True)) and _tried(
                these, wrong_where=state, is_right=is_right
            ):
                words = these[0].yes if state else these[0].no
                return f"It is wrong in the cases {words}, and right in the others."
    return _one_of_each(names, cases, wrong)


def _tried(these: Sequence[Circumstance], wrong_where: bool, is_right: IsRight) -> bool:
    """Whether the circumstance, brought about, does what it is said to do; where it can't be, whether few are alike."""
    verdicts = (is_right(i, one.imposed) for i, one in enumerate(these) if one.imposed is not None)
    seen = list(itertools.islice((verdict for verdict in verdicts if verdict is not None), TRIES))
    if seen:
        return all(verdict is not wrong_where for verdict in seen)
    few = min(sum(one.holds for one in these), sum(not one.holds for one in these))
    return few > 1 or these[0].told_apart


def _one_of_each(names: Sequence[str], cases: Sequence[Case], wrong: Sequence[bool]) -> str:
    """The first right case and the first wrong one, told by the arguments that differ."""
    good, bad = (
        [_told(name, arg) for name, arg in zip(names, cases[wrong.index(state)].args, strict=False)]
        for state in (False, True)
    )
    differ = [i for i, (one, other) in enumerate(zip(good, bad, strict=False)) if one != other][:MOST]
    if not differ:
        return ""
    right, false = (", ".join(told[i] for i in differ) for told in (good, bad))
    return f"It is right in the case with {right}, say, and wrong in that with {false}."


def _told(name: str, arg: Any) -> str:
    if isinstance(arg, (list, tuple)) and not all(isinstance(item, (int, float)) for item in arg):
        return name
    if not isinstance(arg, Tensor):
        return f"{name}={shown(arg)}"
    return f"`{name}` of shape {list(arg.shape)}{' in float64' if arg.dtype == torch.float64 else ''}"


def _circumstances(
    reference: Callable[..., Any], case: Case, values: Sequence[tuple[str, Any]], cases: Sequence[Case]
) -> Iterator[Circumstance]:
    yield Circumstance("in training mode", "in evaluation mode", case.train, _trained(case, cases))
    names = argument_names(reference)
    given = dict(zip(names, case.args, strict=False))

    def having(name: str, value: Any) -> Case:
        return dataclasses.replace(case, args=tuple(value if one == name else arg for one, arg in given.items()))

    for key, arg in given.items():
        if isinstance(arg, bool):
            yield Circumstance(f"with {key}=True", f"with {key}=False", arg, None if arg else having(key, True))
    for key, value in values:
        if key in given:
            there = given[key] == value
            no = f"where {key} is not {value!r}"
            yield Circumstance(f"with {key}={value!r}", no, there, None if there else having(key, value))
    yield from _of_configurations(case, cases)
    named = sizes(reference, case)
    scalar = not any(isinstance(arg, Tensor) for arg in case.args)

    def sized(word: str, size: int) -> Case | None:
        return None if named[word] == size else narrowed(reference, case, word, size)

    def alike(a: str, b: str) -> Circumstance:
        first, second = named[a], named[b]
        equal = sized(a, second) if first > second else sized(b, first)
        return Circumstance(f"where {a} and {b} are equal", f"where {a} and {b} differ", first == second, equal)

    yield from (alike(a, b) for a, b in _SIDES if a in named and b in named)
    for word, size in named.items():
        for small in (1, 0):
            yield Circumstance(
                f"where {word} is {small}", f"where {word} is more than {small}", size == small, sized(word, small)
            )
    tensors = [(n, a) for n, a in given.items() if isinstance(a, Tensor) and a.is_floating_point() and a.numel()]
    if tensors:
        name, tensor = tensors[0]
        double = tensor.dtype == torch.float64
        doubled = tuple(
            arg.double() if isinstance(arg, Tensor) and arg.is_floating_point() else arg for arg in case.args
        )
        made = None if double or case.init else dataclasses.replace(case, args=doubled)
        yield Circumstance("where the tensors are float64", "where the tensors are float32", double, made)
        largest = tensor.abs().max().item()
        less = having(name, tensor * (0.1 * SMALL / largest)) if largest > SMALL else None
        yield Circumstance("where the numbers are small", "where the numbers are not small", largest < SMALL, less)
        more = having(name, tensor * (10 * LARGE / largest)) if 0 < largest < LARGE else None
        yield Circumstance("where the numbers are large", "where the numbers are not large", largest > LARGE, more)
    for (a, first), (b, second) in itertools.permutations(named.items(), 2):
        if (b in given or scalar) and not case.init and second > 1:
            divided = first % second == 0
            less = None if divided or first < second else sized(a, first - first % second)
            yield Circumstance(f"where {b} divides {a}", f"where {b} does not divide {a}", divided, less)
    for (a, first), (b, second) in itertools.combinations(named.items(), 2):
        if scalar and not case.init:
            more = None if first > second else sized(a, second + 1)
            yield Circumstance(
                f"where {a} is larger than {b}", f"where {a} is not larger than {b}", first > second, more
            )
        elif not case.init and (a, b) not in _SIDES:
            yield alike(a, b)
    if scalar:
        for word, size in named.items():
            yield Circumstance(f"where {word} is odd", f"where {word} is even", size % 2 == 1, sized(word, size | 1))


def _trained(case: Case, cases: Sequence[Case]) -> Case | None:
    """The case in training mode, and with a dropout if any case has one: without, the mode makes no difference."""
    if case.train or not case.init:
        return None
    init = []
    for i, config in enumerate(case.init):
        rates = [name for name in ("dropout", "attention_dropout") if hasattr(config, name)]
        changes = {name: max(getattr(one.init[i], name) for one in cases) for name in rates}
        init.append(dataclasses.replace(config, **changes) if changes else config)
    return dataclasses.replace(case, init=tuple(init), train=True)


def _of_configurations(case: Case, cases: Sequence[Case]) -> Iterator[Circumstance]:
    for i, config in enumerate(case.init):

        def having(field: str, value: Any, i: int = i, config: Any = config) -> Case:
            changed = dataclasses.replace(config, **{field: value})
            return dataclasses.replace(case, init=(*case.init[:i], changed, *case.init[i + 1 :]))

        for name, usual, other in (("classifier", "token", "gap"), ("gelu", "tanh", "exact")):
            if hasattr(config, name):
                there = getattr(config, name) == other
                changed = None if there else having(name, other)
                yield Circumstance(f"with {name}={other!r}", f"with {name}={usual!r}", there, changed, told_apart=True)
        for name in ("dropout", "attention_dropout"):
            if hasattr(config, name):
                rate = max(getattr(one.init[i], name) for one in cases)
                there = getattr(config, name) > 0
                changed = None if there or not rate else having(name, rate)
                yield Circumstance(f"with a {name} above 0", f"without {name}", there, changed)
        if hasattr(config, "image_height_width"):
            height, width = config.image_height_width
            yield Circumstance("where the image is not square", "where the image is square", height != width)
