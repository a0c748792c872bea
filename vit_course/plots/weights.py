"""The figures of lesson 07."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from torch import Tensor

from vit_course.plots.style import COLOURS, WIDTH, finished, listed


def heads_of_weights(weights: Mapping[str, Float[Tensor, "outputs inputs"]], heads: int) -> Figure:
    """Matrices side by side whose numbers are those of heads, 0 to heads - 1: each head has a colour."""
    figure, axes = plt.subplots(1, len(weights), figsize=(WIDTH, 2.9), squeeze=False)
    colours = ListedColormap(list(np.resize(COLOURS, heads)))
    for place, (name, weight) in zip(axes[0], weights.items(), strict=True):
        drawn = place.imshow(weight.cpu(), cmap=colours, vmin=-0.5, vmax=heads - 0.5)
        place.set(title=name, xlabel="inputs", ylabel="outputs", xticks=[], yticks=[])
    figure.colorbar(drawn, ax=axes, ticks=range(heads), label="head", shrink=0.7)
    return finished(figure, f"Matrices of numbered heads, a colour for each of {heads}: {listed(list(weights))}.")
