"""Relations between the numbers: a factor, an offset, an input added, a last step missing."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from vit_course.exercises.engine.names import ways_to_write
from vit_course.exercises.engine.relations.pair import Pair, equal, others_than, subsets
from vit_course.exercises.engine.same import close

ENOUGH = 8  # numbers along an axis, to tell a factor and an offset from chance


def not_finite(pair: Pair) -> Iterator[str]:
    if pair.expected.isfinite().all() and not pair.actual.isfinite().all():
        kinds = [name for name, found in (("nan", pair.actual.isnan()), ("inf", pair.actual.isinf())) if found.any()]
        yield (
            f"Your result is not finite: there is {' and '.join(kinds)} in it. A division by zero, the root or the log "
            f"of a number that is too small, or `exp` of one that is too large (above 88 it overflows) does that."
        )


def as_it_came(pair: Pair) -> Iterator[str]:
    if pair.actual.numel() and not pair.actual.any() and pair.expected.any():
        yield "Your result is zero everywhere."
    for name, value in pair.inputs.items():
        if equal(pair.actual, value):
            yield f"Your result is `{name}` as it came."


def plus_an_input(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape:
        return
    for name, value in pair.inputs.items():
        try:
            value = value.expand_as(pair.expected)
        except RuntimeError:
            continue
        if value.any() and not equal(value, pair.expected):
            if equal(pair.actual, pair.expected + value):
                yield f"Your result is the right one plus `{name}`: it is added once too often."
            if equal(pair.actual, pair.expected - value):
                yield f"Your result is the right one minus `{name}`: that is not added, or taken away once too often."


def factor(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape or not pair.expected.any():
        return
    ratio = ((pair.actual * pair.expected).sum() / pair.expected.square().sum()).item()
    if not math.isfinite(ratio) or abs(ratio) < 1e-6 or abs(ratio - 1) < 1e-4:
        return
    if equal(pair.actual / ratio, pair.expected):
        if math.isclose(ratio, -1, rel_tol=1e-3):
            yield "Your result is right but for the sign: all of it is negative, or positive, where it should not be."
        for text in ways_to_write(ratio, pair.sizes):
            yield f"Your result is right up to one factor: it is {text} times what it should be."
        yield f"Your result is right up to one factor: it is {ratio:.4g} times what it should be."
        yield "Your result is right up to one factor."


TRANSFORMS: tuple[tuple[str, Callable[[Tensor], Tensor]], ...] = (
    ("exp", torch.exp),
    ("softmax over the last axis", lambda x: x.softmax(dim=-1)),
    ("ReLU", torch.relu),
    ("log", torch.log),
    ("the square", torch.square),
    ("the root", torch.sqrt),
    ("abs", torch.abs),
    ("the inverse (1 / x)", torch.reciprocal),
    ("1 - x", lambda x: 1 - x),
    ("tanh", torch.tanh),
    ("sigmoid", torch.sigmoid),
    ("GELU", torch.nn.functional.gelu),
)


def transformed(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape or not pair.actual.dim():
        return
    for name, function in TRANSFORMS:
        if equal(function(pair.actual), pair.expected):
            yield f"Your result lacks one last step: {name} of it is the right one."
        if equal(function(pair.expected), pair.actual):
            yield f"Your result went one step too far: it is {name} of the right one."
    for axis, name in enumerate(pair.axes):
        length = pair.actual.norm(dim=axis, keepdim=True)
        if equal(pair.expected / pair.expected.norm(dim=axis, keepdim=True), pair.actual) and not equal(
            length, pair.expected.norm(dim=axis, keepdim=True)
        ):
            yield f"Your result is the right one divided by its length along {name}."


def sums(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape or pair.expected.dim() < 2:
        return
    ones = torch.ones(())

    def one(tensor: Tensor, axis: int) -> bool:
        return bool(close(tensor.sum(dim=axis), ones.to(tensor).expand_as(tensor.sum(dim=axis)), 1e-4).all())

    if one(pair.expected, -1) and not one(pair.actual, -1):
        if one(pair.actual, -2):
            yield "Each row of the right result sums to 1. In yours each column does: the sum goes over the wrong axis."
        if one(pair.actual.flatten(-2), -1):
            yield "Each row of the right result sums to 1. In yours all rows together do."
        yield "Each row of the right result sums to 1, and in yours the rows do not."


def offset(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape:
        return
    gap = pair.actual - pair.expected
    if equal(gap, gap.flatten()[0].expand_as(gap)):
        yield f"Your result is off by the same number everywhere ({gap.flatten()[0].item():+.4g})."
        yield "Your result is off by the same number everywhere."
        return
    for axes in subsets(pair):
        if equal(gap, gap.mean(dim=axes, keepdim=True).expand_as(gap)):
            names = " and ".join(pair.axes[i] for i in axes)
            yield (
                f"Your result is off by an amount that is the same all along {names}: something is missing there, or "
                f"one too many (a bias, a mean, a position)."
            )
            return


def factor_along(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape:
        return
    for axes in subsets(pair):
        strength = pair.expected.square().sum(dim=axes, keepdim=True)
        if (strength < 1e-8).any():
            continue
        ratio = (pair.actual * pair.expected).sum(dim=axes, keepdim=True) / strength
        if (ratio.abs() > 1e-4).all() and equal(pair.actual, ratio * pair.expected):
            names, others = (" and ".join(pair.axes[i] for i in part) for part in (axes, others_than(pair, axes)))
            yield f"Your result is right up to a factor that is the same all along {names}, and differs with {others}."
            return


def nearly(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape:
        return
    largest = pair.expected.abs().max()
    error = ((pair.actual - pair.expected).abs().max() / largest).item() if largest else math.inf
    if error < 0.1:
        size = (
            "An error of this size often comes from an eps, from n - 1 in place of n, or from another formula for the "
            "same function; seldom from a wrong axis or order."
        )
        yield f"Your result is nearly right: nowhere further off than {error:.1g} of the largest number. {size}"
        yield f"Your result is nearly right: off by a small part of the largest number. {size}"


def proportional(pair: Pair) -> Iterator[str]:
    """Right up to a factor and an offset, as where something was standardised, or was not."""
    if pair.actual.shape != pair.expected.shape or pair.expected.numel() < ENOUGH:
        return
    for axes in [tuple(range(pair.expected.dim())), *subsets(pair)]:
        count = math.prod(pair.expected.shape[i] for i in axes)
        if count < ENOUGH and count < pair.expected.numel():
            continue
        a, e = (x - x.mean(dim=axes, keepdim=True) for x in (pair.actual, pair.expected))
        spread = e.square().sum(dim=axes, keepdim=True)
        if (spread < 1e-8).any():
            continue
        slope = (a * e).sum(dim=axes, keepdim=True) / spread
        if (slope.abs() > 1e-4).all() and equal(a, slope * e):
            where = "" if len(axes) == pair.expected.dim() else f" along {' and '.join(pair.axes[i] for i in axes)}"
            yield f"Your result is right up to a factor and an offset{where}: it is shifted and scaled."
            return
