"""The figures of lesson 01."""

import matplotlib.pyplot as plt
import torch
from einops import rearrange
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.embeddings import patchify, unpatchify
from vit_course.plots.style import BLUE, ORANGE, WIDTH, draw, finished, listed


def patch_grid(image: Float[Tensor, "channels height width"], patch_size: int) -> Figure:
    """The image as it is, and cut into patches with gaps between them."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, WIDTH / 2))
    draw(left, image)
    left.set_title(f"image, {image.shape[1]} x {image.shape[2]} pixels")
    rows, columns = image.shape[1] // patch_size, image.shape[2] // patch_size
    patches = rearrange(patchify(image[None], patch_size), "1 n (p q c) -> n c p q", p=patch_size, q=patch_size)
    gap = max(patch_size // 8, 1)
    spaced = torch.nn.functional.pad(patches, (0, gap, 0, gap), value=1.0)
    draw(right, rearrange(spaced, "(rows columns) c p q -> c (rows p) (columns q)", rows=rows))
    right.set_title(f"{rows} x {columns} = {rows * columns} patches, {patch_size} x {patch_size} pixels each")
    return finished(figure, f"An image, and the same image cut into {rows} rows of {columns} patches.")


def patch_row(image: Float[Tensor, "channels height width"], patch_size: int, first: int, count: int) -> Figure:
    """Some patches in the order in which they enter the sequence, with their numbers."""
    patches = rearrange(patchify(image[None], patch_size), "1 n (p q c) -> n c p q", p=patch_size, q=patch_size)
    figure, axes = plt.subplots(1, count, figsize=(WIDTH, WIDTH / count + 0.3))
    for place, number in zip(axes, range(first, first + count), strict=True):
        draw(place, patches[number])
        place.set_title(f"{number}")
    return finished(figure, f"Patches {first} to {first + count - 1} of the image in the order of the sequence.")


def numbered_patches(image: Float[Tensor, "channels height width"], patch_size: int) -> Figure:
    """A small image whose values are written into the pixels, and its patches as `patchify` lays them out."""
    patches = patchify(image[None], patch_size)[0]
    rows, columns = image.shape[1] // patch_size, image.shape[2] // patch_size
    colours = torch.arange(rows * columns, dtype=torch.float32)
    left_colours = unpatchify(colours[None, :, None].expand(-1, -1, patch_size**2), patch_size, (rows, columns))[0, 0]
    right_colours = colours[:, None].expand(patches.shape)
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.6))
    for place, numbers, shade, title in (
        (axes[0], image[0], left_colours, f"image: {image.shape[1]} x {image.shape[2]} pixels"),
        (axes[1], patches, right_colours, f"sequence: {len(patches)} patches of {patches.shape[1]} values"),
    ):
        place.imshow(shade, cmap="Pastel1", vmin=0, vmax=8)
        for (y, x), value in zip(torch.cartesian_prod(*map(torch.arange, shade.shape)), numbers.flatten(), strict=True):
            place.text(int(x), int(y), f"{value:.0f}", ha="center", va="center", fontsize=11)
        place.set(xticks=[], yticks=[], title=title)
    axes[1].set(xlabel="values within the patch", ylabel="patches")
    told = f"An image of numbered pixels, {image[0].int().tolist()}, and its patches, {patches.int().tolist()}."
    return finished(figure, told)


def position_similarity(
    position_embeddings: dict[str, Float[Tensor, "1 patches hidden"]], grids: dict[str, tuple[int, int]]
) -> Figure:
    """For each kind, three positions of the grid, and the cosine similarity of all others to them."""
    figure, axes = plt.subplots(
        len(position_embeddings), 3, figsize=(WIDTH * 0.75, 2.1 * len(position_embeddings)), squeeze=False
    )
    told = []
    for line, (name, positions) in zip(axes, position_embeddings.items(), strict=True):
        rows, columns = grids[name]
        unit = torch.nn.functional.normalize(positions[0].detach().cpu(), dim=-1)
        similarity = rearrange(unit @ unit.T, "a (rows columns) -> a rows columns", rows=rows)
        for place, (row, column) in zip(line, _three_places(rows, columns), strict=True):
            chosen = similarity[row * columns + column]
            drawn = place.imshow(chosen, vmin=float(similarity.min()), vmax=1, cmap="cividis")
            place.plot(column, row, "o", markersize=7, markeredgecolor="black", color=ORANGE)
            place.set(xticks=[], yticks=[], title=f"row {row}, column {column}")
        line[0].set_ylabel(name)
        figure.colorbar(drawn, ax=line, label="cosine similarity")
        told.append(f"{name}, least similarity {similarity.min():.2f}")
    return finished(figure, f"Maps of the similarity of all positions to three of them: {listed(told)}.")


def _three_places(rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    return (0, 0), (rows // 2, columns // 2), (rows - 1, columns // 4)


def sampling_points(old: int, new: int) -> Figure:
    """Where on a line of `old` positions each of `new` positions reads, with corners aligned and not."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1.9))
    index = torch.arange(new)
    lines = {
        "align_corners=True": index * (old - 1) / (new - 1),
        "align_corners=False": ((index + 0.5) * old / new - 0.5).clamp(0, old - 1),  # nothing lies further out
    }
    for height, (colour, (name, places)) in enumerate(zip((ORANGE, BLUE), lines.items(), strict=True), start=1):
        axes.plot(places, torch.full((new,), float(height)), "|", markersize=16, markeredgewidth=2, color=colour)
        axes.text(old + 0.2, height, name, va="center", color=colour)
    axes.plot(range(old), [0] * old, "ks", markersize=9)
    axes.text(old + 0.2, 0, "old positions", va="center")
    axes.vlines([-0.5, old - 0.5], -0.4, 2.4, colors="black", linestyles=":")
    axes.set(xlim=(-1, old + 4.5), ylim=(-0.5, 2.6), yticks=[], xticks=range(old), xlabel="old position (column)")
    axes.spines["left"].set_visible(False)
    told = [f"{name} reads from {places[0]:.2f} to {places[-1]:.2f}" for name, places in lines.items()]
    return finished(figure, f"{old} old positions on a line, and where {new} new ones read: {listed(told)}.")
