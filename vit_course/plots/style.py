"""What all figures share: colours, sizes, and the plain kinds of plot."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#777777"
COLOURS = (BLUE, ORANGE, GREEN, RED, PURPLE, GREY)
WIDTH = 9.0  # inches; at this width the text of a figure has the size of the page's

plt.rcParams.update(
    {
        "figure.dpi": 100,
        "font.size": 10,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": plt.cycler(color=COLOURS),
        "figure.constrained_layout.use": True,
        "image.cmap": "viridis",
    }
)


def draw(axes: Axes, image: Float[Tensor, "channels height width"]) -> None:
    """Draw one image, values 0 to 1, grey or in colour, without ticks."""
    pixels = image.detach().cpu().clamp(0, 1)
    axes.imshow(pixels[0] if len(pixels) == 1 else pixels.permute(1, 2, 0), cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def images(
    pictures: Sequence[Float[Tensor, "channels height width"]], titles: Sequence[str] | None = None, height: float = 2.4
) -> Figure:
    """A row of images, values 0 to 1, with a title over each."""
    figure, axes = plt.subplots(1, len(pictures), figsize=(WIDTH, height), squeeze=False)
    for i, (place, picture) in enumerate(zip(axes[0], pictures, strict=True)):
        draw(place, picture)
        place.set_title(titles[i] if titles else "")
    return finished(figure)


def curves(
    lines: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    *,
    x: Sequence[float] | None = None,
    height: float = 3.0,
    **axes_options: object,
) -> Figure:
    """Lines over steps (or over `x`), named in a legend; options such as ylim or yscale go to the axes."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, height))
    for style, (name, values) in zip(("-", "--", "-.", ":") * 4, lines.items(), strict=False):
        axes.plot(range(len(values)) if x is None else x, values, style, label=name, linewidth=2)
    axes.set(xlabel=xlabel, ylabel=ylabel, **axes_options)
    axes.legend(frameon=False)
    return finished(figure)


def bars(
    values: Mapping[str, float], xlabel: str, *, errors: Mapping[str, float] | None = None, digits: int = 2
) -> Figure:
    """Horizontal bars with their names and numbers, and their spread where `errors` has one."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, 0.4 * len(values) + 0.8))
    names = list(values)
    spread = [errors.get(name, 0.0) for name in names] if errors else None
    drawn = axes.barh(names, [values[name] for name in names], xerr=spread, color=np.resize(COLOURS, len(names)))
    axes.bar_label(drawn, fmt=f"%.{digits}f", padding=4)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set_xlabel(xlabel)
    return finished(figure)


def finished(figure: Figure) -> Figure:
    """Close a figure, so that a notebook shows it once: as the value of the cell's last line."""
    plt.close(figure)
    return figure
