"""Exercise 1.4: resize_position_embeddings."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _positions():
    return [
        Case((torch.randn(1, 10, 6), (5, 5))),
        Case((torch.randn(1, 5, 3), (4, 3))),
        Case((torch.randn(1, 17, 8), (2, 6))),
        Case((torch.randn(1, 26, 4), (3, 2))),
    ]


exercise = Exercise(
    "1.4",
    embeddings.resize_position_embeddings,
    cases=_positions,
    hints=(
        "The class token has no place in the image: set it aside first, and put it back at the end.",
        "F.interpolate wants an image, [1, hidden, rows, columns]: rearrange the patches to that; the old grid is "
        "square, and its side is the square root of their number.",
        "F.interpolate(image, size=grid, mode='bilinear', align_corners=False), then back to [1, tokens, hidden], and "
        "torch.cat([class_token, patches], dim=1).",
    ),
)


def _as_image(patches):
    return rearrange(patches, "1 (rows cols) d -> 1 d rows cols", rows=math.isqrt(patches.shape[1]))


def _as_tokens(image):
    return rearrange(image, "1 d rows cols -> 1 (rows cols) d")


def _resized(patches, grid, **options):
    return _as_tokens(F.interpolate(_as_image(patches), size=grid, **{"mode": "bilinear"} | options))


@exercise.mistake(
    "You resized the class token as well: all tokens were stretched along the sequence as if they lay on a line. Set "
    "token 0 aside, resize the rest as a picture, and put it back."
)
def class_token_resized(position_embeddings, grid):
    sequence = rearrange(position_embeddings, "1 tokens d -> 1 d tokens")
    sequence = F.interpolate(sequence, size=1 + grid[0] * grid[1], mode="linear")
    return rearrange(sequence, "1 d tokens -> 1 tokens d")


@exercise.mistake(
    "The patches are resized along the sequence, as if they lay on a line. They lie on a grid: make it one first."
)
def along_the_sequence(position_embeddings, grid):
    sequence = rearrange(position_embeddings[:, 1:], "1 tokens d -> 1 d tokens")
    sequence = F.interpolate(sequence, size=grid[0] * grid[1], mode="linear")
    return torch.cat([position_embeddings[:, :1], rearrange(sequence, "1 d tokens -> 1 tokens d")], dim=1)


@exercise.mistake("The class token is gone: put it back in front of the resized patches.")
def class_token_lost(position_embeddings, grid):
    return _resized(position_embeddings[:, 1:], grid)


@exercise.mistake("The grid is transposed: you resized to (columns, rows). grid is (rows, columns), and so is size.")
def grid_transposed(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid[::-1])], dim=1)


@exercise.mistake(
    "You laid the tokens out column by column: the new patches come in the wrong order. They lie row by row, "
    "'(rows columns)', before and after."
)
def laid_out_transposed(position_embeddings, grid):
    image = rearrange(_as_image(position_embeddings[:, 1:]), "1 d rows cols -> 1 d cols rows")
    patches = _as_tokens(F.interpolate(image, size=grid, mode="bilinear"))
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@exercise.mistake(
    "That is align_corners=True, which keeps the corner patches in place; here the image's borders stay: False."
)
def corners_aligned(position_embeddings, grid):
    patches = _resized(position_embeddings[:, 1:], grid, align_corners=True)
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@exercise.mistake(
    "You took the nearest old position (the default of F.interpolate). Say mode='bilinear', to go between them."
)
def nearest(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, mode="nearest")], dim=1)


@exercise.mistake("That is bicubic interpolation. Here it is mode='bilinear', as for the published weights.")
def bicubic(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, mode="bicubic")], dim=1)


@exercise.mistake("That is antialias=True, which blurs where the new grid is smaller. Leave it out.")
def antialiased(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, antialias=True)], dim=1)


@exercise.mistake("The class token came out at the end. It goes in front: token 0, before and after.")
def class_token_at_the_end(position_embeddings, grid):
    return torch.cat([_resized(position_embeddings[:, 1:], grid), position_embeddings[:, :1]], dim=1)


@exercise.mistake(
    "You made [1, patches, hidden] an image by reshape or view alone, which mixes places with features. Move the "
    "hidden dimension to the front of the grid, and back afterwards: rearrange (or permute)."
)
def only_reshaped_to_image(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    image = F.interpolate(patches.reshape(1, -1, side, side), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], image.reshape(1, grid[0] * grid[1], -1)], dim=1)


@exercise.mistake(
    "You made the picture from [1, patches, hidden] by reshape or view alone, which mixes places with features: move "
    "the hidden dimension to the front first. (The way back is right.)"
)
def reshaped_to_image_moved_back(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    image = F.interpolate(patches.reshape(1, -1, side, side), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], _as_tokens(image)], dim=1)


@exercise.mistake(
    "After resizing you took the picture up column by column. Its patches come row by row: (rows columns)."
)
def taken_up_column_by_column(position_embeddings, grid):
    image = F.interpolate(_as_image(position_embeddings[:, 1:]), size=grid, mode="bilinear")
    patches = rearrange(image, "1 d rows cols -> 1 (cols rows) d")
    return torch.cat([position_embeddings[:, :1], patches], dim=1)
