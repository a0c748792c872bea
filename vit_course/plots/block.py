"""The figures of lesson 04: what a block does to the stream."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import BLUE, COLOURS, GREY, ORANGE, WIDTH, finished, listed


def block_sum(steps: Mapping[str, Float[Tensor, "tokens hidden"]]) -> Figure:
    """A block as a sum of five pictures on one colour scale: stream + attention = middle, + MLP = out."""
    figure, axes = plt.subplots(1, 9, figsize=(WIDTH, 2.0), width_ratios=[8, 1, 8, 1, 8, 1, 8, 1, 8])
    limit = max(torch.quantile(step.abs().flatten(), 0.98).item() for step in steps.values())
    titles = ("stream", "attention wrote", "stream", "MLP wrote", "stream")
    for place, title, step in zip(axes[::2], titles, steps.values(), strict=True):
        drawn = place.imshow(step.detach().cpu(), aspect="auto", vmin=-limit, vmax=limit, cmap="cividis")
        place.set(title=title, xticks=[], yticks=[])
    for place, sign in zip(axes[1::2], "+=+=", strict=True):
        place.text(0.5, 0.5, sign, ha="center", va="center", fontsize=18)
        place.set_axis_off()
    axes[0].set_ylabel("tokens")
    figure.colorbar(drawn, ax=axes, label="value", extend="both", aspect=12, fraction=0.02, pad=0.01)
    told = [f"{name} {step.norm(dim=-1).mean():.1f}" for name, step in steps.items()]
    return finished(figure, f"A block as a sum of pictures, with the mean length of their tokens: {listed(told)}.")


def stream_and_branches(models: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """For each model the length of the stream after each block (line), and of what both halves wrote into it (bars)."""
    figure, axes = plt.subplots(1, len(models), figsize=(WIDTH, 3.2))
    told = []
    for place, (name, lengths) in zip(axes, models.items(), strict=True):
        blocks = torch.arange(1, len(lengths["stream"]) + 1)
        place.bar(blocks - 0.2, lengths["attention"], 0.4, color=ORANGE, label="attention wrote")
        place.bar(blocks + 0.2, lengths["mlp"], 0.4, color=BLUE, label="MLP wrote")
        place.plot(blocks, lengths["stream"], "o-", color="black", label="stream after the block")
        place.set(title=name, xlabel="block", ylabel="mean length of a token", xticks=blocks)
        place.legend(frameon=False, fontsize=9)
        stream = lengths["stream"]
        told.append(f"{name}, the stream grows from {stream[0]:.1f} to {stream[-1]:.1f}")
    return finished(figure, f"Length of the stream after each block, and of what both halves wrote: {listed(told)}.")


def by_block(
    values: Mapping[str, Sequence[float]],
    ylabel: str,
    *,
    whole: Mapping[str, float] | None = None,
    **axes_options: object,
) -> Figure:
    """One mark for each block and name, connected by thin lines; a dotted line of its colour for each of `whole`."""
    figure, axes = plt.subplots(figsize=(WIDTH * 0.8, 3.0))
    for colour, marker, (name, numbers) in zip(COLOURS, "osD^vP", values.items(), strict=False):
        axes.plot(
            range(1, len(numbers) + 1), numbers, marker + "-", color=colour, linewidth=1, markersize=7, label=name
        )
        if whole is not None and name in whole:
            axes.axhline(whole[name], color=colour, linestyle=":", linewidth=1.5)
    if whole is not None and "nothing" in whole:
        axes.axhline(whole["nothing"], color=GREY, linestyle=":", linewidth=1.5, label="nothing taken out")
    axes.set(xlabel="block", ylabel=ylabel, xticks=range(1, len(numbers) + 1), **axes_options)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    told = [f"{name} {', '.join(f'{number:.1f}' for number in numbers)}" for name, numbers in values.items()]
    return finished(figure, f"Block by block, {ylabel}: {listed(told)}.")
