"""The figures of lesson 04: what a block does to the stream."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import BLUE, COLOURS, GREY, ORANGE, WIDTH, finished


def through_block(stages: Mapping[str, Float[Tensor, "tokens hidden"]], hidden: int = 96) -> Figure:
    """The stages of one block side by side, tokens down and the first `hidden` numbers across, on one colour scale.

    Under each stands the mean length of its tokens, over all their numbers.
    """
    figure, axes = plt.subplots(1, len(stages), figsize=(WIDTH, 3.6), sharey=True)
    limit = max(torch.quantile(stage.abs().flatten()[:100_000], 0.98).item() for stage in stages.values())
    for place, (name, stage) in zip(axes, stages.items(), strict=True):
        place.imshow(stage[:, :hidden].detach().cpu(), aspect="auto", vmin=-limit, vmax=limit, cmap="cividis")
        place.set(title=name, xticks=[], xlabel=f"length {stage.norm(dim=-1).mean():.1f}")
    axes[0].set_ylabel("tokens (the first is the class token)")
    return finished(figure)


def stream_and_branches(models: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """For each model the length of the stream after each block (line), and of what both halves wrote into it (bars)."""
    figure, axes = plt.subplots(1, len(models), figsize=(WIDTH, 3.2))
    for place, (name, lengths) in zip(axes, models.items(), strict=True):
        blocks = torch.arange(1, len(lengths["stream"]) + 1)
        place.bar(blocks - 0.2, lengths["attention"], 0.4, color=ORANGE, label="attention wrote")
        place.bar(blocks + 0.2, lengths["mlp"], 0.4, color=BLUE, label="MLP wrote")
        place.plot(blocks, lengths["stream"], "o-", color="black", label="stream after the block")
        place.set(title=name, xlabel="block", ylabel="mean length of a token", xticks=blocks)
        place.legend(frameon=False, fontsize=9)
    return finished(figure)


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
    return finished(figure)
