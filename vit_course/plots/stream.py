"""The picture that every lesson shares: the stream of tokens, and what each part of the model adds to it."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from vit_course.plots.style import BLUE, ORANGE, WIDTH, finished

DARK, PALE = "#333333", "#C8C8C8"
TOKENS = (0.0, -0.16, -0.32, -0.48, -0.64)  # heights of the lines; the first is the class token
ABOVE = 0.85  # height of the branches


@dataclass(frozen=True)
class Part:
    """A box of the picture: its name, the lesson that builds it, and the middle of it."""

    name: str
    lesson: str
    x: float
    y: float
    width: float = 0.95


PARTS = (
    Part("ResNet\n(hybrid)", "06", 1.3, -0.32),
    Part("embed-\ndings", "01", 2.55, -0.32),
    Part("norm", "02", 3.95, ABOVE, 0.75),
    Part("attention", "03", 5.0, ABOVE, 1.1),
    Part("norm", "02", 6.6, ABOVE, 0.75),
    Part("MLP", "04", 7.65, ABOVE, 1.1),
    Part("final\nnorm", "05", 9.35, -0.32, 0.75),
    Part("head", "07", 10.35, 0.0, 0.75),
)
BRANCHES = ((3.45, 5.85, "03"), (6.1, 8.5, "04"))  # where each half of a block reads, where it adds, its lesson


def stream(lesson: str = "00") -> Figure:
    """The Vision Transformer from left to right, as far as it has been built, with a lesson's part lit up.

    Lesson 00 shows it whole. Each token is a line; each half of a block reads a copy and adds what it found.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 2.5))
    for i, y in enumerate(TOKENS):
        axes.plot([2.55, 9.35], [y, y], color=_colour("01", lesson, ORANGE if i == 0 else BLUE), linewidth=2, zorder=1)
    for reads, adds, owner in BRANCHES:
        _branch(axes, reads, adds, _colour(owner, lesson))
    _image(axes)
    arrow = {"arrowstyle": "->", "color": DARK}
    axes.annotate("", (0.82, -0.32), (0.55, -0.32), arrowprops=arrow)
    axes.annotate("", (2.08, -0.32), (1.78, -0.32), arrowprops=arrow)
    axes.plot([9.35, 10.8], [0, 0], color=_colour("07", lesson, ORANGE), linewidth=2, zorder=1)
    axes.text(10.85, 0, "class", va="center", color=_colour("07", lesson))
    for part in PARTS:
        _box(axes, part, lesson)
    around = _colour("05", lesson, ORANGE if lesson == "05" else DARK)
    axes.add_patch(
        FancyBboxPatch(
            (3.35, -0.85), 5.25, 2.2, boxstyle="round,pad=0.03", fill=False, edgecolor=around, linestyle="--"
        )
    )
    axes.text(8.63, 1.4, "one block, many times", ha="right", va="bottom", color=around)
    axes.text(2.05, 0.22, "class token", color=_colour("01", lesson, "#9A6A00"), fontsize=9, va="bottom")
    axes.set(xlim=(-0.35, 11.4), ylim=(-1.0, 1.75))
    axes.set_axis_off()
    return finished(figure, _in_words(lesson))


def _colour(owner: str, lesson: str, built: str = DARK) -> str:
    """Pale until a part is built; the whole of it in lesson 00."""
    return built if lesson == "00" or owner <= lesson else PALE


def _branch(axes: Axes, reads: float, adds: float, colour: str) -> None:
    """From the stream up into the boxes and back down into a plus sign."""
    middle = TOKENS[2]
    axes.plot([reads, reads, adds], [middle, ABOVE, ABOVE], color=colour, linewidth=1.3, zorder=1)
    axes.annotate(
        "",
        (adds, middle + 0.13),
        (adds, ABOVE + 0.02),
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.3},
    )
    axes.plot([reads], [middle], "o", color=colour, markersize=4, zorder=3)
    axes.plot([adds], [middle], "o", color="white", markeredgecolor=colour, markersize=20, zorder=3)
    axes.text(adds, middle - 0.015, "+", ha="center", va="center", fontsize=15, color=colour, zorder=4)


def _image(axes: Axes) -> None:
    for row in range(3):
        for column in range(3):
            axes.add_patch(
                plt.Rectangle((-0.3 + 0.27 * column, -0.72 + 0.27 * row), 0.24, 0.24, facecolor=BLUE, alpha=0.25)
            )
    axes.text(0.08, 0.22, "image", ha="center", va="bottom", color=DARK, fontsize=9)


def _box(axes: Axes, part: Part, lesson: str) -> None:
    lit = part.lesson == lesson
    height = 0.5 if part.y == ABOVE else 0.95 if part.name != "head" else 0.4
    colour = _colour(part.lesson, lesson)
    axes.add_patch(
        FancyBboxPatch(
            (part.x - part.width / 2, part.y - height / 2), part.width, height,
            boxstyle="round,pad=0.02", facecolor=ORANGE if lit else "white", edgecolor=colour, zorder=5,
        )
    )  # fmt: skip
    axes.text(
        part.x, part.y, part.name, ha="center", va="center", color="black" if lit else colour, fontsize=9.5, zorder=6
    )


def _in_words(lesson: str) -> str:
    whole = (
        "The Vision Transformer from left to right: an image goes, in the hybrid through a ResNet, into the embeddings "
        "and becomes a bundle of parallel lines, one for each token, the class token on top. Blocks read copies of the "
        "lines through norm and attention, then through norm and MLP, and add the results. After a final norm the head "
        "reads the class from the class token's line."
    )
    lit = sorted({" ".join(part.name.replace("-\n", "").split()) for part in PARTS if part.lesson == lesson})
    return whole + (f" Lit up in this lesson: {', '.join(lit)}." if lit else "")
