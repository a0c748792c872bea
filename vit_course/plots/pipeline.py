"""The figures of lesson 00: the whole Vision Transformer on one page."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import torch
from einops import rearrange
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.embeddings import patchify
from vit_course.plots.style import BLUE, GREY, ORANGE, WIDTH, draw, finished


def pipeline(
    image: Float[Tensor, "channels height width"],
    streams: Sequence[Float[Tensor, "tokens hidden"]],
    scores: Float[Tensor, " classes"],
    classes: Sequence[str],
    patch_size: int,
) -> Figure:
    """Image, patches, tokens, blocks, class: each drawn from the model's own tensors.

    `streams` are the tokens after the embeddings, after some of the blocks, and after the encoder; `scores` are the
    class probabilities.
    """
    figure = plt.figure(figsize=(WIDTH, 6.2))
    grid = figure.add_gridspec(2, 12, height_ratios=[1, 1.15])
    panels = [figure.add_subplot(grid[0, a:b]) for a, b in ((0, 4), (4, 8), (8, 12))]
    draw(panels[0], image)
    panels[0].set_title(f"1  image\n{list(image.shape)}")
    _patches(panels[1], image, patch_size)
    _scores(panels[2], scores, classes)
    span = 12 // len(streams)
    low, high = torch.quantile(torch.cat([s.flatten() for s in streams]).cpu(), torch.tensor([0.02, 0.98]))
    titles = [
        "3  tokens: embeddings",
        *(f"4  after block {i}" for i in range(1, len(streams) - 1)),
        "5  after the encoder",
    ]
    for i, (stream, title) in enumerate(zip(streams, titles, strict=True)):
        panel = figure.add_subplot(grid[1, i * span : (i + 1) * span])
        panel.imshow(stream.cpu(), aspect="auto", vmin=low, vmax=high, cmap="cividis", interpolation="nearest")
        panel.set(title=f"{title}\n{list(stream.shape)}", xlabel="hidden", yticks=[])
        panel.axhline(0.5, color=ORANGE, linewidth=1.5)
        if i == 0:
            panel.set_ylabel("tokens (the first is the class token)")
    return finished(figure)


def _patches(panel: Axes, image: Tensor, patch_size: int) -> None:
    patches = rearrange(patchify(image[None], patch_size), "1 n (p q c) -> n c p q", p=patch_size, q=patch_size)
    columns = image.shape[2] // patch_size
    spaced = torch.nn.functional.pad(patches, (1, 1, 1, 1), value=1.0)
    draw(panel, rearrange(spaced, "(rows columns) c p q -> c (rows p) (columns q)", columns=columns))
    panel.set_title(f"2  patches\n{len(patches)} x {patches[0].numel()} values")


def _scores(panel: Axes, scores: Tensor, classes: Sequence[str]) -> None:
    best = int(scores.argmax())
    colours = [ORANGE if i == best else GREY for i in range(len(classes))]
    panel.barh(list(classes), scores.cpu(), color=colours)
    panel.invert_yaxis()
    panel.set(title=f"6  class, from the class token\n{classes[best]}", xlabel="probability", xlim=(0, 1))


def attention_over(
    pictures: Float[Tensor, "batch channels height width"],
    weights: Float[Tensor, "batch patches"],
    titles: Sequence[str],
    right: Sequence[bool],
) -> Figure:
    """Images in a row of five, and below each where attention went: bright is much, black is none."""
    columns = 5
    lines = -(-len(pictures) // columns)
    figure, axes = plt.subplots(2 * lines, columns, figsize=(WIDTH, 4.2 * lines))
    side = round(weights.shape[1] ** 0.5)
    maps = rearrange(weights, "batch (rows columns) -> batch 1 rows columns", rows=side)
    maps = torch.nn.functional.interpolate(maps, size=pictures.shape[-2:], mode="nearest")
    for i, picture in enumerate(pictures):
        above = axes[2 * (i // columns), i % columns]
        below = axes[2 * (i // columns) + 1, i % columns]
        draw(above, picture)
        above.set_title(("✓ " if right[i] else "✗ ") + titles[i], color=BLUE if right[i] else "#B03A00")
        draw(below, picture * (maps[i] / maps[i].max()))
    return finished(figure)
