"""Exercise 2.1: which_axes."""

import torch

from vit_course import norms
from vit_course.exercises.engine.exercise import Case, Exercise


def _pictures():
    """Masks as layer, batch, instance and group normalisation make them, a cell alone, and two odd blocks."""
    b, t, h = (int(torch.randint(3, 6, ())) for _ in range(3))
    unit = int(torch.randint(h, ()))
    image, token = b - 1, t - 2
    empty = torch.zeros(b, t, h, dtype=torch.bool)
    batch, layer, instance, group, alone, corner, images = (empty.clone() for _ in range(7))
    batch[:, :, unit] = True
    layer[image, token] = True
    instance[image, :, unit] = True
    group[image, :, h - 2 :] = True
    alone[image, token, unit] = True
    corner[:2, 1, h - 2 :] = True
    images[:, token, unit] = True
    single = torch.ones(1, 1, 1, dtype=torch.bool)
    return [Case((picture,)) for picture in (layer, batch, instance, group, alone, corner, images, single)]


exercise = Exercise(
    "2.1",
    norms.which_axes,
    cases=_pictures,
    hints=(
        "An axis is in the answer when there are two marked cells in one line along it. How many marked cells has each "
        "line along the tokens, say?",
        "mask.sum(dim=1) counts the marked cells of each line along axis 1, the tokens. Is any count above 1? A part "
        "of the line is enough.",
        "names = ('batch', 'tokens', 'hidden')\n"
        "return tuple(name for axis, name in enumerate(names) if (mask.sum(dim=axis) > 1).any())",
    ),
)
NAMES = ("batch", "tokens", "hidden")


@exercise.mistake(
    "You named the axes that are kept apart: those along which each line has its own statistics. Asked for are the "
    "others, which the mean is taken over: what stands in `dim=` when you compute it."
)
def kept_apart(mask):
    return tuple(name for axis, name in enumerate(NAMES) if not (mask.sum(dim=axis) > 1).any())


@exercise.mistake(
    "You ask for a whole line of marked cells. Part of one is enough: group normalisation shares a mean among some of "
    "the hidden units only, and hidden is one of its axes all the same."
)
def whole_lines(mask):
    return tuple(name for axis, name in enumerate(NAMES) if mask.all(dim=axis).any())


@exercise.mistake(
    "You ask whether there is any marked cell along an axis, and there always is one, the cell itself. Count: there "
    "must be more than one in the same line."
)
def any_at_all(mask):
    return tuple(name for axis, name in enumerate(NAMES) if mask.any(dim=axis).any())


@exercise.mistake(
    "You looked at the lines through cell [0, 0, 0] only. The marked cells may lie anywhere: count along the axis in "
    "every line, then ask whether any count is above 1."
)
def through_the_first_cell(mask):
    lines = (mask[:, 0, 0], mask[0, :, 0], mask[0, 0, :])
    return tuple(name for line, name in zip(lines, NAMES, strict=True) if line.sum() > 1)


@exercise.mistake(
    "You summed over the other two axes and asked for counts above 1, but such a sum counts cells that differ along "
    "those. Sum along the axis itself, dim=axis: are two cells in one line?"
)
def summed_over_the_others(mask):
    others = ((1, 2), (0, 2), (0, 1))
    return tuple(name for name, dims in zip(NAMES, others, strict=True) if (mask.sum(dim=dims) > 1).any())


@exercise.mistake("You returned the numbers of the axes. Name them: 'batch', 'tokens', 'hidden'.")
def numbers(mask):
    return tuple(axis for axis in range(3) if (mask.sum(dim=axis) > 1).any())


@exercise.mistake(
    "You counted the marked cells of the whole picture: dim= is missing, and one number answers for all axes. Sum "
    "along one axis at a time: dim=axis."
)
def one_number_for_all(mask):
    return NAMES if mask.sum() > 1 else ()
