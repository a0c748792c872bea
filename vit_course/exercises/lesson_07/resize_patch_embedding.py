"""Exercise 7.5: resize_patch_embedding."""

import torch
import torch.nn.functional as F

from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.weights import patch_kernel


def _kernels():
    # Larger and smaller patches; one size divides the other, or doesn't. The same size would hide every mistake.
    sizes = [(5, 2, 4, 8), (3, 1, 3, 5), (2, 3, 5, 3), (1, 1, 2, 7), (4, 2, 6, 4), (3, 4, 6, 2)]
    # A published weight is turned once, and nothing flows back through that.
    cases = [
        Case((torch.randn(hidden, channels, old, old), new), gradients=False) for hidden, channels, old, new in sizes
    ]
    return [*cases, Case((torch.randn(2, 2, 3, 3, dtype=torch.float64), 4), gradients=False)]


exercise = Exercise(
    "7.5",
    patch_kernel.resize_patch_embedding,
    cases=_kernels,
    hints=(
        "Call the matrix that resizes R: a patch, as a row of its pixels, becomes patch @ R. Write down that the new "
        "token equals the old one for every patch, and leave the patch out on both sides.",
        "Steps: the images of one lit pixel are torch.eye(old * old) as [old * old, 1, old, old]; interpolate them and "
        "flatten each, and you have R, [old * old, new * new]. R @ new_kernel is to be the kernel, with its pixels as "
        "rows: new_kernel = torch.linalg.pinv(R) @ kernel. Take dtype and device from weight.",
        "old = weight.shape[-1]\n"
        "lit = torch.eye(old * old, dtype=weight.dtype, device=weight.device).reshape(-1, 1, old, old)\n"
        'R = F.interpolate(lit, size=(patch_size, patch_size), mode="bilinear").flatten(1)\n'
        "kernel = weight.flatten(2) @ torch.linalg.pinv(R).T\n"
        "return kernel.unflatten(2, (patch_size, patch_size))",
    ),
    optional=True,
)


def _matrix(weight, old, new, **how):
    """What resizes a patch as a row of pixels, [old * old, new * new]."""
    lit = torch.eye(old * old, dtype=weight.dtype, device=weight.device).reshape(-1, 1, old, old)
    return F.interpolate(lit, size=(new, new), **{"mode": "bilinear"} | how).flatten(1)


def _by_pseudo_inverse(weight, patch_size, **how):
    inverse = torch.linalg.pinv(_matrix(weight, weight.shape[-1], patch_size, **how))
    return (weight.flatten(2) @ inverse.T).unflatten(2, (patch_size, patch_size))


def _interpolated(weight, patch_size):
    return F.interpolate(weight, size=(patch_size, patch_size), mode="bilinear")


@exercise.mistake(
    "You resize the kernel like an image (kernel @ R is the same). More pixels then add up to a larger token. It is "
    "the patches that are resized; the kernel has to undo it, and that takes the pseudo-inverse of R."
)
def the_kernel_as_an_image(weight, patch_size):
    return _interpolated(weight, patch_size)


@exercise.mistake(
    "You resize the kernel like an image and scale it by the number of pixels. A grey patch then keeps its token, more "
    "or less, and others do not. Take the pseudo-inverse of R."
)
def sum_kept(weight, patch_size):
    return _interpolated(weight, patch_size) * (weight.shape[-1] / patch_size) ** 2


@exercise.mistake(
    "You resize the kernel like an image and give each channel its old sum back. A grey patch then has the right "
    "token, and others have not. Take the pseudo-inverse of R."
)
def each_sum_kept(weight, patch_size):
    resized, sums = _interpolated(weight, patch_size), weight.sum(dim=(2, 3), keepdim=True)
    return resized * sums / resized.sum(dim=(2, 3), keepdim=True)


@exercise.mistake(
    "You resize the kernel like an image and scale it by the ratio of the sides; of pixels there are that many "
    "squared. No factor makes the tokens equal, though: take the pseudo-inverse of R."
)
def scaled_by_the_side(weight, patch_size):
    return _interpolated(weight, patch_size) * (weight.shape[-1] / patch_size)


@exercise.mistake(
    "Your images of one pixel are resized by nearest neighbour, the default of F.interpolate. The card says "
    'mode="bilinear".'
)
def nearest(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size, mode="nearest")


@exercise.mistake('Your images of one pixel are resized bicubically. The card says mode="bilinear".')
def bicubic(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size, mode="bicubic")


@exercise.mistake(
    "You resize with the centres of the corner pixels kept in place. The card keeps the borders: align_corners=False, "
    "which is the default."
)
def corners_aligned(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size, align_corners=True)


@exercise.mistake(
    "You resize with antialiasing, as timm does by default. It shows where patches shrink; the card leaves it out."
)
def antialiased(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size, antialias=True)


@exercise.mistake(
    "You resize as timm does by default, bicubically and with antialiasing. The card says bilinear, without."
)
def as_timm_by_default(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size, mode="bicubic", antialias=True)


@exercise.mistake(
    "Your matrix resizes the other way, from new patches to old ones. To shrink an enlarged patch does not give the "
    "old one back. Build the matrix from the old patches' pixels, and invert it."
)
def the_other_way(weight, patch_size):
    back = _matrix(weight, patch_size, weight.shape[-1])
    return (weight.flatten(2) @ back.T).unflatten(2, (patch_size, patch_size))


@exercise.mistake(
    "Rows and columns of the new kernel have changed places. Pixels are counted row by row, on the way out as on the "
    "way in."
)
def turned(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size).transpose(2, 3)


@exercise.mistake(
    "The rest is right, and then you scale the result by the number of pixels. The pseudo-inverse has that in it."
)
def scaled_as_well(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size) * (weight.shape[-1] / patch_size) ** 2


@exercise.mistake("You return pixels in one axis. A kernel is [hidden, channels, patch_size, patch_size].")
def flat(weight, patch_size):
    return _by_pseudo_inverse(weight, patch_size).flatten(2)


@exercise.mistake(
    "You resize the identity as one picture, along its numbered pixels, so the end of a row of pixels runs into the "
    "next row. Each row of the identity is an image of its own, p x p: resize these."
)
def identity_as_one_picture(weight, patch_size):
    old = weight.shape[-1]
    identity = torch.eye(old**2, dtype=weight.dtype, device=weight.device)[None, None]
    resize = F.interpolate(identity, size=(old**2, patch_size**2), mode="bilinear")[0, 0]
    kernels = torch.linalg.pinv(resize) @ weight.flatten(2).flatten(0, 1).T
    return kernels.T.reshape(*weight.shape[:2], patch_size, patch_size)
