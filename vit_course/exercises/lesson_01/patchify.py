"""Exercise 1.2: patchify."""

import torch
import torch.nn.functional as F
from einops import rearrange

from vit_course import embeddings
from vit_course.exercises.engine.exercise import Case, Exercise


def _images():
    cases = [
        (torch.randn(2, 3, 8, 12), 4),
        (torch.randn(1, 3, 6, 9), 3),
        (torch.randn(2, 4, 10, 10), 5),
        (torch.randn(3, 1, 8, 4), 2),
        (torch.randn(2, 5, 3, 3), 3),  # one patch
        (torch.randn(2, 3, 4, 5), 1),
        (1e40 * torch.randn(2, 3, 6, 4, dtype=torch.float64), 2),  # too large for a float32 on the way
    ]
    return [Case(args, fixed=("images",)) for args in cases]


exercise = Exercise(
    "1.2",
    embeddings.patchify,
    cases=_images,
    hints=(
        "Name the parts first: a height of 224 is 14 rows of 16 pixels. In einops that is `(rows p)`.",
        "On the left `batch channels (rows p) (columns q)`. On the right three dimensions: batch, the patches, and the "
        "values of one patch. Which letters belong to which?",
        "return rearrange(\n"
        "    images, 'batch channels (rows p) (columns q) -> batch (rows columns) (p q channels)', p=patch_size, "
        "q=patch_size\n"
        ")",
    ),
)


def _cut(images, patch_size, to):
    """Split into rows and columns of patches, and put together in the order of `to`."""
    return rearrange(images, f"b c (rows p) (cols q) -> {to}", p=patch_size, q=patch_size)


@exercise.mistake(
    "In each patch you put the channels first: all red values, then all green. Here the channels of one pixel stay "
    "together: (p q channels), not (channels p q). (A convolution's kernel has the channels first; hence the mix-up.)"
)
def channels_first(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (c p q)")


@exercise.mistake("You numbered the patches column by column. They come row by row, as one reads: (rows columns).")
def column_by_column(images, patch_size):
    return _cut(images, patch_size, "b (cols rows) (p q c)")


@exercise.mistake(
    "Each patch is transposed: you went through it column by column. Its pixels come row by row: (p q channels)."
)
def transposed_patches(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (q p c)")


@exercise.mistake(
    "You only gave the numbers a new shape. reshape and view keep them in the order in which they lie in memory, so a "
    "'patch' of yours is a strip of one channel. The pixels must be moved: rearrange (or permute before reshape)."
)
def only_reshaped(images, patch_size):
    batch, channels, height, width = images.shape
    return images.reshape(batch, (height // patch_size) * (width // patch_size), channels * patch_size**2)


@exercise.mistake(
    "Each of your patches is a strip of pixels along the lines of the image, not a square. Split height into (rows p) "
    "and width into (columns q), and put p behind columns before you join: rows, columns, p, q."
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
    return rearrange(_cut(images, patch_size, "(rows cols b) (p q c)"), "(b n) v -> b n v", b=len(images))


@exercise.mistake(
    "A patch of yours gathers pixels from all over the image. It is p x q neighbouring pixels: `(rows p)`, not "
    "`(p rows)`."
)
def every_nth_pixel(images, patch_size):
    return rearrange(images, "b c (p rows) (q cols) -> b (rows cols) (p q c)", p=patch_size, q=patch_size)


@exercise.mistake(
    "You kept the grid: rows and columns of patches are two dimensions of your result. A sequence has one, so join "
    "them: (rows columns)."
)
def grid_kept(images, patch_size):
    return _cut(images, patch_size, "b rows cols (p q c)")


@exercise.mistake(
    "That is F.unfold as it comes: [batch, values, patches]. Patches come first here, and in each of them the "
    "channels of one pixel stay together, while unfold puts the channels first."
)
def unfold_as_it_comes(images, patch_size):
    return F.unfold(images, patch_size, stride=patch_size)


@exercise.mistake(
    "You cut and numbered everything column by column, as if height and width were swapped: patches come row by row, "
    "and so do the pixels in them: (rows columns) (p q channels)."
)
def height_and_width_swapped(images, patch_size):
    return _cut(images, patch_size, "b (cols rows) (q p c)")


@exercise.mistake(
    "Two things: in each patch you put the channels first, and its pixels come column by column. Here the channels of "
    "one pixel stay together, and pixels come row by row: (p q channels)."
)
def channels_first_transposed(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (c q p)")


@exercise.mistake(
    "Two things: the patches are numbered column by column, and in each you put the channels first. It is "
    "(rows columns) (p q channels)."
)
def channels_first_column_by_column(images, patch_size):
    return _cut(images, patch_size, "b (cols rows) (c p q)")


@exercise.mistake(
    "The channels stand between the rows and the columns of a patch: (p channels q). Those of one pixel stay together, "
    "so they come last: (p q channels)."
)
def channels_in_the_middle(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (p c q)")


@exercise.mistake(
    "You made patch_size the number of patches along a side. It is the number of pixels along the side of one patch: "
    "p=patch_size in `(rows p)`."
)
def patch_size_as_count(images, patch_size):
    return rearrange(images, "b c (r p) (k q) -> b (r k) (p q c)", r=patch_size, k=patch_size)


@exercise.mistake(
    "You split the height into as many parts as the width holds patches, and the width into those of the height: right "
    "only where the two are equal. Rows are height // patch_size, columns width // patch_size."
)
def rows_and_columns_swapped(images, patch_size):
    batch, channels, height, width = images.shape
    parts = images.reshape(batch, channels, width // patch_size, patch_size, height // patch_size, patch_size)
    return rearrange(parts, "b c rows p cols q -> b (rows cols) (p q c)")


@exercise.mistake(
    "You refuse an image whose sides differ. Nothing forbids them: there are height // patch_size rows and "
    "width // patch_size columns."
)
def refuses_other_than_square(images, patch_size):
    assert images.shape[2] == images.shape[3] and images.shape[2] % patch_size == 0
    return _cut(images, patch_size, "b (rows cols) (p q c)")


@exercise.mistake(
    "That is for square images of three channels, and refuses others. Height, width and channels may be any: take them "
    "from images.shape."
)
def square_and_three_channels(images, patch_size):
    assert images.shape[2] == images.shape[3] and images.shape[2] % patch_size == 0
    side = images.shape[2] // patch_size
    parts = images.reshape(len(images), 3, side, patch_size, side, patch_size)
    return rearrange(parts, "b c rows p cols q -> b (rows cols) (p q c)")


@exercise.mistake("You wrote 3 for the number of channels. Grey images have 1, others more: it is images.shape[1].")
def three_channels(images, patch_size):
    batch, _, height, width = images.shape
    parts = images.reshape(batch, 3, height // patch_size, patch_size, width // patch_size, patch_size)
    return rearrange(parts, "b c rows p cols q -> b (rows cols) (p q c)")


@exercise.mistake(
    "Every axis of length 1 is gone: `squeeze()` also removes the batch where it is a single image, and the patches "
    "where there is one. Leave it out, or say which axis: squeeze(dim)."
)
def squeezed(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (p q c)").squeeze()


@exercise.mistake(
    "The batch of one image has lost its first axis: `squeeze(0)`, or an index [0]? A batch of one keeps it."
)
def batch_of_one_squeezed(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (p q c)").squeeze(0)


@exercise.mistake(
    "Only the first image comes back. Does the `return` stand inside the loop over the batch, or is there an index [0]?"
)
def first_image_only(images, patch_size):
    return _cut(images[:1], patch_size, "b (rows cols) (p q c)")


@exercise.mistake(
    "You joined the batch with the patches: your result is [batch * patches, values]. The batch stays an axis of its "
    "own: [batch, patches, values]."
)
def batch_joined(images, patch_size):
    return _cut(images, patch_size, "(b rows cols) (p q c)")


@exercise.mistake(
    "You reshaped what F.unfold gives, [batch, values, patches]. A reshape moves no number, so values of different "
    "patches are mixed: swap the axes. (Its values also have the channels first; here they come last.)"
)
def unfold_reshaped(images, patch_size):
    columns = F.unfold(images, patch_size, stride=patch_size)
    return columns.reshape(len(images), columns.shape[2], columns.shape[1])


@exercise.mistake(
    "Your patches overlap: one begins at every pixel. F.unfold moves by one pixel unless told otherwise: "
    "stride=patch_size. (It also puts values before patches, and the channels first in a patch.)"
)
def unfold_without_stride(images, patch_size):
    return F.unfold(images, patch_size)


@exercise.mistake(
    "Your patches overlap: one begins at every pixel. F.unfold moves by one pixel unless told otherwise: "
    "stride=patch_size. (It also puts the channels first in a patch.)"
)
def unfold_without_stride_transposed(images, patch_size):
    return F.unfold(images, patch_size).transpose(1, 2)


@exercise.mistake(
    "Your result is float32, also where the images are float64. torch.zeros and torch.empty make that unless told "
    "otherwise: dtype=images.dtype, or images.new_zeros(...). (Or is there a .float()?)"
)
def always_float32(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (p q c)").float()


@exercise.mistake(
    "Your result is float64, also where the images are float32: np.zeros and np.empty make that unless told otherwise. "
    "It keeps the dtype of the images."
)
def always_float64(images, patch_size):
    return _cut(images, patch_size, "b (rows cols) (p q c)").double()


@exercise.mistake(
    "Your result has the right dtype, but the numbers went through float32 on the way, where a float64 loses digits "
    "(and becomes inf above 3e38). Leave out the .float(), and give new tensors dtype=images.dtype."
)
def float32_on_the_way(images, patch_size):
    return _cut(images.float(), patch_size, "b (rows cols) (p q c)").to(images.dtype)


@exercise.mistake(
    "The channels stand in front of the rows and columns when you reshape, so each of your patches holds parts of one "
    "channel, from several places. Move them to the end before: permute, then reshape."
)
def channels_left_in_front(images, patch_size):
    batch, channels, height, width = images.shape
    parts = _cut(images, patch_size, "b c rows cols p q")
    return parts.reshape(batch, height // patch_size * (width // patch_size), channels * patch_size**2)


@exercise.mistake(
    "That is F.pixel_unshuffle as it comes, [batch, values, rows, columns]. Patches come first here, in one axis, and "
    "the channels of one pixel stay together, while pixel_unshuffle puts the channels first."
)
def pixel_unshuffled(images, patch_size):
    return F.pixel_unshuffle(images, patch_size)
