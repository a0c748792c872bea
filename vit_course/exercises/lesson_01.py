"""The exercises of lesson 01: embeddings."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from vit_course import embeddings
from vit_course.config import ViTConfig
from vit_course.exercises.exercise import Case, Exercise

count = Exercise(
    embeddings.count_patches,
    cases=lambda: [Case((224, 224, 16)), Case((32, 48, 8)), Case((48, 32, 16)), Case((28, 28, 4)), Case((8, 8, 8))],
    hints=(
        "Take one side at a time: how many patches lie along the height?",
        "height // patch_size rows of width // patch_size patches.",
        "Multiply the two. The class token is no patch; it joins later.",
    ),
)


@count.mistake("You assumed a square image. Height and width differ: count the rows and the columns each by itself.")
def square_image(height, width, patch_size):
    return (height // patch_size) ** 2


@count.mistake("You divided all pixels by the side of a patch. A patch holds patch_size * patch_size pixels.")
def area_by_side(height, width, patch_size):
    return height * width // patch_size


@count.mistake("You counted the class token as well. It is a token, but no patch: it is not cut from the image.")
def with_class_token(height, width, patch_size):
    return (height // patch_size) * (width // patch_size) + 1


@count.mistake("`/` gives a float in Python, even where nothing is left over. A number of patches is an int: use `//`.")
def float_division(height, width, patch_size):
    return (height / patch_size) * (width / patch_size)


@count.mistake("You added rows and columns. A grid of 2 rows and 3 columns has 2 * 3 cells.")
def added(height, width, patch_size):
    return height // patch_size + width // patch_size


def _images():
    return [
        Case((torch.randn(2, 3, 8, 12), 4)),
        Case((torch.randn(1, 3, 6, 6), 3)),
        Case((torch.randn(3, 1, 8, 4), 2)),
        Case((torch.randn(2, 5, 4, 8), 4)),
    ]


cut = Exercise(
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


@cut.mistake(
    "In each patch you put the channels first: all red values, then all green. Here the channels of one pixel stay "
    "together: (p q channels), not (channels p q). (A convolution's kernel has the channels first; hence the mix-up.)"
)
def channels_first(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (rows cols) (c p q)", p=patch_size, q=patch_size)


@cut.mistake("You numbered the patches column by column. They come row by row, as one reads: (rows columns).")
def column_by_column(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (cols rows) (p q c)", p=patch_size, q=patch_size)


@cut.mistake(
    "Each patch is transposed: you went through it column by column. Its pixels come row by row: (p q channels)."
)
def transposed_patches(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b (rows cols) (q p c)", p=patch_size, q=patch_size)


@cut.mistake(
    "You only gave the numbers a new shape. reshape and view keep them in the order in which they lie in memory, so a "
    "'patch' of yours is a strip of one channel. The pixels must be moved: rearrange (or permute before reshape)."
)
def only_reshaped(images, patch_size):
    batch, channels, height, width = images.shape
    return images.reshape(batch, (height // patch_size) * (width // patch_size), channels * patch_size**2)


@cut.mistake(
    "You permuted the pixels to the end but let the rows of patches split wrongly: each of your patches is a strip of "
    "pixels from one line of the image. Split height into (rows p) and width into (columns q) before you move anything."
)
def strips_of_lines(images, patch_size):
    batch, channels, height, width = images.shape
    pixels = images.permute(0, 2, 3, 1)
    return pixels.reshape(batch, (height // patch_size) * (width // patch_size), channels * patch_size**2)


@cut.mistake(
    "The patches of different images are mixed up: an image of your result holds patches of others. The batch must "
    "stay the first dimension, outermost, from beginning to end."
)
def mixed_across_batch(images, patch_size):
    return rearrange(
        rearrange(images, "b c (rows p) (cols q) -> (rows cols b) (p q c)", p=patch_size, q=patch_size),
        "(b n) v -> b n v",
        b=len(images),
    )


@cut.mistake(
    "You swapped p and q with rows and columns: a patch is p x q neighbouring pixels, so `(rows p)`, not `(p rows)`."
)
def every_nth_pixel(images, patch_size):
    return rearrange(images, "b c (p rows) (q cols) -> b (rows cols) (p q c)", p=patch_size, q=patch_size)


@cut.mistake(
    "You kept the grid: rows and columns of patches are two dimensions of your result. A sequence has one, so join "
    "them: (rows columns)."
)
def grid_kept(images, patch_size):
    return rearrange(images, "b c (rows p) (cols q) -> b rows cols (p q c)", p=patch_size, q=patch_size)


@cut.mistake(
    "That is F.unfold as it comes: [batch, values, patches]. Patches come first here, and in each of them the "
    "channels of one pixel stay together, while unfold puts the channels first."
)
def unfold_as_it_comes(images, patch_size):
    return F.unfold(images, patch_size, stride=patch_size)


def _patches():
    return [
        Case((torch.randn(2, 6, 48), 4, (2, 3))),
        Case((torch.randn(1, 4, 27), 3, (2, 2))),
        Case((torch.randn(3, 8, 4), 2, (4, 2))),
        Case((torch.randn(2, 3, 32), 4, (1, 3))),
    ]


glue = Exercise(
    embeddings.unpatchify,
    cases=_patches,
    hints=(
        "It is patchify read from right to left.",
        "einops can't guess how 6 patches make a grid: give it rows=grid[0], and p and q.",
        "rearrange(patches, 'batch (rows columns) (p q channels) -> batch channels (rows p) (columns q)', "
        "rows=grid[0], p=patch_size, q=patch_size)",
    ),
)


@glue.mistake(
    "You read the values of a patch as (channels p q). patchify keeps the channels of a pixel together: (p q channels)."
)
def channels_read_first(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (c p q) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@glue.mistake("You laid the patches down column by column. They were taken up row by row: (rows columns).")
def laid_column_by_column(patches, patch_size, grid):
    return rearrange(patches, "b (k r) (p q c) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@glue.mistake("You swapped rows and columns of the grid: grid is (rows, columns), height before width.")
def grid_swapped(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b c (r p) (k q)", r=grid[1], p=patch_size, q=patch_size)


@glue.mistake("Each patch came out transposed: its pixels lie row by row, (p q channels), and you read (q p channels).")
def patches_transposed(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (q p c) -> b c (r p) (k q)", r=grid[0], p=patch_size, q=patch_size)


@glue.mistake(
    "You only gave the numbers a new shape: reshape and view move nothing. Each patch's rows must be interleaved with "
    "those of its neighbours: rearrange (or permute before reshape)."
)
def only_reshaped_back(patches, patch_size, grid):
    return patches.reshape(len(patches), -1, grid[0] * patch_size, grid[1] * patch_size)


@glue.mistake(
    "You swapped p and q with rows and columns, which scatters each patch over the image: `(rows p)`, not `(p rows)`."
)
def patches_scattered(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b c (p r) (q k)", r=grid[0], p=patch_size, q=patch_size)


@glue.mistake(
    "You worked the grid out from the number of patches. They do not tell: 8 may lie 4 x 2 or 2 x 4. Take the rows "
    "from grid."
)
def grid_from_square_root(patches, patch_size, grid):
    rows = math.isqrt(patches.shape[1])
    return rearrange(patches, "b (r k) (p q c) -> b c (r p) (k q)", r=rows, p=patch_size, q=patch_size)


@glue.mistake(
    "The channels are last, as matplotlib wants them. Images in PyTorch are [batch, channels, height, width]."
)
def channels_last(patches, patch_size, grid):
    return rearrange(patches, "b (r k) (p q c) -> b (r p) (k q) c", r=grid[0], p=patch_size, q=patch_size)


def _config(**changes):
    numbers = {"hidden_size": 12, "mlp_dim": 8, "num_heads": 2, "num_layers": 1, "num_classes": 0}
    return ViTConfig(**numbers | changes)


def _embeddings():
    return [
        Case((torch.randn(2, 3, 8, 12),), init=(_config(image_size=(8, 12), patch_size=4),)),
        Case((torch.randn(1, 3, 8, 8),), init=(_config(image_size=8, patch_size=2),)),
        Case((torch.randn(3, 1, 6, 9),), init=(_config(image_size=(6, 9), patch_size=3, in_channels=1),)),
        Case((torch.randn(2, 3, 8, 8),), init=(_config(image_size=8, patch_size=4, dropout=0.5),), train=True),
    ]


embed = Exercise(
    embeddings.Embeddings,
    cases=_embeddings,
    hints=(
        "Four things in this order: project the patches, put the class token in front, add the positions, drop out. "
        "How many position embeddings are needed, then?",
        "cls_token is [1, 1, hidden] and position_embeddings [1, 1 + num_patches, hidden], both nn.Parameter. The "
        "convolution gives [batch, hidden, rows, columns]: rearrange it to [batch, tokens, hidden].",
        "tokens = rearrange(self.patch_embeddings(images), 'b d rows columns -> b (rows columns) d'); "
        "tokens = torch.cat([self.cls_token.expand(len(tokens), -1, -1), tokens], dim=1); "
        "return self.dropout(tokens + self.position_embeddings)",
    ),
)


class _Parts(embeddings.Embeddings):
    """What the mistakes below share with the correct class: its parameters, and the patches' projection."""

    def project(self, images):
        return rearrange(self.patch_embeddings(images), "b d rows cols -> b (rows cols) d")

    def class_tokens(self, batch):
        return self.cls_token.expand(batch, -1, -1)


@embed.mistake("You put the class token at the end. It goes in front, where the head will look for it: token 0.")
class ClassTokenLast(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = torch.cat([tokens, self.class_tokens(len(tokens))], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@embed.mistake(
    "You did not expand the class token over the batch: torch.cat finds 1 class token for a batch of several images "
    "(and is content only where the batch is 1). cls_token.expand(batch, -1, -1) shows it to each image, without a "
    "copy."
)
class NotExpanded(_Parts):
    def forward(self, images):
        tokens = torch.cat([self.cls_token, self.project(images)], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@embed.mistake(
    "You added the positions to the patches before the class token joined, so that it got none. First concatenate, "
    "then add: position 0 is the class token's own."
)
class PositionsBeforeClassToken(_Parts):
    def forward(self, images):
        tokens = self.project(images) + self.position_embeddings[:, 1:]
        return self.dropout(torch.cat([self.class_tokens(len(tokens)), tokens], dim=1))


@embed.mistake(
    "There are position embeddings for the patches only. The class token needs one as well: 1 + num_patches of them, "
    "added after it has joined."
)
class PositionsForPatchesOnly(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches, config.hidden_size))


@embed.mistake(
    "You sized the position embeddings by the batch. Each image would have positions of its own, and no other batch "
    "size would fit (an example of PyTorch's own has this bug). One set serves all: [1, tokens, hidden], and adding "
    "broadcasts it."
)
class PositionsSizedByBatch(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.position_embeddings = nn.Parameter(torch.zeros(32, 1 + config.num_patches, config.hidden_size))


@embed.mistake(
    "You sized the class token by the batch. Each image would have its own, and no other batch size would fit. Keep "
    "one, [1, 1, hidden], and expand it in forward."
)
class ClassTokenSizedByBatch(_Parts):
    def __init__(self, config):
        super().__init__(config)
        self.cls_token = nn.Parameter(torch.zeros(32, 1, config.hidden_size))


@embed.mistake("The output is right without dropout, but there is none in training mode: end with self.dropout(...).")
class NoDropout(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        return torch.cat([self.class_tokens(len(tokens)), tokens], dim=1) + self.position_embeddings


@embed.mistake("Dropout comes last: after the position embeddings have been added, not before.")
class DropoutBeforePositions(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens) + self.position_embeddings


@embed.mistake(
    "You turned [batch, hidden, rows, columns] into [batch, tokens, hidden] by reshape or view alone, which mixes the "
    "features of different patches. Move the hidden dimension to the end: rearrange, or flatten(2).transpose(1, 2)."
)
class ReshapedNotTransposed(_Parts):
    def forward(self, images):
        features = self.patch_embeddings(images)
        tokens = features.reshape(len(features), -1, features.shape[1])
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens + self.position_embeddings)


@embed.mistake("The position embeddings are never added: without them nothing tells where a patch was.")
class PositionsNotAdded(_Parts):
    def forward(self, images):
        tokens = self.project(images)
        return self.dropout(torch.cat([self.class_tokens(len(tokens)), tokens], dim=1))


@embed.mistake("Your patches come column by column. They come row by row, as one reads: (rows columns).")
class PatchesColumnByColumn(_Parts):
    def forward(self, images):
        tokens = rearrange(self.patch_embeddings(images), "b d rows cols -> b (cols rows) d")
        tokens = torch.cat([self.class_tokens(len(tokens)), tokens], dim=1)
        return self.dropout(tokens + self.position_embeddings)


def _positions():
    return [
        Case((torch.randn(1, 10, 6), (5, 5))),
        Case((torch.randn(1, 5, 3), (4, 3))),
        Case((torch.randn(1, 17, 8), (2, 6))),
        Case((torch.randn(1, 26, 4), (3, 2))),
    ]


resize = Exercise(
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


@resize.mistake(
    "You resized the class token as well: all tokens were stretched along the sequence as if they lay on a line. Set "
    "token 0 aside, resize the rest as a picture, and put it back."
)
def class_token_resized(position_embeddings, grid):
    sequence = rearrange(position_embeddings, "1 tokens d -> 1 d tokens")
    sequence = F.interpolate(sequence, size=1 + grid[0] * grid[1], mode="linear")
    return rearrange(sequence, "1 d tokens -> 1 tokens d")


@resize.mistake(
    "The patches are resized along the sequence, as if they lay on a line. They lie on a grid: make it one first."
)
def along_the_sequence(position_embeddings, grid):
    sequence = rearrange(position_embeddings[:, 1:], "1 tokens d -> 1 d tokens")
    sequence = F.interpolate(sequence, size=grid[0] * grid[1], mode="linear")
    return torch.cat([position_embeddings[:, :1], rearrange(sequence, "1 d tokens -> 1 tokens d")], dim=1)


@resize.mistake("The class token is gone: put it back in front of the resized patches.")
def class_token_lost(position_embeddings, grid):
    return _resized(position_embeddings[:, 1:], grid)


@resize.mistake("The grid is transposed: you resized to (columns, rows). grid is (rows, columns), and so is size.")
def grid_transposed(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid[::-1])], dim=1)


@resize.mistake(
    "You laid the tokens out column by column: the new patches come in the wrong order. They lie row by row, "
    "'(rows columns)', before and after."
)
def laid_out_transposed(position_embeddings, grid):
    image = rearrange(_as_image(position_embeddings[:, 1:]), "1 d rows cols -> 1 d cols rows")
    patches = _as_tokens(F.interpolate(image, size=grid, mode="bilinear"))
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@resize.mistake(
    "That is align_corners=True, which keeps the corner patches in place; here the image's borders stay: False."
)
def corners_aligned(position_embeddings, grid):
    patches = _resized(position_embeddings[:, 1:], grid, align_corners=True)
    return torch.cat([position_embeddings[:, :1], patches], dim=1)


@resize.mistake(
    "You took the nearest old position (the default of F.interpolate). Say mode='bilinear', to go between them."
)
def nearest(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, mode="nearest")], dim=1)


@resize.mistake("That is bicubic interpolation. Here it is mode='bilinear', as for the published weights.")
def bicubic(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, mode="bicubic")], dim=1)


@resize.mistake("That is antialias=True, which blurs where the new grid is smaller. Leave it out.")
def antialiased(position_embeddings, grid):
    return torch.cat([position_embeddings[:, :1], _resized(position_embeddings[:, 1:], grid, antialias=True)], dim=1)


@resize.mistake("The class token came out at the end. It goes in front: token 0, before and after.")
def class_token_at_the_end(position_embeddings, grid):
    return torch.cat([_resized(position_embeddings[:, 1:], grid), position_embeddings[:, :1]], dim=1)


@resize.mistake(
    "You made [1, patches, hidden] an image by reshape or view alone, which mixes places with features. Move the "
    "hidden dimension to the front of the grid, and back afterwards: rearrange (or permute)."
)
def only_reshaped_to_image(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    image = F.interpolate(patches.reshape(1, -1, side, side), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], image.reshape(1, grid[0] * grid[1], -1)], dim=1)


@resize.mistake(
    "You made the picture from [1, patches, hidden] by reshape or view alone, which mixes places with features: move "
    "the hidden dimension to the front first. (The way back is right.)"
)
def reshaped_to_image_moved_back(position_embeddings, grid):
    patches = position_embeddings[:, 1:]
    side = math.isqrt(patches.shape[1])
    image = F.interpolate(patches.reshape(1, -1, side, side), size=grid, mode="bilinear")
    return torch.cat([position_embeddings[:, :1], _as_tokens(image)], dim=1)


@resize.mistake("After resizing you took the picture up column by column. Its patches come row by row: (rows columns).")
def taken_up_column_by_column(position_embeddings, grid):
    image = F.interpolate(_as_image(position_embeddings[:, 1:]), size=grid, mode="bilinear")
    patches = rearrange(image, "1 d rows cols -> 1 (cols rows) d")
    return torch.cat([position_embeddings[:, :1], patches], dim=1)
