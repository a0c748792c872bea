"""Exercise 6.4: same_padding."""

import math

from vit_course import resnet
from vit_course.exercises.engine.exercise import Case, Exercise

exercise = Exercise(
    "6.4",
    resnet.same_padding,
    cases=lambda: [
        Case((224, 7, 2)),
        Case((112, 3, 2)),
        Case((7, 3, 1)),
        Case((28, 1, 2)),
        Case((15, 3, 2)),
        Case((10, 5, 4)),
        Case((9, 7, 3)),
        Case((3, 7, 2)),  # a line shorter than the kernel
        Case((1, 3, 4)),
        Case((6, 2, 1)),
    ],
    hints=(
        "Work backwards: how many outputs are wanted, and how many cells do that many windows cover together?",
        "The last window ends at (outputs - 1) * stride + kernel_size. What reaches beyond `size` must be added, and "
        "that cannot be less than nothing. Halve it; an odd cell goes after.",
        "windows = -(-size // stride)  # rounded up\n"
        "total = max((windows - 1) * stride + kernel_size - size, 0)\n"
        "return total // 2, total - total // 2",
    ),
)


def _total(size, kernel_size, stride):
    return sum(resnet.same_padding(size, kernel_size, stride))


@exercise.mistake(
    'That is PyTorch\'s custom: the same on both sides, half a kernel, whatever stride and size are. "SAME" adds as '
    "little as will do, and here one cell less, which is missing *before* the image."
)
def symmetric(size, kernel_size, stride):
    return kernel_size // 2, kernel_size // 2


@exercise.mistake("The total is right, but you put the odd cell before. It goes after: 224, 7, 2 gives (2, 3).")
def odd_one_before(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total - total // 2, total // 2


@exercise.mistake(
    "You rounded both halves down, so that the odd cell is lost and with it the last output. What is not before is "
    "after: total - total // 2."
)
def odd_one_lost(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total // 2, total // 2


@exercise.mistake(
    "You rounded the number of outputs down. It is rounded up: 15 cells under stride 2 give 8 outputs, not 7."
)
def outputs_rounded_down(size, kernel_size, stride):
    total = max((size // stride - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


@exercise.mistake(
    "Your padding can be negative: 28 cells, kernel 1, stride 2 needs -1. A window that jumps over the last cell "
    "needs nothing added: max(total, 0)."
)
def negative(size, kernel_size, stride):
    total = (math.ceil(size / stride) - 1) * stride + kernel_size - size
    return total // 2, total - total // 2


@exercise.mistake(
    "kernel_size - stride is right only where the stride divides the size. 15 cells, kernel 3, stride 2: the last "
    "window starts at 14 and needs two more cells, (1, 1)."
)
def stride_taken_to_divide(size, kernel_size, stride):
    total = max(kernel_size - stride, 0)
    return total // 2, total - total // 2


@exercise.mistake(
    "kernel_size - stride is right only where the stride divides the size, and here it may even be negative. 15 cells, "
    "kernel 3, stride 2: the last window starts at 14 and needs two more cells, (1, 1). Never less than 0: "
    "max(total, 0)."
)
def kernel_minus_stride(size, kernel_size, stride):
    total = kernel_size - stride
    return total // 2, total - total // 2


@exercise.mistake(
    "You let the last window *start* at outputs * stride. Counting from 0, it starts at (outputs - 1) * stride."
)
def one_window_too_many(size, kernel_size, stride):
    total = math.ceil(size / stride) * stride + kernel_size - size
    return total // 2, total - total // 2


@exercise.mistake("You returned the total. Asked for are two numbers: the cells before, and the cells after.")
def total_only(size, kernel_size, stride):
    return _total(size, kernel_size, stride)


@exercise.mistake("You halved with `/`: half a cell cannot be added. Before: total // 2; after: what is left of it.")
def half_cells(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total / 2, total / 2
