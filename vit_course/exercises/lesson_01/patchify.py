"""Exercise 1.2: patchify."""

import torch
import torch.nn.functional as F
from einops import rearrange

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _images():
    return [
        Case((torch.randn(2, 3, 8, 12), 4)),
        Case((torch.randn(1, 3, 6, 6), 3)),
        Case((torch.randn(3, 1, 8, 4), 2)),
        Case((torch.randn(2, 5, 4, 8), 4)),
    ]


exercise = Exercise(
    "1.2",
    embeddings.patchify,
    cases=_images,
    hints=(
        "Name the parts first: a height of 224 is 14 rows of 16 pixels. In einops that is `(rows p)`.",
        "On the left `batch channels (rows p) (columns q)`. On the right three dimensions: batch, the patches, and the "
        "values of one patch. Which letters belong to which?",
        "rearrange(images, 'batch channels (rows p) (columns q) -> batch (rows columns) (p q channels)', p=patch_size, "
        "q=patch_size)",
    ),
)


@exercise.mistake(
    "In each patch you put the channels first: all red values, then all green. Here the channels of one pixel stay "
    "together: (p q channels), not (channels p q). (A convolution's kernel has the channels first; hence the mix-up.)"
)
def channels_first(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (rows cols) (c p q)", p=patch_size, q=patch_size)


@exercise.mistake("You numbered the patches column by column. They come row by row, as one reads: (rows columns).")
def column_by_column(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (cols rows) (p q c)", p=patch_size, q=patch_size)


@exercise.mistake(
    "Each patch is transposed: you went through it column by column. Its pixels come row by row: (p q channels)."
)
def transposed_patches(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (rows cols) (q p c)", p=patch_size, q=patch_size)


@exercise.mistake(
    "You only gave the numbers a new shape. reshape and view keep them in the order in which they lie in memory, so a "
    "'patch' of yours is a strip of one channel. The pixels must be moved: rearrange (or permute before reshape)."
)
def only_reshaped(images, patch_size):
    batch, channels, height, width = images.shape
    return images.reshape(batch, (height // patch_size) * (width // patch_size), channels * patch_size**2)


@exercise.mistake(
    "You permuted the pixels to the end but let the rows of patches split wrongly: each of your patches is a strip of "
    "pixels from one line of the image. Split height into (rows p) and width into (columns q) before you move anything."
)
def strips_of_lines(images, patch_size):
    batch, channels, height, width = images.shape
    pixels = images.permute(0, 2, 3, 1)
    return pixels.reshape(batch, (height // patch_size) * (width // patch_size), channels * patch_size**2)


@exercise.mistake(
    "The patches of different images are mixed up: an image of your result holds patches of others. The batch must "
    "stay the first dimension, outermost, from beginning to end."
)
def mixed_across_batch(images, patch_size):
    return rearrange(
        rearrange(images, "b c (rows p) (cols q) -> (rows cols b) (p q c)", p=patch_size, q=patch_size),
        "(b n) v -> b n v",
        b=len(images),
    )


@exercise.mistake(
    "You swapped p and q with rows and columns: a patch is p x q neighbouring pixels, so `(rows p)`, not `(p rows)`."
)
def every_nth_pixel(images, patch_size):
    return rearrange(images, "b c (p rows) (q cols) -> b (rows cols) (p q c)", p=patch_size, q=patch_size)


@exercise.mistake(
    "You kept the grid: rows and columns of patches are two dimensions of your result. A sequence has one, so join "
    "them: (rows columns)."
)
def grid_kept(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b rows cols (p q c)", p=patch_size, q=patch_size)


@exercise.mistake(
    "That is F.unfold as it comes: [batch, values, patches]. Patches come first here, and in each of them the "
    "channels of one pixel stay together, while unfold puts the channels first."
)
def unfold_as_it_comes(images, patch_size):
    return F.unfold(images, patch_size, stride=patch_size)
