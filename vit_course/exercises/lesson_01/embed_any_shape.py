"""Exercise 1.7: embed_any_shape."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from vit_course import embeddings as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config
from vit_course.positions import resize_position_embeddings


class SmallEmbeddings(solutions.Embeddings):
    """Embeddings whose class token and positions show, and which a message can name in a few words."""

    def __init__(self, **changes):
        super().__init__(small_config(**changes))
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.add_(0.5 * torch.randn_like(parameter))

    def __repr__(self):
        kind = "" if self.config.classifier == "token" else ", classifier='gap'"
        mode = ", in training mode" if self.training else ""
        return f"Embeddings(image_size={self.config.image_size}, patch_size={self.config.patch_size}{kind}{mode})"


def _images():
    def case(shape, mode="eval", **changes):
        module = SmallEmbeddings(in_channels=shape[1], **changes)
        return Case((module.train(mode == "train"), torch.randn(shape)), modules=True)

    return [
        case((2, 3, 8, 20), image_size=12, patch_size=4),
        case((1, 1, 12, 4), image_size=8, patch_size=2, hidden_size=6),
        case((3, 2, 6, 12), image_size=9, patch_size=3, hidden_size=9, classifier="gap"),
        case((2, 3, 8, 8), image_size=8, patch_size=4),  # the module's own size
        case((2, 1, 4, 16), image_size=8, patch_size=2, hidden_size=15),  # as many patches as at its own size
        case((1, 3, 12, 12), image_size=8, patch_size=4, dropout=0.2),
        case((3, 2, 16, 8), "train", image_size=12, patch_size=4, dropout=0.3),
        case((2, 3, 2, 8), image_size=6, patch_size=2, hidden_size=9, classifier="gap", dropout=0.1),
    ]


exercise = Exercise(
    "1.7",
    solutions.embed_any_shape,
    cases=_images,
    hints=(
        "It is the forward of `Embeddings` with one step more: what must become of the positions before you add them?",
        "Steps: project with embeddings.patch_embeddings; class token in front, where it is not None; the grid is "
        "(height // patch, width // patch); resize embeddings.position_embeddings to it, and keep the result in a "
        "variable, not in the module; add; embeddings.dropout. Without a class token prefix_tokens is 0.",
        "tokens = rearrange(embeddings.patch_embeddings(images), 'b d rows columns -> b (rows columns) d')\n"
        "prefix = 0 if embeddings.cls_token is None else 1\n"
        "if prefix:\n"
        "    tokens = torch.cat([embeddings.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)\n"
        "grid = tuple(side // embeddings.config.patch_size for side in images.shape[2:])\n"
        "positions = resize_position_embeddings(embeddings.position_embeddings, grid, prefix_tokens=prefix)\n"
        "return embeddings.dropout(tokens + positions)",
    ),
    optional=True,
)


def _grid(embeddings, images):
    return tuple(side // embeddings.config.patch_size for side in images.shape[2:])


def _prefix(embeddings):
    return 0 if embeddings.cls_token is None else 1


def _tokens(embeddings, images, pattern="b d r c -> b (r c) d"):
    """Class token, where there is one, and patches; no positions yet."""
    tokens = rearrange(embeddings.patch_embeddings(images), pattern)
    if embeddings.cls_token is None:
        return tokens
    return torch.cat([embeddings.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)


def _positions(embeddings, grid, **options):
    return resize_position_embeddings(
        embeddings.position_embeddings, grid, prefix_tokens=_prefix(embeddings), **options
    )


def _embedded(embeddings, images, grid=None, **options):
    """As it should be but for the options."""
    grid = _grid(embeddings, images) if grid is None else grid
    return embeddings.dropout(_tokens(embeddings, images) + _positions(embeddings, grid, **options))


@exercise.mistake(
    "You resize the images to the module's own size. They keep their shape, and give more tokens or fewer: it is the "
    "positions that are resized."
)
def images_resized(embeddings, images):
    size = embeddings.config.image_height_width
    return embeddings(F.interpolate(images, size=size, mode="bilinear"))


@exercise.mistake("The grid is turned round: it is (rows, columns), height // patch first, then width // patch.")
def grid_turned(embeddings, images):
    return _embedded(embeddings, images, grid=_grid(embeddings, images)[::-1])


@exercise.mistake("Corners are aligned in yours. Asked for is align_corners=False, which keeps the image's borders.")
def corners_aligned(embeddings, images):
    return _embedded(embeddings, images, align_corners=True)


@exercise.mistake("That is bicubic interpolation. Here it is bilinear, the default of resize_position_embeddings.")
def bicubic(embeddings, images):
    return _embedded(embeddings, images, mode="bicubic")


@exercise.mistake(
    "With classifier='gap' there is no class token: embeddings.cls_token is None, and your code uses it all the same. "
    "Ask first: `if embeddings.cls_token is not None`."
)
def class_token_expected(embeddings, images):
    tokens = rearrange(embeddings.patch_embeddings(images), "b d r c -> b (r c) d")
    tokens = torch.cat([embeddings.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)
    return embeddings.dropout(tokens + _positions(embeddings, _grid(embeddings, images)))


@exercise.mistake(
    "With classifier='gap' no position belongs to a class token, and resize_position_embeddings takes the first one "
    "for its own unless told otherwise: pass prefix_tokens=0."
)
def prefix_always_one(embeddings, images):
    positions = resize_position_embeddings(embeddings.position_embeddings, _grid(embeddings, images))
    return embeddings.dropout(_tokens(embeddings, images) + positions)


@exercise.mistake("The dropout is missing: embeddings.dropout acts on the sum, last of all.")
def without_dropout(embeddings, images):
    return _tokens(embeddings, images) + _positions(embeddings, _grid(embeddings, images))


@exercise.mistake(
    "Your dropout acts in evaluation mode as well. embeddings.dropout knows the mode; F.dropout has to be told: "
    "training=embeddings.training."
)
def dropout_always(embeddings, images):
    tokens = _tokens(embeddings, images) + _positions(embeddings, _grid(embeddings, images))
    return F.dropout(tokens, embeddings.config.dropout)


@exercise.mistake("Your dropout acts before the positions are added. It acts last, on the sum, as in `Embeddings`.")
def dropout_before_positions(embeddings, images):
    tokens = embeddings.dropout(_tokens(embeddings, images))
    return tokens + _positions(embeddings, _grid(embeddings, images))


@exercise.mistake(
    "The module keeps the resized positions: you set embeddings.position_embeddings. The next images are of another "
    "size; keep them in a variable."
)
def positions_replaced(embeddings, images):
    resized = _positions(embeddings, _grid(embeddings, images))
    embeddings.position_embeddings = nn.Parameter(resized.detach())
    return embeddings.dropout(_tokens(embeddings, images) + embeddings.position_embeddings)


@exercise.mistake(
    "The values are right, but no gradient reaches the module's positions: they are detached on the way. An "
    "nn.Parameter made of the resized ones is cut off as well, and so is what .data or torch.no_grad() gives."
)
def positions_detached(embeddings, images):
    positions = _positions(embeddings, _grid(embeddings, images)).detach()
    return embeddings.dropout(_tokens(embeddings, images) + positions)


@exercise.mistake(
    "The values are right, but no gradient reaches the module at all: your code runs without gradients "
    "(torch.no_grad(), or a .detach() at the end)."
)
def without_gradients(embeddings, images):
    with torch.no_grad():
        return _embedded(embeddings, images)


@exercise.mistake(
    "You resize only where the number of patches is another one. 4 x 4 and 2 x 8 patches are equally many, and the "
    "grid is another: compare grids, or always resize."
)
def same_number_left_alone(embeddings, images):
    tokens = _tokens(embeddings, images)
    if tokens.shape[1] == embeddings.position_embeddings.shape[1]:
        return embeddings.dropout(tokens + embeddings.position_embeddings)
    return embeddings.dropout(tokens + _positions(embeddings, _grid(embeddings, images)))


@exercise.mistake("The class token gets no position. It has one, the first, which is not resized.")
def class_token_without_position(embeddings, images):
    tokens, positions = _tokens(embeddings, images), _positions(embeddings, _grid(embeddings, images))
    prefix = _prefix(embeddings)
    return embeddings.dropout(torch.cat([tokens[:, :prefix], tokens[:, prefix:] + positions[:, prefix:]], dim=1))


@exercise.mistake("The class token came out at the end. It goes in front, with its position, the first.")
def class_token_last(embeddings, images):
    prefix = _prefix(embeddings)
    return _embedded(embeddings, images).roll(-prefix, dims=1)


@exercise.mistake("No positions are added to the tokens. Resize embeddings.position_embeddings, and add them.")
def without_positions(embeddings, images):
    return embeddings.dropout(_tokens(embeddings, images))


@exercise.mistake("Your patches come column by column. They come row by row, as their positions do: '(rows columns)'.")
def column_by_column(embeddings, images):
    tokens = _tokens(embeddings, images, "b d r c -> b (c r) d")
    return embeddings.dropout(tokens + _positions(embeddings, _grid(embeddings, images)))


@exercise.mistake("You take the new grid for a square. Height and width may differ: (height // patch, width // patch).")
def square_grid(embeddings, images):
    side = math.isqrt(_tokens(embeddings, images).shape[1] - _prefix(embeddings))
    return _embedded(embeddings, images, grid=(side, side))


@exercise.mistake("Your grid counts pixels. It counts patches: divide height and width by the patch size.")
def grid_of_pixels(embeddings, images):
    return _embedded(embeddings, images, grid=tuple(images.shape[2:]))


@exercise.mistake(
    "Positions and class token are resized along the sequence, as if they lay on a line. The patches lie on a grid, "
    "and the class token has no place: resize_position_embeddings does both rightly."
)
def along_the_sequence(embeddings, images):
    tokens = _tokens(embeddings, images)
    line = F.interpolate(embeddings.position_embeddings.mT, size=tokens.shape[1], mode="linear")
    return embeddings.dropout(tokens + line.mT)


@exercise.mistake(
    "You call the module itself, which refuses images of another size than its own. Take it apart instead: "
    "embeddings.patch_embeddings, cls_token, position_embeddings and dropout."
)
def module_called(embeddings, images):
    return embeddings(images)


@exercise.mistake(
    "reshape doesn't move axes: after the projection `hidden` stands before rows and columns, and your tokens mix the "
    "numbers of different patches. Put it last first: rearrange, or .flatten(2).transpose(1, 2)."
)
def reshaped_not_transposed(embeddings, images):
    projected = embeddings.patch_embeddings(images)
    tokens = projected.reshape(len(images), -1, projected.shape[1])
    if embeddings.cls_token is not None:
        tokens = torch.cat([embeddings.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)
    return embeddings.dropout(tokens + _positions(embeddings, _grid(embeddings, images)))
