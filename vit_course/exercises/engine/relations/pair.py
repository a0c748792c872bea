"""An actual tensor beside the expected one."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from vit_course.exercises.engine.same import close


@dataclass(frozen=True)
class Pair:
    """An actual tensor, the expected one, and what the reader calls their axes, the sizes and the inputs."""

    actual: Tensor
    expected: Tensor
    axes: Sequence[str]
    sizes: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, Tensor] = field(default_factory=dict)


def equal(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and bool(close(a, b.to(a.dtype)).all())


def subsets(pair: Pair) -> Iterator[tuple[int, ...]]:
    """Axes longer than 1, the most together first, never all of them."""
    long = [i for i, size in enumerate(pair.expected.shape) if size > 1]
    for count in range(len(long) - 1, 0, -1):
        yield from itertools.combinations(long, count)


def others_than(pair: Pair, axes: tuple[int, ...]) -> list[int]:
    return [i for i, size in enumerate(pair.expected.shape) if size > 1 and i not in axes]
