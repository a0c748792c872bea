"""The figures of lesson 00: the whole Vision Transformer on one page."""

from collections.abc import Mapping, Sequence

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
    streams: Mapping[str, Float[Tensor, "tokens hidden"]],
    scores: Float[Tensor, " classes"],
    classes: Sequence[str],
    patch_size: int,
) -> Figure:
    """Image, patches, tokens, blocks, class: each drawn from the model's own tensors.

    `streams` are the tokens at some places of the model, first the embeddings, by the names of the places; `scores` are
    the class probabilities.
    """
    figure = plt.figure(figsize=(WIDTH, 6.4))
    above, below = figure.subfigures(2, 1, height_ratios=[1, 1.15])  # type: ignore[misc]
    panels = above.subplots(1, 3)
    draw(panels[0], image)
    panels[0].set_title(f"1  image\n{list(image.shape)}")
    _patches(panels[1], image, patch_size)
    _scores(panels[2], scores, classes)
    low, high = torch.quantile(torch.cat([s.flatten() for s in streams.values()]).cpu(), torch.tensor([0.02, 0.98]))
    lower = below.subplots(1, len(streams))
    for i, (panel, (place, stream)) in enumerate(zip(lower, streams.items(), strict=True)):
        panel.imshow(stream.cpu(), aspect="auto", vmin=low, vmax=high, cmap="cividis", interpolation="nearest")
        panel.set(title=f"{i + 3}  {place}\n{list(stream.shape)}", xlabel="hidden", yticks=[])
        panel.axhline(0.5, color=ORANGE, linewidth=1.5)
        if i == 0:
            panel.set_ylabel("tokens (the first is the class token)")
    return finished(figure)


def _patches(panel: Axes, image: Tensor, patch_size: int) -> None:
    patches = rearrange(patchify(image[None], patch_size), "1 n (p q c) -> n c p q", p=patch_size, q=patch_size)
    columns = image.shape[2] // patch_size
    spaced = torch.nn.functional.pad(patches, (1, 1, 1, 1), value=0.5)
    draw(panel, rearrange(spaced, "(rows columns) c p q -> c (rows p) (columns q)", columns=columns))
    panel.set_title(f"2  patches\n{len(patches)} x {patches[0].numel()} values")


def _scores(panel: Axes, scores: Tensor, classes: Sequence[str]) -> None:
    best = int(scores.argmax())
    colours = [ORANGE if i == best else GREY for i in range(len(classes))]
    panel.barh(list(classes), scores.cpu(), color=colours)
    panel.invert_yaxis()
    panel.set(title=f"7  class, from the class token\n{classes[best]}", xlabel="probability", xlim=(0, 1))


def attention_over(
    pictures: Float[Tensor, "batch channels height width"],
    weights: Float[Tensor, "batch patches"],
    titles: Sequence[str],
    right: Sequence[bool],
) -> Figure:
    """Images in rows of five, and below each where attention went: yellow is much, dark blue is none."""
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
        above.set_title(("✓ " if right[i] else "✗ ") + titles[i], color=BLUE if right[i] else "#B03A00")
        draw(below, picture)
        below.imshow(maps[i, 0].cpu(), alpha=0.6, cmap="viridis")
    return finished(figure)
