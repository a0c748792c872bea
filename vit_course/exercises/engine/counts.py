"""What is true of wrong numbers and words: one too few each time, twice as many, the two swapped."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from vit_course.exercises.engine.names import ways_to_write


@dataclass(frozen=True)
class Counted:
    """An actual number, word or tuple, the expected one, and the sizes of the case by name."""

    actual: Any
    expected: Any
    sizes: dict[str, int]


def what_is_true(cases: Sequence[Counted]) -> str:
    """A sentence that is true of all these wrong results, or ""."""
    first, *others = (list(_sentences(case)) for case in cases)
    common = [sentence for sentence in first if all(sentence in other for other in others)]
    vague = ("Your result is too large.", "Your result is too small.")
    return next((s for s in common if s not in vague), "") or _formula(cases) or next(iter(common), "")


def _formula(cases: Sequence[Counted]) -> str:
    """The result, or by how much it is off, as a product of the sizes: "too large by 4 * tokens * hidden"."""
    if len(cases) < 3 or not all(type(case.actual) is type(case.expected) is int for case in cases):
        return ""
    words = [name for name in cases[0].sizes if len({case.sizes.get(name) for case in cases}) > 1]
    words = [name for name in words if all(case.sizes.get(name) for case in cases)][:4]
    gaps = [case.actual - case.expected for case in cases]
    for text, values in (
        ("too large by", gaps),
        ("too small by", [-gap for gap in gaps]),
        ("", [case.actual for case in cases]),
        ("one more than", [case.actual - 1 for case in cases]),
    ):
        if min(values) <= 0:
            continue
        for powers in sorted(itertools.product(range(-2, 3), repeat=len(words)), key=lambda p: sum(map(abs, p))):
            products = [math.prod(case.sizes[w] ** p for w, p in zip(words, powers, strict=True)) for case in cases]
            factors = {round(value / product, 9) for value, product in zip(values, products, strict=True)}
            if len(factors) == 1 and (factor := factors.pop()) in _FACTORS:
                return f"Your result is {text} {_written(factor, words, powers)}.".replace("is  ", "is ")
    return ""


_FACTORS = (1, 2, 3, 4, 6, 8, 12, 0.5)


def _written(factor: float, words: Sequence[str], powers: Sequence[int]) -> str:
    over = [f"{w}{'' if p == 1 else f'**{p}'}" for w, p in zip(words, powers, strict=True) if p > 0]
    under = [f"{w}{'' if p == -1 else f'**{-p}'}" for w, p in zip(words, powers, strict=True) if p < 0]
    product = " * ".join([f"{factor:g}"] * (factor != 1 or not over) + over)
    return " / ".join([product, *under])


def _sentences(case: Counted) -> Iterator[str]:
    actual, expected = case.actual, case.expected
    if _is_number(actual) and _is_number(expected):
        yield from _of_numbers("Your result", actual, expected, case.sizes)
    elif isinstance(actual, (tuple, list)) and isinstance(expected, (tuple, list)):
        yield from _of_tuples(list(actual), list(expected), case.sizes)


def _of_numbers(what: str, actual: Any, expected: Any, sizes: dict[str, int]) -> Iterator[str]:
    gap = actual - expected
    if gap == 0 and type(actual) is not type(expected):
        yield f"{what} has the right value, as a {type(actual).__name__}: a {type(expected).__name__} is asked for."
    elif isinstance(gap, int) and 0 < abs(gap) <= 2:
        yield f"{what} is {abs(gap)} too {'large' if gap > 0 else 'small'}."
    if gap:
        for name, size in sizes.items():
            if size > 2 and abs(gap) == size:
                yield f"{what} is too {'large' if gap > 0 else 'small'} by {name}."
        if expected and actual:
            ratio = actual / expected  # exact where both are whole numbers
            for text in ways_to_write(ratio, sizes, 1e-9):
                yield f"{what} is {text} times what it should be."
            if ratio > 1 and math.isclose(ratio, round(ratio)):
                yield f"{what} is {round(ratio)} times what it should be."
            elif ratio > 0 and math.isclose(1 / ratio, round(1 / ratio)):
                yield f"{what} should be {round(1 / ratio)} times as large."
        if expected and not actual:
            yield f"{what} is zero."
        if actual < 0 <= expected:
            yield f"{what} is negative; it should never be."
        if isinstance(actual, float) and math.isclose(actual, expected, abs_tol=1) and isinstance(expected, int):
            yield f"{what} is not a whole number: it has not been rounded, up or down."
        yield f"{what} is too {'large' if gap > 0 else 'small'}."


def _of_tuples(actual: list[Any], expected: list[Any], sizes: dict[str, int]) -> Iterator[str]:
    if len(actual) != len(expected) and not all(isinstance(item, str) for item in expected):
        return
    if actual == expected[::-1] and len(actual) > 1 and actual != expected:
        yield "Your result has the right parts in reverse order."
    if all(isinstance(item, str) for item in expected):
        missing = [item for item in expected if item not in actual]
        surplus = [item for item in actual if item not in expected]
        if missing and surplus:
            yield f"{_quoted(missing)} is missing from your result, and {_quoted(surplus)} does not belong there."
        elif missing:
            yield f"{_quoted(missing)} is missing from your result."
        elif surplus:
            yield f"{_quoted(surplus)} does not belong in your result."
        if missing:
            yield "Your result lacks a name that belongs in it."
        if surplus:
            yield "Your result has a name that does not belong in it."
        if not missing and not surplus and len(actual) == len(expected):
            yield "Your result has the right names in another order."
    elif all(map(_is_number, actual)):
        wrong = [i for i, (a, e) in enumerate(zip(actual, expected, strict=True)) if a != e]
        if sum(actual) == sum(expected):
            yield "The parts of your result have the right sum, but it is divided in another way."
        if len(wrong) == 1 and len(expected) > 1:
            i = wrong[0]
            yield from (
                f"{sentence} The rest is right."
                for sentence in _of_numbers(f"Your result[{i}]", actual[i], expected[i], sizes)
            )
            yield f"Only number {i} of your result (counted from 0) is wrong."
        if len(wrong) == len(expected):
            gaps = {a - e for a, e in zip(actual, expected, strict=True)}
            if len(gaps) == 1:
                yield from _of_numbers("Each part of your result", actual[0], expected[0], sizes)


def _quoted(names: Sequence[str]) -> str:
    return " and ".join(map(repr, names))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
