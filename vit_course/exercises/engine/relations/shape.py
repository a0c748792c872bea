"""Relations between results of different shapes: an axis lost, one too many, one of another length."""

from collections.abc import Iterator

from torch import Tensor

from vit_course.exercises.engine.relations.pair import Pair, equal


def another_shape(pair: Pair) -> Iterator[str]:
    """Of a result with an axis too few or too many, or with one of another length: what is it then?"""
    actual, expected = pair.actual, pair.expected
    if actual.shape == expected.shape:
        return
    if actual.dim() == expected.dim():
        off = [i for i, size in enumerate(expected.shape) if actual.shape[i] != size]
        if len(off) == 1:
            yield from _another_length(pair, off[0])
    for axis, name in enumerate(pair.axes):
        if actual.dim() == expected.dim() - 1 and expected.shape[axis] == 1:
            if equal(actual, expected.squeeze(axis)):
                yield f"Your result has lost the axis {name}, which is 1 here: is there a squeeze?"
        elif actual.dim() == expected.dim() - 1:
            for text, value in (
                (f"the mean of the right one over {name}", expected.mean(dim=axis)),
                (f"the sum of the right one over {name}", expected.sum(dim=axis)),
                (f"the right one at {name} 0 alone", expected.select(axis, 0)),
                (f"the right one at the last along {name} alone", expected.select(axis, -1)),
                (f"the maximum of the right one over {name}", expected.amax(dim=axis)),
            ):
                if equal(actual, value):
                    yield f"Your result is {text}: that axis is lost."
        if actual.dim() == expected.dim() and actual.shape[axis] == 1 and equal(actual, expected.mean(axis, True)):
            yield f"Your result is the mean of the right one over {name}."
    if actual.dim() == expected.dim() + 1:
        for axis, size in enumerate(actual.shape):
            if size == 1 and equal(actual.squeeze(axis), expected):
                yield "Your result is the right one with one axis of length 1 too many: squeeze it."
            elif equal(
                actual, expected.unsqueeze(axis).expand_as(actual) if _fits(actual, expected, axis) else actual[:0]
            ):
                yield "Your result is the right one, repeated along an axis too many."


def _fits(actual: Tensor, expected: Tensor, axis: int) -> bool:
    return [*actual.shape[:axis], *actual.shape[axis + 1 :]] == list(expected.shape)


def _another_length(pair: Pair, axis: int) -> Iterator[str]:
    actual, expected, name = pair.actual, pair.expected, pair.axes[axis]
    mine, wanted = actual.shape[axis], expected.shape[axis]
    shorter, longer = sorted((actual, expected), key=lambda tensor: tensor.shape[axis])
    lack = "is missing" if mine < wanted else "is one too many"
    if shorter.shape[axis] and abs(mine - wanted) == 1:
        if equal(shorter, longer.narrow(axis, 1, shorter.shape[axis])):
            yield f"Along {name}, the first {lack}; the others are right."
        if equal(shorter, longer.narrow(axis, 0, shorter.shape[axis])):
            yield f"Along {name}, the last {lack}; the others are right."
    if shorter.shape[axis] and equal(shorter, longer.narrow(axis, 0, shorter.shape[axis])):
        yield f"Along {name}, your result has {mine} in place of {wanted}; the first {min(mine, wanted)} are right."
    if mine == 1 or wanted == 1:
        return
    yield f"Only the length along {name} does not fit: {mine} where {wanted} are asked for."
