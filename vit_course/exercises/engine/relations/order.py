"""Relations between the places: axes swapped, an axis reversed, right at the first token only."""

import itertools
from collections.abc import Iterator

import torch

from vit_course.exercises.engine.relations.pair import Pair, equal
from vit_course.exercises.engine.same import close

MOST = 12  # places along an axis of which the right ones are worth listing


def axes_in_another_order(pair: Pair) -> Iterator[str]:
    rank = pair.expected.dim()
    if pair.actual.dim() != rank or rank > 5:
        return
    for order in itertools.permutations(range(rank)):
        if order != tuple(range(rank)) and equal(pair.actual, pair.expected.permute(order)):
            moved = [i for i in range(rank) if order[i] != i]
            if len(moved) == 2:
                yield f"Your result is right with two axes swapped: {pair.axes[moved[0]]} and {pair.axes[moved[1]]}."
            yours, wanted = ", ".join(pair.axes[i] for i in order), ", ".join(pair.axes)
            yield f"Your result is right, but its axes are [{yours}] and should be [{wanted}]."


def reversed_or_rolled(pair: Pair) -> Iterator[str]:
    if pair.actual.shape != pair.expected.shape:
        return
    for axis, name in enumerate(pair.axes):
        size = pair.expected.shape[axis]
        if size < 2:
            continue
        if equal(pair.actual, pair.expected.flip(axis)):
            yield f"Your result is right in reverse: along {name} the last comes first."
        for steps, text in ((1, "the last comes first"), (-1, "the first comes last")):
            if equal(pair.actual, pair.expected.roll(steps, axis)):
                yield f"Your result is right but turned round along {name}: {text}, and the others move by one."


def regrouped(pair: Pair) -> Iterator[str]:
    """An axis that counts rows and columns, or heads and head_dim, with the two the other way round."""
    if pair.actual.shape != pair.expected.shape:
        return
    for axis, name in enumerate(pair.axes):
        size = pair.expected.shape[axis]
        for outer in range(2, size // 2 + 1):
            if size % outer:
                continue
            inner = size // outer
            swapped = pair.expected.unflatten(axis, (outer, inner)).transpose(axis, axis + 1).flatten(axis, axis + 1)
            if equal(pair.actual, swapped):
                yield (
                    f"Your result has the right numbers in another order along {name}: as if a grid of {outer} x "
                    f"{inner} was read column by column, not row by row."
                )
                yield f"Your result has the right numbers, but along {name} a grid is read column by column."


def right_in_part(pair: Pair) -> Iterator[str]:
    """Right at some places of an axis, whatever the others: at the first alone, everywhere but at the last, ..."""
    if pair.actual.shape != pair.expected.shape:
        return
    right = close(pair.actual, pair.expected)
    found = []
    for axis, name in enumerate(pair.axes):
        size = right.shape[axis]
        if size < 2:
            continue
        whole = right.movedim(axis, 0).reshape(size, -1).all(dim=1).tolist()
        if any(whole) and not all(whole) and not (size > MOST and _scattered(whole)):
            good, bad = ([i for i, w in enumerate(whole) if w is state] for state in (True, False))
            found.append((min(len(good), len(bad)), name, size, good, bad))
    for _, name, size, good, bad in sorted(found, key=lambda item: item[0]):
        if good == [0]:
            yield f"Your result is right at {name} 0 only, and wrong at all others."
        elif bad == [0]:
            yield f"Your result is right everywhere but at {name} 0, the first."
        elif bad == [size - 1]:
            yield f"Your result is right everywhere but at the last along {name}."
        elif good == [size - 1]:
            yield f"Your result is right at the last along {name} only, and wrong at all others."
        elif len(good) > 1 and good == list(range(len(good))):
            yield f"Your result is right along {name} up to number {good[-1]}, and wrong from {bad[0]} on."
            yield f"Your result is right for the first ones along {name}, and wrong for the rest."
        elif len(bad) > 1 and bad == list(range(len(bad))):
            yield f"Your result is wrong along {name} up to number {bad[-1]}, and right from {good[0]} on."
            yield f"Your result is wrong for the first ones along {name}, and right for the rest."
        else:
            yield f"Your result is right at {name} {_listed(good)}, and wrong at {_listed(bad)} (counted from 0)."
        yield f"Your result is right in some places along {name}, and wrong in others."
    if right.dim() >= 2 and right.shape[-1] == right.shape[-2] > 1 and not right.all():
        below = torch.ones_like(right).tril()
        for part, where in ((below, "below"), (below.transpose(-1, -2), "above")):
            if right[part].all():
                yield f"Your result is right on the diagonal and {where} it only."


def _scattered(whole: list[bool]) -> bool:
    """Whether right and wrong change more than once: of many places some are then right by chance (a ReLU's zeros)."""
    return sum(a is not b for a, b in itertools.pairwise(whole)) > 1


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:4])) + (", ..." if len(numbers) > 4 else "")


def same_numbers(pair: Pair) -> Iterator[str]:
    if pair.actual.numel() != pair.expected.numel():
        return
    if pair.actual.shape == pair.expected.shape:
        for axis in range(pair.expected.dim() - 1, -1, -1):
            if pair.expected.shape[axis] > 1 and equal(pair.actual.sort(axis).values, pair.expected.sort(axis).values):
                yield f"Your result has the right numbers, but along {pair.axes[axis]} they stand in another order."
                return
        if pair.expected.dim() > 1 and len(pair.expected) > 1:
            ordered = [tensor.flatten(1).sort(1).values for tensor in (pair.actual, pair.expected)]
            if equal(*ordered):
                yield f"Your result has the right numbers for each {pair.axes[0]}, in another order."
                return
    elif equal(pair.actual.flatten(), pair.expected.flatten()):
        yield "Your result has the right numbers in the right order: only the shape is another."
        return
    if equal(pair.actual.flatten().sort().values, pair.expected.flatten().sort().values):
        yield "Your result has the right numbers, all of them, in another order."
