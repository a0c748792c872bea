"""Exercise 1.3: unpatchify."""

import math

import torch
from einops import rearrange

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _patches():
    return [
        Case((torch.randn(2, 6, 48), 4, (2, 3))),
        Case((torch.randn(1, 4, 27), 3, (2, 2))),
        Case((torch.randn(3, 8, 4), 2, (4, 2))),
        Case((torch.randn(2, 3, 32), 4, (1, 3))),
    ]


exercise = Exercise(
    "1.3",
    embeddings.unpatchify,
    cases=_patches,
    hints=(
        "It is patchify read from right to left.",
        "einops can't guess how 6 patches make a grid: give it rows=grid[0], and p and q.",
        "rearrange(patches, 'batch (rows columns) (p q channels) -> batch channels (rows p) (columns q)', "
        "rows=grid[0], p=patch_size, q=patch_size)",
    ),
)


@exercise.mistake(
    "You read the values of a patch as (channels p q). patchify keeps the channels of a pixel together: (p q channels)."
)
def channels_read_first(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (c p q) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@exercise.mistake("You laid the patches down column by column. They were taken up row by row: (rows columns).")
def laid_column_by_column(patches, patch_size, grid):
    return rearrange(patches, "b (k r) (p q c) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@exercise.mistake("You swapped rows and columns of the grid: grid is (rows, columns), height before width.")
def grid_swapped(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b c (r p) (k q)", r=grid[1], p=patch_size, q=patch_size)


@exercise.mistake(
    "Each patch came out transposed: its pixels lie row by row, (p q channels), and you read (q p channels)."
)
def patches_transposed(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (q p c) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@exercise.mistake(
    "You only gave the numbers a new shape: reshape and view move nothing. Each patch's rows must be interleaved with "
    "those of its neighbours: rearrange (or permute before reshape)."
)
def only_reshaped_back(patches, patch_size, grid):
    return patches.reshape(len(patches), -1, grid[0] * patch_size, grid[1] * patch_size)


@exercise.mistake(
    "You swapped p and q with rows and columns, which scatters each patch over the image: `(rows p)`, not `(p rows)`."
)
def patches_scattered(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b c (p r) (q k)", r=grid[0], p=patch_size, q=patch_size)


@exercise.mistake(
    "You worked the grid out from the number of patches. They do not tell: 8 may lie 4 x 2 or 2 x 4. Take the rows "
    "from grid."
)
def grid_from_square_root(patches, patch_size, grid):
    rows = math.isqrt(patches.shape[1])
    return rearrange(patches, "b (r k) (p q c) -> b c (r p) (k q)", r=rows, p=patch_size, q=patch_size)


@exercise.mistake(
    "The channels are last, as matplotlib wants them. Images in PyTorch are [batch, channels, height, width]."
)
def channels_last(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b (r p) (k q) c", r=grid[0], p=patch_size, q=patch_size)
