"""Exercise 1.3: unpatchify."""

import math

import torch
from einops import rearrange

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _patches():
    cases = [
        (torch.randn(2, 6, 48), 4, (2, 3)),
        (torch.randn(1, 6, 27), 3, (3, 2)),
        (torch.randn(2, 4, 100), 5, (2, 2)),
        (torch.randn(3, 8, 4), 2, (4, 2)),  # one channel
        (torch.randn(2, 3, 32), 4, (1, 3)),
        (torch.randn(2, 4, 12), 2, (4, 1)),
        (torch.randn(2, 1, 18), 3, (1, 1)),
        (torch.randn(2, 8, 3), 1, (2, 4)),
        (1e40 * torch.randn(2, 6, 20, dtype=torch.float64), 2, (2, 3)),  # too large for a float32 on the way
    ]
    return [Case(args, fixed=("patches",)) for args in cases]


exercise = Exercise(
    "1.3",
    embeddings.unpatchify,
    cases=_patches,
    hints=(
        "It is patchify read from right to left.",
        "einops can't guess how 6 patches make a grid, nor how the values of a patch make a square. Tell it: it takes "
        "sizes by keyword, and works out what is left.",
        "return rearrange(\n"
        "    patches, 'batch (rows columns) (p q channels) -> batch channels (rows p) (columns q)', rows=grid[0], "
        "p=patch_size, q=patch_size\n"
        ")",
    ),
)


def _glued(patches, patch_size, rows, order="b (r k) (p q c) -> b c (r p) (k q)"):
    return rearrange(patches, order, r=rows, p=patch_size, q=patch_size)


@exercise.mistake(
    "You read the values of a patch as (channels p q). patchify keeps the channels of a pixel together: (p q channels)."
)
def channels_read_first(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (c p q) -> b c (r p) (k q)")


@exercise.mistake("You laid the patches down column by column. They were taken up row by row: (rows columns).")
def laid_column_by_column(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (k r) (p q c) -> b c (r p) (k q)")


@exercise.mistake("You swapped rows and columns of the grid: grid is (rows, columns), height before width.")
def grid_swapped(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[1])


@exercise.mistake(
    "Each patch came out transposed: its pixels lie row by row, (p q channels), and you read (q p channels)."
)
def patches_transposed(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (q p c) -> b c (r p) (k q)")


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
    return _glued(patches, patch_size, grid[0], "b (r k) (p q c) -> b c (p r) (q k)")


@exercise.mistake(
    "You worked the grid out from the number of patches. They do not tell: 8 may lie 4 x 2 or 2 x 4. Take the rows "
    "from grid."
)
def grid_from_square_root(patches, patch_size, grid):
    rows = math.isqrt(patches.shape[1])
    return _glued(patches, patch_size, rows)


@exercise.mistake(
    "The channels are last, as matplotlib wants them. Images in PyTorch are [batch, channels, height, width]."
)
def channels_last(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (p q c) -> b (r p) (k q) c")


@exercise.mistake(
    "You worked the grid out from the number of patches, and let it be square. They do not tell: 6 may lie 2 x 3 or "
    "3 x 2. Take rows and columns from grid."
)
def square_grid(patches, patch_size, grid):
    side = int(patches.shape[1] ** 0.5)
    channels = patches.shape[2] // patch_size**2
    parts = patches.reshape(len(patches), side, side, patch_size, patch_size, channels)
    return rearrange(parts, "b r k p q c -> b c (r p) (k q)")


@exercise.mistake(
    "You worked the grid out from the number of patches, as a square. They do not tell: 6 may lie 2 x 3 or 3 x 2. Take "
    "rows and columns from grid."
)
def square_grid_channels_left_open(patches, patch_size, grid):
    side = int(patches.shape[1] ** 0.5)
    parts = patches.reshape(len(patches), side, side, patch_size, patch_size, -1)
    return rearrange(parts, "b r k p q c -> b c (r p) (k q)")


@exercise.mistake(
    "You took patch i * rows + j for row i and column j. Before row i lie i rows of `columns` patches each: "
    "i * columns + j. The two are equal where the grid is square."
)
def numbered_by_rows(patches, patch_size, grid):
    rows, columns = grid
    taken = [patches[:, i * rows + j] for i in range(rows) for j in range(columns)]
    return _glued(torch.stack(taken, dim=1), patch_size, rows)


@exercise.mistake(
    "You read the values of a patch as (channels q p). patchify keeps the channels of a pixel together, and the pixels "
    "come row by row: (p q channels)."
)
def channels_read_first_transposed(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (c q p) -> b c (r p) (k q)")


@exercise.mistake(
    "You read the values of a patch as (p channels q). The channels of a pixel stand together, at the end: "
    "(p q channels)."
)
def channels_read_in_the_middle(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (p c q) -> b c (r p) (k q)")


@exercise.mistake(
    "A patch lies in your image as a run of pixels along its lines, not as a square: rows, columns, p and q were "
    "joined as they stand. Put p behind rows, and q behind columns, before they become height and width."
)
def reshaped_to_pixels(patches, patch_size, grid):
    pixels = patches.reshape(len(patches), grid[0] * patch_size, grid[1] * patch_size, -1)
    return pixels.permute(0, 3, 1, 2)


@exercise.mistake(
    "You glued along the wrong axes: the patches of one row stand below each other, and the rows side by side. Your "
    "image is columns * patch_size high; it is rows * patch_size."
)
def glued_along_the_other_axis(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (p q c) -> b c (k p) (r q)")


@exercise.mistake(
    "Your image is mirrored along its diagonal: height and width are swapped. It is [batch, channels, height, width], "
    "with height = rows * patch_size."
)
def width_before_height(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (r k) (p q c) -> b c (k q) (r p)")


@exercise.mistake(
    "You laid the patches down column by column, and the pixels in each as well. Both were taken up row by row: "
    "(rows columns) (p q channels)."
)
def all_column_by_column(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0], "b (k r) (q p c) -> b c (r p) (k q)")


@exercise.mistake(
    "You wrote 3 for the number of channels. Grey images have 1, others more: it is values // patch_size**2."
)
def three_channels(patches, patch_size, grid):
    parts = patches.reshape(len(patches), grid[0], grid[1], patch_size, patch_size, 3)
    return rearrange(parts, "b r k p q c -> b c (r p) (k q)")


@exercise.mistake(
    "Values below 0 became 0, and those above 1 became 1: there is a clamp. Images are not always within 0 and 1 "
    "(normalised ones are not); leave the numbers as they are."
)
def clamped(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).clamp(0, 1)


@exercise.mistake(
    "Every axis of length 1 is gone: `squeeze()` also removes the batch where it is a single image, and the channel of "
    "a grey one. Leave it out, or say which axis: squeeze(dim)."
)
def squeezed(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).squeeze()


@exercise.mistake(
    "The batch of one image has lost its first axis: `squeeze(0)`, or an index [0]? A batch of one keeps it."
)
def batch_of_one_squeezed(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).squeeze(0)


@exercise.mistake("The channel axis of a grey image is gone: `squeeze(1)`? With one channel it stays, of length 1.")
def channel_squeezed(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).squeeze(1)


@exercise.mistake(
    "Only the first image comes back. Does the `return` stand inside the loop over the batch, or is there an index [0]?"
)
def first_image_only(patches, patch_size, grid):
    return _glued(patches[:1], patch_size, grid[0])


@exercise.mistake(
    "Your result is float32, also where the patches are float64. torch.zeros and torch.empty make that unless told "
    "otherwise: dtype=patches.dtype, or patches.new_zeros(...). (Or is there a .float()?)"
)
def always_float32(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).float()


@exercise.mistake(
    "Your result is float64, also where the patches are float32: np.zeros and np.empty make that unless told "
    "otherwise. It keeps the dtype of the patches."
)
def always_float64(patches, patch_size, grid):
    return _glued(patches, patch_size, grid[0]).double()


@exercise.mistake(
    "Your result has the right dtype, but the numbers went through float32 on the way, where a float64 loses digits "
    "(and becomes inf above 3e38). Leave out the .float(), and give new tensors dtype=patches.dtype."
)
def float32_on_the_way(patches, patch_size, grid):
    return _glued(patches.float(), patch_size, grid[0]).to(patches.dtype)


@exercise.mistake(
    "The channels come to the front by reshape or view: that moves no number, so channels are mixed with pixels. Move "
    "them, with permute(0, 3, 1, 2)."
)
def channels_moved_by_reshape(patches, patch_size, grid):
    images = _glued(patches, patch_size, grid[0], "b (r k) (p q c) -> b (r p) (k q) c")
    return images.reshape(len(images), -1, *images.shape[1:3])
