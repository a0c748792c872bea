"""The figures of the notebooks, one function each, drawn from the tensors that they show.

Colours are from the Okabe-Ito palette and maps are viridis or cividis, which the colour-blind can read too.
"""

from vit_course.plots.embeddings import numbered_patches, patch_grid, patch_row, position_similarity, sampling_points
from vit_course.plots.pipeline import attention_over, pipeline
from vit_course.plots.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, bars, curves, images

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "RED",
    "attention_over",
    "bars",
    "curves",
    "images",
    "numbered_patches",
    "patch_grid",
    "patch_row",
    "pipeline",
    "position_similarity",
    "sampling_points",
]
