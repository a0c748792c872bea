"""The figures of the notebooks, one function each, drawn from the tensors that they show.

Colours are from the Okabe-Ito palette and maps are viridis or cividis, which the colour-blind can read too.
"""

from vit_course.plots.attention import attention_of_patches, numbered_heads, one_head
from vit_course.plots.block import block_sum, by_block, stream_and_branches
from vit_course.plots.embeddings import (
    numbered_patches,
    patch_grid,
    patch_row,
    position_similarity,
    sampling_points,
)
from vit_course.plots.encoder import layer_similarity, maps_of_garments
from vit_course.plots.hybrid import feature_maps, windows
from vit_course.plots.norms import one_mask, sharing
from vit_course.plots.pipeline import attention_over, pipeline
from vit_course.plots.seeds import differences, seeds
from vit_course.plots.stream import stream
from vit_course.plots.style import bars, curves, images
from vit_course.plots.training import confusion
from vit_course.plots.weights import heads_of_weights

__all__ = [
    "attention_of_patches",
    "attention_over",
    "bars",
    "block_sum",
    "by_block",
    "confusion",
    "curves",
    "differences",
    "feature_maps",
    "heads_of_weights",
    "images",
    "layer_similarity",
    "maps_of_garments",
    "numbered_heads",
    "numbered_patches",
    "one_head",
    "one_mask",
    "patch_grid",
    "patch_row",
    "pipeline",
    "position_similarity",
    "sampling_points",
    "seeds",
    "sharing",
    "stream",
    "stream_and_branches",
    "windows",
]
