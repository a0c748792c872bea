"""The figures of lesson 00: the whole Vision Transformer on one page."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from einops import rearrange
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from vit_course.embeddings import patchify
from vit_course.plots.style import BLUE, GREY, ORANGE, RED, WIDTH, draw, finished, listed

GROWN = 4  # how many pixels of the picture of patches stand for one of the image


def pipeline(
    image: Float[Tensor, "channels height width"],
    streams: Mapping[str, Float[Tensor, "tokens hidden"]],
    scores: Float[Tensor, " classes"],
    classes: Sequence[str],
    patch_size: int,
    followed: int,
) -> Figure:
    """Image, patches, tokens, blocks, class from left to right, drawn from the model's own tensors.

    `streams` are the tokens at some places of the model, first the embeddings, by the names of the places; `scores` are
    the class probabilities. The patch number `followed` is framed in red all the way, the class token in orange.
    """
    ratios = [1.5, 1.5, *[1.0] * len(streams), 1.2]
    figure, panels = plt.subplots(1, len(ratios), figsize=(WIDTH * 1.1, 2.9), width_ratios=ratios)
    columns = image.shape[2] // patch_size
    row, column = followed // columns, followed % columns
    draw(panels[0], image)
    panels[0].set_title(f"image\n{' x '.join(map(str, image.shape[1:]))}")
    _frame(panels[0], column * patch_size - 0.5, row * patch_size - 0.5, patch_size, patch_size, RED)
    _patches(panels[1], image, patch_size)
    wide = GROWN * patch_size + 2
    _frame(panels[1], column * wide + 0.5, row * wide + 0.5, wide - 2, wide - 2, RED)
    low, high = torch.quantile(torch.cat([s.flatten() for s in streams.values()]).cpu(), torch.tensor([0.02, 0.98]))
    for panel, (place, stream) in zip(panels[2:-1], streams.items(), strict=True):
        panel.imshow(stream.cpu(), aspect="auto", vmin=low, vmax=high, cmap="cividis", interpolation="nearest")
        panel.set(title=f"{place}\n{' x '.join(map(str, stream.shape))}", xticks=[], yticks=[])
        _frame(panel, -0.5, -0.5, stream.shape[1], 1, ORANGE)
        _frame(panel, -0.5, followed + 0.5, stream.shape[1], 1, RED)
    panels[2].set_yticks([0, followed + 1], ["class\ntoken", "this\npatch"])
    _scores(panels[-1], scores, classes)
    told = [f"{place}, {stream.shape[0]} tokens of {stream.shape[1]} numbers" for place, stream in streams.items()]
    best = int(scores.argmax())
    return finished(
        figure,
        f"From left to right: an image; its {columns * columns} patches, one of them framed; {listed(told)}; and the "
        f"class probabilities, the largest {float(scores[best]):.2f} for {classes[best]}.",
    )


def _frame(panel: Axes, x: float, y: float, width: float, height: float, colour: str) -> None:
    panel.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=colour, linewidth=1.8, clip_on=False))


def _patches(panel: Axes, image: Tensor, patch_size: int) -> None:
    patches = rearrange(patchify(image[None], patch_size), "1 n (p q c) -> n c p q", p=patch_size, q=patch_size)
    columns = image.shape[2] // patch_size
    grown = patches.repeat_interleave(GROWN, dim=2).repeat_interleave(GROWN, dim=3)
    spaced = torch.nn.functional.pad(grown, (1, 1, 1, 1), value=1.0)
    draw(panel, rearrange(spaced, "(rows columns) c p q -> c (rows p) (columns q)", columns=columns))
    panel.set_title(f"{len(patches)} patches\nof {patch_size} x {patch_size}")


def _scores(panel: Axes, scores: Tensor, classes: Sequence[str]) -> None:
    best = int(scores.argmax())
    colours = [ORANGE if i == best else GREY for i in range(len(classes))]
    panel.barh(list(classes), scores.cpu(), color=colours)
    panel.invert_yaxis()
    panel.yaxis.tick_right()
    panel.set(title="class,\nprobabilities", xlim=(0, 1), xticks=[0, 1])


def attention_over(
    pictures: Float[Tensor, "batch channels height width"],
    weights: Float[Tensor, "batch patches"],
    titles: Sequence[str],
    right: Sequence[bool] | None = None,
) -> Figure:
    """Images in rows of five, and below each where attention went: yellow is much, dark blue is none.

    `right` says of each whether its title is true, where that is known.
    """
    columns = 5
    lines = -(-len(pictures) // columns)
    figure, axes = plt.subplots(2 * lines, columns, figsize=(WIDTH, 4.0 * lines))
    side = round(weights.shape[1] ** 0.5)
    maps = rearrange(weights, "batch (rows columns) -> batch 1 rows columns", rows=side)
    maps = torch.nn.functional.interpolate(maps, size=pictures.shape[-2:], mode="nearest")
    for i, picture in enumerate(pictures):
        above = axes[2 * (i // columns), i % columns]
        below = axes[2 * (i // columns) + 1, i % columns]
        draw(above, picture)
        above.set_title(titles[i])
        if right:
            above.set_title(("✓ " if right[i] else "✗ ") + titles[i], color=BLUE if right[i] else "#B03A00")
        draw(below, picture)
        below.imshow(maps[i, 0].cpu(), alpha=0.6, cmap="viridis")
    for unused in axes.T.reshape(columns, lines, 2).swapaxes(0, 1).reshape(-1, 2)[len(pictures) :].flat:
        unused.set_visible(False)
    if not right:
        return finished(
            figure, f"{len(pictures)} images, and below each a map of the attention to it: {listed(titles)}."
        )
    told = [f"{title}, {'right' if good else 'wrong'}" for title, good in zip(titles, right, strict=True)]
    return finished(figure, f"{len(pictures)} garments, and below each a map of the attention to it: {listed(told)}.")
