"""Exercise 6.5: convolve_same."""

import torch
import torch.nn.functional as F

from vit_course import resnet
from vit_course.exercises.engine.exercise import Case, Exercise


def _convolutions():
    # Sizes at which height and width need other paddings, and an odd cell that goes after.
    shapes = [(2, 3, 8, 11, 4, 3, 2), (1, 2, 7, 6, 3, 5, 3), (3, 1, 9, 4, 2, 1, 2), (2, 2, 5, 10, 3, 3, 1)]
    shapes += [(1, 3, 12, 7, 2, 7, 2), (2, 1, 6, 9, 2, 2, 2)]
    return [Case((torch.randn(b, c, h, w), torch.randn(o, c, k, k), stride)) for b, c, h, w, o, k, stride in shapes]


exercise = Exercise(
    "6.5",
    resnet.convolve_same,
    cases=_convolutions,
    hints=(
        "Work out the padding of each side with same_padding, once for the height and once for the width; pad; then "
        "convolve without padding.",
        "F.pad takes the last axis first: (left, right, top, bottom). The kernel's size is weight.shape[2].",
        "top, bottom = same_padding(images.shape[2], weight.shape[2], stride)\n"
        "left, right = same_padding(images.shape[3], weight.shape[3], stride)\n"
        "return F.conv2d(F.pad(images, (left, right, top, bottom)), weight, stride=stride)",
    ),
    optional=True,
)


def _padded(images, weight, stride, order="lrtb", turned=False, value=0.0):
    sides = {}
    for names, size in (("tb", images.shape[2]), ("lr", images.shape[3])):
        pair = resnet.same_padding(size, weight.shape[2], stride)
        sides |= zip(names, reversed(pair) if turned else pair, strict=True)
    return F.conv2d(F.pad(images, [sides[name] for name in order], value=value), weight, stride=stride)


@exercise.mistake("F.pad takes the last axis first: (left, right, top, bottom). Yours pads the height by the width's.")
def height_first(images, weight, stride):
    return _padded(images, weight, stride, order="tblr")


@exercise.mistake("The odd cell goes before in your code. same_padding gives (before, after), and the larger is after.")
def odd_cell_before(images, weight, stride):
    return _padded(images, weight, stride, turned=True)


@exercise.mistake("You pad both axes as the height wants it. The width is another size: work out its own padding.")
def height_for_both(images, weight, stride):
    return _padded(images, weight, stride, order="tbtb")


@exercise.mistake("You pad both axes as the width wants it. The height is another size: work out its own padding.")
def width_for_both(images, weight, stride):
    return _padded(images, weight, stride, order="lrlr")


@exercise.mistake(
    "You pad by half of the kernel on both sides, as PyTorch's padding=kernel // 2 does. At a stride above 1 SAME is "
    "less, and not the same on both sides."
)
def half_of_the_kernel(images, weight, stride):
    return F.conv2d(images, weight, stride=stride, padding=weight.shape[2] // 2)


@exercise.mistake("Nothing is padded: the border cells see only what lies inside, and the map comes out too small.")
def not_padded(images, weight, stride):
    return F.conv2d(images, weight, stride=stride)


@exercise.mistake("The stride is not passed to the convolution.")
def without_stride(images, weight, stride):
    top, bottom = resnet.same_padding(images.shape[2], weight.shape[2], stride)
    left, right = resnet.same_padding(images.shape[3], weight.shape[3], stride)
    return F.conv2d(F.pad(images, (left, right, top, bottom)), weight)


@exercise.mistake(
    "Your padding is that of stride 1. At a larger stride it is less: pass the stride to same_padding. (To convolve "
    "at stride 1 and keep every stride-th cell is the same mistake.)"
)
def padding_of_stride_one(images, weight, stride):
    top, bottom = resnet.same_padding(images.shape[2], weight.shape[2], 1)
    left, right = resnet.same_padding(images.shape[3], weight.shape[3], 1)
    return F.conv2d(F.pad(images, (left, right, top, bottom)), weight, stride=stride)


@exercise.mistake(
    'padding="same" of PyTorch refuses a stride above 1. That is why one pads by hand: F.pad, then no padding.'
)
def pytorchs_same(images, weight, stride):
    return F.conv2d(images, weight, stride=stride, padding="same")
