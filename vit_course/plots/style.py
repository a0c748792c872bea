"""What all figures share: colours, sizes, and the plain kinds of plot."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
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
    told = [title.replace("\n", ", ") for title in titles or ()]
    return finished(figure, f"{len(pictures)} pictures in a row" + (f": {listed(told)}." if told else "."))


def curves(
    lines: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    *,
    x: Sequence[float] | None = None,
    height: float = 3.0,
    **axes_options: object,
) -> Figure:
    """Lines over steps (or over `x`), each named at its end; options such as ylim or yscale go to the axes.

    A logarithmic x has its ticks where it was measured.
    """
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, height))
    places = list(range(max(map(len, lines.values())))) if x is None else [float(value) for value in x]
    marker = "o" if len(places) <= 12 else ""
    for style, values in zip(("-", "--", "-.", ":") * 4, lines.values(), strict=False):
        axes.plot(places[: len(values)], values, marker + style, linewidth=2, markersize=5)
    axes.set(xlabel=xlabel, ylabel=ylabel, **axes_options)
    if axes.get_xscale() == "log":
        axes.set_xticks(places, [f"{value:g}" for value in places])
        axes.minorticks_off()
    if axes.get_yscale() == "log":
        plain_numbers(axes)
    name_lines(axes, list(lines))
    told = [f"{name}: {_course(places, [float(value) for value in values])}" for name, values in lines.items()]
    return finished(figure, f"Lines of {ylabel} against {xlabel}. " + "; ".join(told) + ".")


def plain_numbers(axes: Axes) -> None:
    """Ticks at 1, 2, 5, 10, 20 ... on a logarithmic y, or at powers of ten where it spans many."""
    low, high = axes.get_ylim()
    steps = (1.0, 2.0, 5.0) if high / low < 300 else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(subs=steps))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def name_lines(axes: Axes, names: Sequence[str]) -> None:
    """Write the name of each line at its right end, in its colour; names that would overlap move apart."""
    drawn = axes.get_lines()[: len(names)]
    axes.figure.canvas.draw()
    ends = [float(np.asarray(axes.transData.transform(line.get_xydata()))[-1, 1]) for line in drawn]
    box = axes.get_window_extent()
    apart, lowest = 1.25 * float(plt.rcParams["font.size"]) * axes.figure.dpi / 72, -float("inf")
    places = {}
    for i in sorted(range(len(ends)), key=lambda i: ends[i]):
        lowest = places[i] = max(min(max(ends[i], box.y0), box.y1), lowest + apart)
    for i, (line, name) in enumerate(zip(drawn, names, strict=True)):
        height = (places[i] - box.y0) / box.height
        axes.text(1.02, height, name, transform=axes.transAxes, color=line.get_color(), va="center")


def _course(x: Sequence[float], values: Sequence[float]) -> str:
    """A line in words: where it begins and ends, and its highest or lowest point where that lies between."""
    told = f"from {values[0]:.3g} at {x[0]:g} to {values[-1]:.3g} at {x[len(values) - 1]:g}"
    for word, extreme in (("highest", max), ("lowest", min)):
        place = extreme(range(len(values)), key=values.__getitem__)
        if 0 < place < len(values) - 1:
            told += f", {word} {values[place]:.3g} at {x[place]:g}"
    return told


def bars(
    values: Mapping[str, float],
    xlabel: str,
    *,
    errors: Mapping[str, float] | None = None,
    digits: int = 2,
    stand_out: Sequence[str] = (),
) -> Figure:
    """Horizontal bars of one colour with their names and numbers; those that the text speaks of may `stand_out`.

    A bar whose name `errors` holds has its spread drawn.
    """
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, 0.4 * len(values) + 0.8))
    names = list(values)
    spread = [errors.get(name, 0.0) for name in names] if errors else None
    colours = [ORANGE if name in stand_out else BLUE for name in names]
    drawn = axes.barh(names, [values[name] for name in names], xerr=spread, color=colours)
    axes.bar_label(drawn, fmt=f"%.{digits}f", padding=4)
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set_xlabel(xlabel)
    told = [f"{name} {value:.{digits}f}" for name, value in values.items()]
    return finished(figure, f"Bars, {xlabel}: {listed(told)}.")


def listed(words: Sequence[str]) -> str:
    """Words in a row, for a text alternative: without line breaks."""
    return "; ".join(" ".join(word.split()) for word in words)


def finished(figure: Figure, alternative: str) -> Figure:
    """Close a figure, so that a notebook shows it once: as the value of the cell's last line.

    `alternative` says in words what the picture shows. It goes into the output's metadata, from which a page or a
    screen reader takes it.
    """
    plt.close(figure)
    figure._repr_mimebundle_ = lambda **_: ({}, {"image/png": {"alt": alternative}})  # type: ignore[attr-defined]
    return figure
