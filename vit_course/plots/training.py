"""What a training came to: which classes are taken for which."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from jaxtyping import Int64
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import WIDTH, finished


def confusion(counts: Int64[Tensor, "classes classes"], names: Sequence[str]) -> Figure:
    """How many images of each class (rows) were taken for which (columns), where that was wrong."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, WIDTH * 0.55))
    wrong = counts.clone().fill_diagonal_(0)
    axes.imshow(wrong, cmap="cividis")
    bright = wrong.max().item() / 2
    for row, line in enumerate(wrong.tolist()):
        for column, count in enumerate(line):
            if count:
                colour = "black" if count > bright else "white"
                axes.text(column, row, count, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="taken for", ylabel="is")
    row, column = divmod(int(wrong.argmax()), len(names))
    return finished(
        figure,
        f"A table of mistakes, {int(wrong.sum())} in all. The most frequent: {int(wrong.max())} times {names[row]} was "
        f"taken for {names[column]}.",
    )
