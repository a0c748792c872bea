"""What several trainings of one kind say together: their dots, and the interval of their mean."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from scipy import stats

from vit_course.plots.style import BLUE, COLOURS, GREY, WIDTH, finished, listed


def seeds(
    values: Mapping[str, Mapping[str, Sequence[float]]], ylabel: str, ylim: tuple[float, float] | None = None
) -> Figure:
    """A panel for each setting, in it a column for each name: one dot a seed, and a bar at their mean.

    A name has the same colour in all panels.
    """
    figure, axes = plt.subplots(1, len(values), figsize=(WIDTH, 2.9), sharey=True, squeeze=False)
    names = list(dict.fromkeys(name for columns in values.values() for name in columns))
    colours = dict(zip(names, COLOURS, strict=False))
    for place, (title, columns) in zip(axes[0], values.items(), strict=True):
        for x, (name, numbers) in enumerate(columns.items()):
            place.plot([x] * len(numbers), numbers, "o", color=colours[name], alpha=0.8, markersize=7)
            place.hlines(sum(numbers) / len(numbers), x - 0.3, x + 0.3, colors="black")
        place.set(title=title, xticks=range(len(columns)), xticklabels=list(columns), xlim=(-0.6, len(columns) - 0.4))
    axes[0, 0].set_ylabel(ylabel)
    if ylim:
        axes[0, 0].set_ylim(*ylim)
    told = [
        f"{title}: " + ", ".join(f"{name} {sum(numbers) / len(numbers):.1f}" for name, numbers in columns.items())
        for title, columns in values.items()
    ]
    return finished(figure, f"A dot for each seed and a bar at their mean, {ylabel}. {listed(told)}.")


def differences(values: Mapping[str, Sequence[float]], xlabel: str) -> Figure:
    """For each comparison the differences, seed by seed, and the 95 % interval of their mean (Student's t)."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.75, 0.5 * len(values) + 0.9))
    axes.axvline(0, color=GREY, linestyle=":")
    told = []
    for y, (name, numbers) in enumerate(values.items()):
        low, high = stats.ttest_1samp(numbers, 0).confidence_interval()
        mean = sum(numbers) / len(numbers)
        axes.plot(numbers, [y] * len(numbers), "o", color=BLUE, alpha=0.35, markersize=6)
        axes.plot([low, high], [y, y], color="black", linewidth=2)
        axes.plot([mean], [y], "|", color="black", markersize=14, markeredgewidth=2.5)
        told.append(f"{name} {mean:+.1f}, from {low:+.1f} to {high:+.1f}")
    axes.set(yticks=range(len(values)), yticklabels=list(values), ylim=(len(values) - 0.5, -0.5), xlabel=xlabel)
    return finished(figure, f"{xlabel}, mean and 95 % interval: {listed(told)}.")
