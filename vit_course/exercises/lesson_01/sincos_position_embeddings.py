"""Exercise 1.4: sincos_position_embeddings."""

import math

import torch
from einops import rearrange, repeat

from vit_course import positions
from vit_course.exercises.engine.exercise import Case, Exercise


def _grids():
    # Square in one case only, and one number a quarter in another, where k / (quarter - 1) is 0 / 0.
    sizes = [((3, 4), 16), ((5, 2), 12), ((1, 6), 8), ((7, 1), 20), ((4, 3), 4), ((2, 2), 24), ((9, 11), 8)]
    return [Case(size) for size in sizes]


exercise = Exercise(
    "1.4",
    positions.sincos_position_embeddings,
    cases=_grids,
    hints=(
        "First make two lists of numbers: the column of each patch, and its row. For 2 rows of 3 the columns are 0, 1, "
        "2, 0, 1, 2, and the rows 0, 0, 0, 1, 1, 1. Then multiply each with every frequency.",
        "torch.linspace(0, 1, hidden // 4) gives the exponents k / (q - 1), also where q is 1. torch.arange and repeat "
        "(or torch.meshgrid) give the columns and rows, and torch.outer(columns, frequencies) is [patches, q]. Join "
        "the four quarters with torch.cat along the last axis, and put an axis of length 1 in front.",
        "rows, columns = grid\n"
        "frequencies = 10_000 ** -torch.linspace(0, 1, hidden // 4)\n"
        "x = torch.outer(torch.arange(columns).repeat(rows), frequencies)\n"
        "y = torch.outer(torch.arange(rows).repeat_interleave(columns), frequencies)\n"
        "return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]",
    ),
    optional=True,
)


def _places(grid):
    """Column and row of each patch, row by row."""
    rows, columns = grid
    return torch.arange(float(columns)).repeat(rows), torch.arange(float(rows)).repeat_interleave(columns)


def _frequencies(hidden):
    return 10_000 ** -torch.linspace(0, 1, hidden // 4)


def _angles(grid, hidden, frequencies=None):
    return [torch.outer(place, _frequencies(hidden) if frequencies is None else frequencies) for place in _places(grid)]


def _joined(x, y):
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


@exercise.mistake(
    "Your exponents are k / q, as in the Transformer for text, and end before 1. Here they are k / (q - 1): the lowest "
    "frequency is 1 / 10,000 exactly. torch.linspace(0, 1, q) gives them."
)
def last_frequency_not_reached(grid, hidden):
    quarter = hidden // 4
    return _joined(*_angles(grid, hidden, 10_000 ** -(torch.arange(quarter) / quarter)))


@exercise.mistake(
    "With hidden=4 a quarter is one number, and k / (q - 1) is 0 / 0. Its frequency is 1: torch.linspace(0, 1, q) "
    "gives the exponent 0 there."
)
def zero_by_zero(grid, hidden):
    quarter = hidden // 4
    return _joined(*_angles(grid, hidden, 10_000 ** -(torch.arange(quarter) / torch.tensor(quarter - 1))))


@exercise.mistake(
    "With hidden=4 a quarter is one number, and your code divides by q - 1 = 0. Its frequency is 1 there."
)
def divided_by_zero(grid, hidden):
    quarter = hidden // 4
    return _joined(*_angles(grid, hidden, torch.tensor([10_000 ** -(k / (quarter - 1)) for k in range(quarter)])))


@exercise.mistake("The row comes first in yours. The column x has the first two quarters, the row y the last two.")
def row_first(grid, hidden):
    x, y = _angles(grid, hidden)
    return _joined(y, x)


@exercise.mistake("Your cosines come before the sines. In each half the sines come first.")
def cosine_first(grid, hidden):
    x, y = _angles(grid, hidden)
    return torch.cat([x.cos(), x.sin(), y.cos(), y.sin()], dim=1)[None]


@exercise.mistake(
    "Your quarters are sin(x), sin(y), cos(x), cos(y). Column and row stay apart: sin(x), cos(x), then sin(y), cos(y)."
)
def sines_of_both_first(grid, hidden):
    x, y = _angles(grid, hidden)
    return torch.cat([x.sin(), y.sin(), x.cos(), y.cos()], dim=1)[None]


@exercise.mistake(
    "Your sines and cosines take turns, number by number, as in the Transformer for text. Here each quarter is one "
    "piece: all sines of x, then all its cosines, then the same of y."
)
def sines_and_cosines_in_turn(grid, hidden):
    halves = [torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1) for angles in _angles(grid, hidden)]
    return torch.cat(halves, dim=1)[None]


@exercise.mistake("Your patches come column by column. They come row by row: x changes fastest.")
def column_by_column(grid, hidden):
    return rearrange(_joined(*_angles(grid, hidden)), "1 (r c) d -> 1 (c r) d", r=grid[0])


@exercise.mistake("You took grid for (columns, rows). It is (rows, columns): x counts up to grid[1], y to grid[0].")
def grid_turned(grid, hidden):
    return _joined(*_angles(grid[::-1], hidden))


@exercise.mistake(
    "Your positions count along the sequence, from 0 to rows * columns - 1. Here a patch has two numbers: its column, "
    "and its row."
)
def along_the_sequence(grid, hidden):
    angles = torch.outer(torch.arange(float(grid[0] * grid[1])), _frequencies(hidden))
    return _joined(angles, angles)


@exercise.mistake("Your rows and columns count from 1. The first patch is in row 0 and column 0.")
def from_one(grid, hidden):
    return _joined(*(torch.outer(place + 1, _frequencies(hidden)) for place in _places(grid)))


@exercise.mistake(
    "Your frequencies rise, from 1 to 10,000. They fall: the exponent is negative, 10,000 ** (-k / (q - 1))."
)
def rising(grid, hidden):
    return _joined(*_angles(grid, hidden, 1 / _frequencies(hidden)))


@exercise.mistake("Your frequencies come in reverse, the lowest first. k counts up from 0: the first one is 1.")
def lowest_first(grid, hidden):
    return _joined(*_angles(grid, hidden, _frequencies(hidden).flip(0)))


@exercise.mistake(
    "You multiply the angles by 2 pi. The card's frequencies are in radians a patch: sin(x * w) as it is."
)
def whole_turns(grid, hidden):
    return _joined(*_angles(grid, hidden, 2 * math.pi * _frequencies(hidden)))


@exercise.mistake(
    "Your places are divided by the size of the grid, so that they run from 0 to 1. Here they are counted in patches: "
    "0, 1, 2."
)
def from_zero_to_one(grid, hidden):
    x, y = _places(grid)
    frequencies = _frequencies(hidden)
    return _joined(torch.outer(x / max(grid[1] - 1, 1), frequencies), torch.outer(y / max(grid[0] - 1, 1), frequencies))


@exercise.mistake("The axis in front is missing: [1, patches, hidden] broadcasts over the batch. result[None] adds it.")
def first_axis_missing(grid, hidden):
    return _joined(*_angles(grid, hidden))[0]


@exercise.mistake("You left it a picture, [1, rows, columns, hidden]. Join rows and columns to one axis of patches.")
def left_as_a_picture(grid, hidden):
    return rearrange(_joined(*_angles(grid, hidden)), "1 (r c) d -> 1 r c d", r=grid[0])


@exercise.mistake(
    "Your result is float64, which is NumPy's default. float32 is asked for: torch.from_numpy(...).float(), or "
    "dtype=torch.float32."
)
def float64(grid, hidden):
    return _joined(*_angles(grid, hidden)).double()


@exercise.mistake(
    "You use the natural base, exp(-k / (q - 1)). The card's is 10,000: 10_000 ** (...), or exp(-log(10_000) * ...)."
)
def natural_base(grid, hidden):
    return _joined(*_angles(grid, hidden, torch.exp(-torch.linspace(0, 1, hidden // 4))))


@exercise.mistake("Your frequencies fall in equal steps. They fall by equal factors: 10,000 ** (-k / (q - 1)).")
def equal_steps(grid, hidden):
    return _joined(*_angles(grid, hidden, torch.linspace(1, 1e-4, hidden // 4)))


@exercise.mistake(
    "Row and column are added before sine and cosine are taken, so patches on one diagonal get the same vector. Each "
    "has its own half."
)
def row_plus_column(grid, hidden):
    x, y = _angles(grid, hidden)
    return _joined(x + y, x + y)


@exercise.mistake(
    "You gave the first half to hidden / 2 sines and the second to the cosines of the same angles: all is of the "
    "column. The row must show, too: a quarter each."
)
def column_alone(grid, hidden):
    frequencies = 10_000 ** -torch.linspace(0, 1, hidden // 2)
    x = torch.outer(_places(grid)[0], frequencies)
    return torch.cat([x.sin(), x.cos()], dim=1)[None]


@exercise.mistake(
    "The cosines are missing: you have sines twice. Each half is sines, then cosines, of the same angles."
)
def sines_only(grid, hidden):
    x, y = _angles(grid, hidden)
    return repeat(torch.stack([x.sin(), y.sin()]), "two patches q -> 1 patches (two again q)", again=2)


@exercise.mistake("Both halves of yours are of the column. The second half is of the row: sin(y * w), then cos(y * w).")
def column_twice(grid, hidden):
    x, _ = _angles(grid, hidden)
    return _joined(x, x)


@exercise.mistake("Both halves of yours are of the row. The first half is of the column: sin(x * w), then cos(x * w).")
def row_twice(grid, hidden):
    _, y = _angles(grid, hidden)
    return _joined(y, y)
