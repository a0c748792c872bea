"""The figures of lesson 06: what the convolutions of a hybrid make, and where they look."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from vit_course.plots.style import BLUE, ORANGE, RED, WIDTH, finished, listed


def feature_maps(maps: Mapping[str, Float[Tensor, "channels height width"]], columns: int = 6) -> Figure:
    """A row for each feature map: those of its channels that vary most, each drawn from its least to its most."""
    figure, axes = plt.subplots(len(maps), columns, figsize=(WIDTH, 1.62 * len(maps)))
    for line, (name, features) in zip(axes, maps.items(), strict=True):
        features = features.detach().cpu()
        liveliest = features.std(dim=(1, 2)).argsort(descending=True)[:columns]
        for place, channel in zip(line, liveliest.tolist(), strict=True):
            place.imshow(features[channel], interpolation="nearest")
            place.set(xticks=[], yticks=[], title=f"channel {channel}")
        line[0].set_ylabel(f"{name}\n{' x '.join(map(str, features.shape))}")
    told = [f"{name} {' x '.join(map(str, features.shape))}" for name, features in maps.items()]
    return finished(figure, f"A row of {columns} channels for each feature map: {listed(told)}.")


def windows(size: int, kernel_size: int, stride: int, paddings: Mapping[str, tuple[int, int]]) -> Figure:
    """A line of `size` cells under a sliding window, once for each way of padding it (before, after).

    Grey cells are padding. Each bar is one window and its dot the middle; red cells are seen by none.
    """
    counts = [(before + size + after - kernel_size) // stride + 1 for before, after in paddings.values()]
    heights = [count + 2.2 for count in counts]
    figure, axes = plt.subplots(
        len(paddings), 1, figsize=(WIDTH * 0.8, 0.3 * sum(heights)), height_ratios=heights, squeeze=False
    )
    widest = max(before for before, _ in paddings.values()), max(after for _, after in paddings.values())
    for place, count, (name, (before, after)) in zip(axes[:, 0], counts, paddings.items(), strict=True):
        starts = [i * stride - before for i in range(count)]
        _cells(place, size, (before, after), {c for start in starts for c in range(start, start + kernel_size)})
        for line, start in enumerate(starts, start=1):
            place.barh(-line, kernel_size - 0.16, left=start + 0.08, height=0.55, color=BLUE)
            place.plot(start + kernel_size / 2, -line, "o", color=ORANGE, markersize=6)
        place.set(xlim=(-widest[0] - 0.1, size + widest[1] + 0.1), ylim=(-count - 0.7, 1.1), xticks=[], yticks=[])
        place.set_title(f"{name}: {before} before, {after} after, {count} windows", loc="left")
        place.spines[:].set_visible(False)
    told = [f"{name} {before} before and {after} after" for name, (before, after) in paddings.items()]
    words = f"A line of {size} cells and the windows of {kernel_size} that slide over it in steps of {stride}, padded"
    return finished(figure, f"{words}: {listed(told)}.")


def _cells(place: Axes, size: int, padding: tuple[int, int], seen: set[int]) -> None:
    before, after = padding
    for cell in range(-before, size + after):
        inside = 0 <= cell < size
        colour = "white" if inside and cell in seen else RED if inside else "#CCCCCC"
        place.add_patch(Rectangle((cell, 0), 1, 1, facecolor=colour, edgecolor="black"))
        if inside:
            place.text(cell + 0.5, 0.5, str(cell), ha="center", va="center")
