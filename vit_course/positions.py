"""Where a patch was: positions as sines and cosines, and how learned ones are taken to another grid.

E_pos of the paper's equation 1; section 3.2, last paragraph, and appendix D.4.
"""

import math
from typing import Literal

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor


def sincos_position_embeddings(grid: tuple[int, int], hidden: int) -> Float[Tensor, "1 patches hidden"]:
    """Fixed position embeddings of a grid (rows, columns) of patches, row by row; float32, on the CPU.

    The numbers of the patch in row y and column x, counted from 0, are four quarters, one after the other: sin(x w),
    cos(x w), sin(y w), cos(y w). Each holds the frequencies w[k] = 10,000 ** (-k / (quarter - 1)) for k = 0 ...
    quarter - 1, with quarter = hidden / 4: from 1 down to 1 / 10,000. Where quarter is 1, w is 1.

    Raises ValueError where hidden is no multiple of 4.
    Source: Vaswani et al. (arXiv 1706.03762), section 3.5, in two dimensions as in Beyer et al. (arXiv 2205.01580).
    """
    if hidden % 4:
        raise ValueError(f"hidden={hidden} cannot be cut into four quarters: take a multiple of 4")
    # One frequency for each number of a quarter.
    frequencies = 10_000 ** -torch.linspace(0, 1, hidden // 4)
    # Row and column of each patch, row by row.
    y, x = torch.meshgrid(*(torch.arange(side, dtype=torch.float32) for side in grid), indexing="ij")
    # Each place times each frequency: [patches, quarter].
    angles_x, angles_y = (torch.outer(axis.flatten(), frequencies) for axis in (x, y))
    # The column fills the first half, the row the second.
    return torch.cat([angles_x.sin(), angles_x.cos(), angles_y.sin(), angles_y.cos()], dim=1)[None]


def resize_position_embeddings(
    position_embeddings: Float[Tensor, "1 tokens hidden"],
    grid: tuple[int, int],
    *,
    old_grid: tuple[int, int] | None = None,
    prefix_tokens: int = 1,
    align_corners: bool = False,
    mode: Literal["bilinear", "bicubic"] = "bilinear",
    antialias: bool = False,
) -> Float[Tensor, "1 new_tokens hidden"]:
    """Interpolate position embeddings to another grid (rows, columns) of patches.

    The first `prefix_tokens` (the class token) have no place in the image and stay as they are. `old_grid` is
    needed only where the old grid is not square. `align_corners=False` keeps the borders of the image in place, as timm
    does; True keeps the centres of the corner patches in place, as `scipy.ndimage.zoom` in the original's code does.
    Libraries differ in `mode` and `antialias` as well, and weights must be resized as theirs does it.

    Raises ValueError where the tokens make no such grid.
    Source: section 3.2 of the paper, last paragraph.
    """
    # Set the class token aside.
    prefix, patches = position_embeddings[:, :prefix_tokens], position_embeddings[:, prefix_tokens:]
    if old_grid is None:
        side = math.isqrt(patches.shape[1])
        old_grid = (side, side)
    if old_grid[0] * old_grid[1] != patches.shape[1]:
        raise ValueError(
            f"{patches.shape[1]} position embeddings (without {prefix_tokens} in front) are no grid of "
            f"{old_grid[0]} x {old_grid[1]}: say old_grid=(rows, columns), or another prefix_tokens"
        )
    if old_grid == tuple(grid):
        return position_embeddings
    # Lay the patches out as a picture with the hidden numbers as channels, resize it, and make a sequence of it again.
    image = rearrange(patches, "1 (rows columns) hidden -> 1 hidden rows columns", rows=old_grid[0])
    image = F.interpolate(image, size=tuple(grid), mode=mode, align_corners=align_corners, antialias=antialias)
    return torch.cat([prefix, rearrange(image, "1 hidden rows columns -> 1 (rows columns) hidden")], dim=1)
