"""The figures of lesson 03."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from einops import rearrange
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from vit_course.plots.style import ORANGE, WIDTH, draw, finished, listed


def one_head(
    pictures: Float[Tensor, "tokens channels height width"],
    names: Sequence[str],
    weights: Float[Tensor, "tokens tokens"],
    mixed: Float[Tensor, "tokens channels"],
) -> Figure:
    """Weights as a table: queries down the side, keys along the top, and at the end of each row the colour it mixes."""
    count = len(pictures)
    figure = plt.figure(figsize=(WIDTH * 0.75, WIDTH * 0.62))
    grid = figure.add_gridspec(count + 1, count + 2, width_ratios=[1.0] * (count + 1) + [1.25])
    for i, (picture, name, colour) in enumerate(zip(pictures, names, mixed, strict=True)):
        above = figure.add_subplot(grid[0, i + 1])
        draw(above, picture)
        above.set_title(name)
        left = figure.add_subplot(grid[i + 1, 0])
        draw(left, picture)
        left.set_ylabel(name, rotation=0, ha="right", va="center")
        right = figure.add_subplot(grid[i + 1, count + 1])
        draw(right, colour[:, None, None])
        if i == 0:
            right.set_title("mixed colour")
    _table(figure.add_subplot(grid[1:, 1 : count + 1]), weights, digits=2)
    rows = [f"{name} gives {listed(_shares(line, names))}" for name, line in zip(names, weights, strict=True)]
    return finished(figure, "A table of attention weights. " + ". ".join(rows) + ".")


def _shares(weights: Float[Tensor, " tokens"], names: Sequence[str]) -> list[str]:
    return [f"{name} {weight:.2f}" for name, weight in zip(names, weights.tolist(), strict=True)]


def _table(axes: Axes, numbers: Float[Tensor, "rows columns"], digits: int) -> None:
    shown = numbers.detach().cpu()
    axes.imshow(shown, vmin=0, vmax=1, cmap="cividis", aspect="auto")
    for row, line in enumerate(shown.tolist()):
        for column, value in enumerate(line):
            shade = "black" if value > 0.5 else "white"
            axes.text(column, row, f"{value:.{digits}f}", ha="center", va="center", color=shade)
    axes.set(xticks=[], yticks=[], xlabel="each row: how one patch (left) shares its attention among all (top)")


def attention_of_patches(
    image: Float[Tensor, "channels height width"],
    weights: Float[Tensor, "patches patches"],
    grid: tuple[int, int],
    queries: Sequence[tuple[int, int]],
) -> Figure:
    """The image with some patches framed, and for each of them its row of the weights, laid out as the patches lie."""
    figure, axes = plt.subplots(1, 1 + len(queries), figsize=(WIDTH, WIDTH / (1 + len(queries)) + 0.4))
    draw(axes[0], image)
    axes[0].set_title("the patches that ask")
    height, width = image.shape[1] // grid[0], image.shape[2] // grid[1]
    told = []
    for number, (place, (row, column)) in enumerate(zip(axes[1:], queries, strict=True), start=1):
        axes[0].add_patch(
            Rectangle((column * width - 0.5, row * height - 0.5), width, height, fill=False, edgecolor="white", lw=2)
        )
        axes[0].text(column * width - 3, row * height, f"{number}", color="white", fontsize=12, ha="right", va="top")
        shares = rearrange(weights[row * grid[1] + column].detach().cpu(), "(r c) -> r c", r=grid[0])
        place.imshow(shares, vmin=0, cmap="viridis")
        place.plot(column, row, "o", markersize=6, color=ORANGE, markeredgecolor="black")
        place.spines[:].set_visible(False)
        place.set(xticks=[], yticks=[], title=f"{number}: largest weight {100 * shares.max():.0f} %")
        told.append(f"patch {number} in row {row}, column {column}, largest weight {100 * shares.max():.0f} %")
    return finished(figure, f"An image with framed patches, and a map of the weights of each: {listed(told)}.")


def numbered_heads(
    tokens: Float[Tensor, "tokens hidden"], ways: dict[str, Float[Tensor, "heads tokens head_dim"]]
) -> Figure:
    """Numbered tokens, and where the numbers are after splitting them into heads; colours are those of the tokens."""
    heads = len(next(iter(ways.values())))
    figure, axes = plt.subplots(
        1 + len(ways), heads, figsize=(WIDTH * 0.75, 1.55 * (1 + len(ways))), squeeze=False, width_ratios=[1] * heads
    )
    hidden = tokens.shape[1]
    for place in axes[0]:
        place.remove()
    whole = figure.add_subplot(axes[0, 0].get_gridspec()[0, :])
    _numbers(whole, tokens, hidden)
    whole.set(title=f"{len(tokens)} tokens of {hidden} numbers", ylabel="tokens")
    for line, (name, split) in zip(axes[1:], ways.items(), strict=True):
        for head, place in enumerate(line):
            _numbers(place, split[head], hidden)
            place.set_title(f"{name}: head {head}")
        line[0].set_ylabel("tokens")
    told = [f"{name}: head 0 holds {split[0].int().tolist()}" for name, split in ways.items()]
    return finished(figure, f"Numbered tokens {tokens.int().tolist()} and their heads. {listed(told)}.")


def _numbers(axes: Axes, numbers: Float[Tensor, "rows columns"], hidden: int) -> None:
    shown = numbers.detach().cpu()
    axes.imshow(shown // hidden, cmap="Pastel1", vmin=0, vmax=8)
    for row, line in enumerate(shown.tolist()):
        for column, value in enumerate(line):
            axes.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=11)
    axes.set(xticks=[], yticks=[])
