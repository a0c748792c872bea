"""Exercise 1.5: resize_position_embeddings."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange

from vit_course import positions
from vit_course.exercises.engine.exercise import Case, Exercise

_kept: dict[object, torch.Tensor] = {}  # of the mistake that keeps its results


def _positions():
    _kept.clear()
    cases = [
        (torch.randn(1, 10, 6), (5, 5)),
        (torch.randn(1, 5, 3), (4, 3)),
        (torch.randn(1, 17, 8), (2, 6)),
        (torch.randn(1, 26, 4), (1, 3)),
        (torch.randn(1, 17, 5), (2, 8)),  # as many patches as before
        (torch.randn(1, 10, 7), (3, 3)),  # the same grid
        (torch.randn(1, 2, 4), (2, 3)),  # one patch
        (torch.randn(1, 10, 1), (4, 2)),  # hidden 1
        (torch.randn(1, 122, 2), (15, 4)),  # 11 * (15 / 11) is less than 15
    ]
    return [Case(args, fixed=("position_embeddings",)) for args in cases]


exercise = Exercise(
    "1.5",
    positions.resize_position_embeddings,
    cases=_positions,
    hints=(
        "The class token has no place in the image: set it aside first, and put it back at the end.",
        "F.interpolate wants an image, [1, hidden, rows, columns]: rearrange the patches to that; the old grid is "
        "square, and its side is the square root of their number. Afterwards the way back.",
        "class_token, patches = position_embeddings[:, :1], position_embeddings[:, 1:]\n"
        "side = round(patches.shape[1] ** 0.5)\n"
        "picture = rearrange(patches, '1 (rows columns) hidden -> 1 hidden rows columns', rows=side)\n"
        "picture = F.interpolate(picture, size=grid, mode='bilinear', align_corners=False)\n"
        "patches = rearrange(picture, '1 hidden rows columns -> 1 (rows columns) hidden')\n"
        "return torch.cat([class_token, patches], dim=1)",
    ),
)


def _as_image(patches):
    return rearrange(patches, "1 (rows cols) d -> 1 d rows cols", rows=math.isqrt(patches.shape[1]))


def _as_tokens(image):
    return rearrange(image, "1 d rows cols -> 1 (rows cols) d")


def _resized(patches, grid, **options):
    return _as_tokens(F.interpolate(_as_image(patches), **{"size": grid, "mode": "bilinear"} | options))


def _with_token(position_embeddings, grid, **options):
    """The class token and the resized patches, as it should be but for the options."""
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, **options)], dim=1)


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


@exercise.mistake(
    "The new grid is transposed: it has `columns` rows and `rows` columns. grid is (rows, columns), and so is size."
)
def grid_transposed(position_embeddings, grid):
    return _with_token(position_embeddings, grid[::-1])


@exercise.mistake(
    "You laid the tokens out column by column: the new patches come in the wrong order. They lie row by row, "
    "'(rows columns)', before and after."
)
def laid_out_transposed(position_embeddings, grid):
    image = rearrange(_as_image(position_embeddings[:, 1:]), "1 d rows cols -> 1 d cols rows")
    patches = _as_tokens(F.interpolate(image, size=grid, mode="bilinear"))
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@exercise.mistake(
    "That is what align_corners=True gives: it keeps the corner patches in place. Here the image's borders stay: False."
)
def corners_aligned(position_embeddings, grid):
    return _with_token(position_embeddings, grid, align_corners=True)


@exercise.mistake(
    "You took the nearest old position (the default of F.interpolate). Say mode='bilinear', to go between them."
)
def nearest(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="nearest")


@exercise.mistake("That is bicubic interpolation. Here it is mode='bilinear', as for the published weights.")
def bicubic(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="bicubic")


@exercise.mistake(
    "That is what antialias=True gives: it blurs where the new grid is smaller. Leave it out, or where it is the "
    "default, switch it off."
)
def antialiased(position_embeddings, grid):
    return _with_token(position_embeddings, grid, antialias=True)


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


@exercise.mistake(
    "That is mode='nearest-exact': each new position is the nearest old one. Say mode='bilinear', to go between them."
)
def nearest_exact(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="nearest-exact")


@exercise.mistake("That is mode='area', the mean of the old positions below each new one. Say mode='bilinear'.")
def area(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="area")


@exercise.mistake(
    "That is bicubic interpolation, and with corners aligned. Here it is mode='bilinear' and align_corners=False."
)
def bicubic_aligned(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="bicubic", align_corners=True)


@exercise.mistake("That is bicubic interpolation with antialias=True. Here it is mode='bilinear', without antialias.")
def bicubic_antialiased(position_embeddings, grid):
    return _with_token(position_embeddings, grid, mode="bicubic", antialias=True)


@exercise.mistake(
    "You took the last token of the old table for the class token, and put it in front: every old place is shifted by "
    "one. The class token is token 0: [:, :1], and the patches are [:, 1:]."
)
def last_token_taken(position_embeddings, grid):
    return torch.cat([position_embeddings[:, -1:], _resized(position_embeddings[:, :-1], grid)], dim=1)


@exercise.mistake(
    "You took the last token of the old table for the class token, before and after. It is token 0: [:, :1], and the "
    "patches are [:, 1:]."
)
def last_token_throughout(position_embeddings, grid):
    return torch.cat([_resized(position_embeddings[:, :-1], grid), position_embeddings[:, -1:]], dim=1)


@exercise.mistake(
    "The class token is still among the patches when you make the picture: 1 + side * side tokens are no square. Set "
    "token 0 aside first, and put it back at the end."
)
def class_token_in_the_picture(position_embeddings, grid):
    _, tokens, hidden = position_embeddings.shape
    side = math.isqrt(tokens)
    image = position_embeddings.reshape(1, side, side, hidden).permute(0, 3, 1, 2)
    return _as_tokens(F.interpolate(image, size=grid, mode="bilinear"))


@exercise.mistake(
    "You give the old positions back where the number of patches stays the same. 4 x 4 and 2 x 8 patches are equally "
    "many, in other places: compare the grids, or leave the shortcut out."
)
def equal_count_left_alone(position_embeddings, grid):
    if position_embeddings.shape[1] == 1 + grid[0] * grid[1]:
        return position_embeddings
    return _with_token(position_embeddings, grid)


@exercise.mistake(
    "Your new grid is always square, with grid[0] rows and as many columns. It is grid[0] rows and grid[1] columns: "
    "size=grid."
)
def square_of_the_rows(position_embeddings, grid):
    return _with_token(position_embeddings, (grid[0], grid[0]))


@exercise.mistake(
    "Your new grid is always square, with grid[1] columns and as many rows. It is grid[0] rows and grid[1] columns: "
    "size=grid."
)
def square_of_the_columns(position_embeddings, grid):
    return _with_token(position_embeddings, (grid[1], grid[1]))


@exercise.mistake(
    "Your new positions lie a little off: you enlarged by (size + 0.1) / side, as code of DINO does against rounding. "
    "Give size=grid in place of scale_factor, and nothing is rounded."
)
def a_tenth_added(position_embeddings, grid):
    side = math.isqrt(position_embeddings.shape[1] - 1)
    return _with_token(position_embeddings, grid, size=None, scale_factor=tuple((new + 0.1) / side for new in grid))


@exercise.mistake(
    "A side is one too short where scale_factor is rounded: 11 * (15 / 11) is a little below 15, and becomes 14. Give "
    "size=grid in place of scale_factor."
)
def scale_factor_rounded(position_embeddings, grid):
    side = math.isqrt(position_embeddings.shape[1] - 1)
    return _with_token(position_embeddings, grid, size=None, scale_factor=tuple(new / side for new in grid))


@exercise.mistake(
    "A side is one too short where scale_factor is rounded: 11 * (15 / 11) is a little below 15, and becomes 14. Then "
    "the reshape to rows * columns fails. Give size=grid in place of scale_factor."
)
def scale_factor_rounded_and_reshaped(position_embeddings, grid):
    side = math.isqrt(position_embeddings.shape[1] - 1)
    factors = tuple(new / side for new in grid)
    image = F.interpolate(_as_image(position_embeddings[:, 1:]), scale_factor=factors, mode="bilinear")
    patches = image.permute(0, 2, 3, 1).reshape(1, grid[0] * grid[1], position_embeddings.shape[-1])
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


def _weights(new, old, like):
    """[new, old]: how much of each old place is in each new one, continued in a straight line beyond the outermost."""
    place = (torch.arange(new).to(like) + 0.5) * old / new - 0.5
    low = place.floor().long().clamp(0, max(old - 2, 0))
    part = (place - low)[:, None] if old > 1 else torch.zeros(new, 1).to(like)
    eye = torch.eye(old).to(like)
    return eye[low] * (1 - part) + eye[(low + 1).clamp(max=old - 1)] * part


@exercise.mistake(
    "Beyond the centres of the outermost old patches you continue the straight line. There is nothing to go on: "
    "F.interpolate repeats the outermost position there. Clamp the place to 0 and side - 1."
)
def extrapolated(position_embeddings, grid):
    patches = position_embeddings[0, 1:]
    side = math.isqrt(len(patches))
    rows, columns = (_weights(new, side, patches) for new in grid)
    new = torch.einsum("ry,cx,yxd->rcd", rows, columns, patches.unflatten(0, (side, side)))
    return torch.cat([position_embeddings[:, :1], new.flatten(0, 1)[None]], dim=1)


@exercise.mistake(
    "Where there are fewer new patches you take the first ones of the old table, which are those of the upper rows. A "
    "smaller grid covers the same image: resize it like a larger one."
)
def smaller_one_cut_off(position_embeddings, grid):
    count = 1 + grid[0] * grid[1]
    if count < position_embeddings.shape[1]:
        return position_embeddings[:, :count]
    return _with_token(position_embeddings, grid)


@exercise.mistake(
    "Your result has lost its first axis. Asked for is [1, 1 + rows * columns, hidden], with the 1, which broadcasts "
    "over the batch. Put it back: result[None]."
)
def first_axis_lost(position_embeddings, grid):
    return _with_token(position_embeddings, grid)[0]


@exercise.mistake(
    "You returned the resized picture, [1, hidden, rows, columns]. Bring it back to a sequence, [1, rows * columns, "
    "hidden], and put the class token in front."
)
def picture_returned(position_embeddings, grid):
    return F.interpolate(_as_image(position_embeddings[:, 1:]), size=grid, mode="bilinear")


@exercise.mistake(
    "Back from the picture you reshaped [1, hidden, rows, columns] to [1, patches, hidden], which mixes places with "
    "features. Move the hidden dimension to the end first: rearrange (or permute)."
)
def reshaped_back_from_image(position_embeddings, grid):
    image = F.interpolate(_as_image(position_embeddings[:, 1:]), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], image.reshape(1, grid[0] * grid[1], -1)], dim=1)


@exercise.mistake(
    "Every axis of length 1 is gone, also hidden where it is 1: a `squeeze()` takes them all. Say which axis: "
    "squeeze(0)."
)
def squeezed(position_embeddings, grid):
    return _with_token(position_embeddings, grid).squeeze()


@exercise.mistake(
    "The first call is right, and a second one with other numbers gives the first result again: it is kept under the "
    "table's shape and the grid. Two tables may have one shape: compute it each time."
)
def kept_by_shape(position_embeddings, grid):
    key = (position_embeddings.shape, grid)
    if key not in _kept:
        _kept[key] = _with_token(position_embeddings, grid)
    return _kept[key]


@exercise.mistake(
    "That is bicubic interpolation to (size + 0.1) / side, as in code of DINO and Hugging Face. Here it is "
    "mode='bilinear' and size=grid."
)
def bicubic_a_tenth_added(position_embeddings, grid):
    side = math.isqrt(position_embeddings.shape[1] - 1)
    factors = tuple((new + 0.1) / side for new in grid)
    return _with_token(position_embeddings, grid, size=None, scale_factor=factors, mode="bicubic")


@exercise.mistake(
    "You repeat the old positions, or cut them off, until there are enough. They lie on a grid: make it a picture and "
    "resize that, so that each new patch gets the position of its place."
)
def repeated_and_cut(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    count = grid[0] * grid[1]
    patches = patches.repeat(1, -(-count // patches.shape[1]), 1)[:, :count]
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@exercise.mistake(
    "Your picture has its channels last, [1, rows, columns, hidden]. F.interpolate resizes the last two axes, here "
    "columns and hidden: move hidden to the front first, [1, hidden, rows, columns]."
)
def channels_last(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    image = F.interpolate(patches.reshape(1, side, side, -1), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], image.reshape(1, grid[0] * grid[1], -1)], dim=1)


@exercise.mistake(
    "The class token's numbers are zeros. It keeps its own: set token 0 aside before you resize, and put it back."
)
def class_token_zero(position_embeddings, grid):
    return _with_token(torch.cat([0 * position_embeddings[:, :1], position_embeddings[:, 1:]], dim=1), grid)
