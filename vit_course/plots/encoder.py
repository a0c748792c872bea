"""The figures of lesson 05."""

import itertools
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from einops import rearrange
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import WIDTH, draw, finished, listed


def layer_similarity(similarity: Float[Tensor, "layers layers"], names: Sequence[str]) -> Figure:
    """A square of numbers: how alike two depths are."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.55, WIDTH * 0.45))
    drawn = axes.imshow(similarity.cpu(), vmin=min(0.0, float(similarity.min())), vmax=1, cmap="cividis")
    for row, line in enumerate(similarity.tolist()):
        for column, value in enumerate(line):
            colour = "black" if value > 0.6 else "white"
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour)
    axes.set(xticks=range(len(names)), xticklabels=names, yticks=range(len(names)), yticklabels=names)
    figure.colorbar(drawn, ax=axes, label="cosine similarity of a token with itself")
    told = [f"{a} and {b} {similarity[i, i + 1]:.2f}" for i, (a, b) in enumerate(itertools.pairwise(names))]
    return finished(figure, f"A square of similarities between depths. Neighbours: {listed(told)}.")


def maps_of_garments(
    pictures: Float[Tensor, "batch channels height width"], maps: Mapping[str, Float[Tensor, "batch patches"]]
) -> Figure:
    """Images in a row, and below each its maps: the brighter a patch, the more of it; each map has its own scale."""
    figure, axes = plt.subplots(len(maps) + 1, len(pictures), figsize=(WIDTH, 1.3 * (len(maps) + 1)))
    for place, picture in zip(axes[0], pictures, strict=True):
        draw(place, picture)
    axes[0, 0].set_ylabel("garment")
    for line, (name, weights) in zip(axes[1:], maps.items(), strict=True):
        side = round(weights.shape[1] ** 0.5)
        for place, weight in zip(line, rearrange(weights, "batch (r c) -> batch r c", r=side), strict=True):
            place.imshow(weight.cpu(), vmin=0, cmap="cividis")
            place.set(xticks=[], yticks=[])
            place.spines[:].set_visible(False)
        line[0].set_ylabel(name)
    return finished(figure, f"{len(pictures)} garments in a row, and below each its maps: {listed(list(maps))}.")
