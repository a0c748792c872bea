"""The figures of lesson 02."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import torch
from jaxtyping import Bool, Int64
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import COLOURS, WIDTH, finished, listed

PALE = ListedColormap(["#9ecae9", "#f6d78b", "#8fd3b6", "#f0b48a", "#e5c3d6", "#cfcfcf"])  # COLOURS, under black text


def sharing_groups(
    shares: Bool[Tensor, "batch tokens hidden batch tokens hidden"],
) -> Int64[Tensor, "batch tokens hidden"]:
    """Number the cells so that two have the same number just where they share their statistics."""
    rows = shares.flatten(0, 2).flatten(1).cpu()
    first = rows.int().argmax(dim=1)  # the first cell of each group stands for it
    _, number = first.unique(return_inverse=True)
    return (1 + number).reshape(shares.shape[:3])


def sharing(shares: Mapping[str, Bool[Tensor, "batch tokens hidden batch tokens hidden"]]) -> Figure:
    """For each kind a block [batch, tokens, hidden], one grid an image; cells of one number and colour share."""
    batch = next(iter(shares.values())).shape[0]
    figure, axes = plt.subplots(batch, len(shares), figsize=(WIDTH, 1.25 * batch + 0.4), squeeze=False)
    for column, (name, mask) in zip(axes.T, shares.items(), strict=True):
        groups = sharing_groups(mask)
        column[0].set_title(f"{name}\n{int(groups.max())} groups")
        for image, place in enumerate(column):
            place.imshow((groups[image] - 1) % PALE.N, cmap=PALE, vmin=0, vmax=PALE.N - 1)
            for (y, x), number in zip(
                torch.cartesian_prod(*map(torch.arange, groups[image].shape)), groups[image].flatten(), strict=True
            ):
                place.text(int(x), int(y), f"{int(number)}", ha="center", va="center", fontsize=8)
            place.set(xticks=[], yticks=[])
            place.spines[:].set_visible(False)
        column[-1].set_xlabel("hidden")
    for image, place in enumerate(axes[:, 0]):
        place.set_ylabel(f"image {image}\ntokens")
    told = [f"{name} has {int(sharing_groups(mask).max())} groups" for name, mask in shares.items()]
    return finished(figure, f"Blocks of cells, those with one number share their statistics: {listed(told)}.")


def one_mask(shares: Bool[Tensor, "batch tokens hidden"], cell: tuple[int, int, int]) -> Figure:
    """A mask as the exercise gets it, one grid an image: marked cells dark, the cell that was asked with a ring."""
    figure, axes = plt.subplots(1, len(shares), figsize=(WIDTH * 0.7, 1.7), squeeze=False)
    for image, place in enumerate(axes[0]):
        place.pcolormesh(
            shares[image].cpu().int(), cmap=ListedColormap(["#eeeeee", COLOURS[0]]), vmin=0, vmax=1, edgecolors="white"
        )
        place.invert_yaxis()
        place.set(xticks=[], yticks=[], title=f"image {image}", xlabel="hidden")
        if image == cell[0]:
            place.plot(
                cell[2] + 0.5, cell[1] + 0.5, "o", markersize=10, markerfacecolor="none", markeredgecolor="white", mew=2
            )
    axes[0, 0].set_ylabel("tokens")
    return finished(figure, f"A mask, one grid an image: {listed([str(grid.int().tolist()) for grid in shares])}.")
