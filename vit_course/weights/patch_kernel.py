"""A patch kernel for another size of patch: FlexiViT's pseudo-inverse resize (arXiv 2212.08013, section 3.4)."""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor


def resize_patch_embedding(
    weight: Float[Tensor, "hidden channels patch patch"], patch_size: int
) -> Float[Tensor, "hidden channels new_patch new_patch"]:
    """Make a kernel for patches of `patch_size` that gives resized patches the tokens that theirs gave before.

    "Resized" is bilinear, without antialiasing. Where patches grow, the tokens are the same to rounding; where they
    shrink, numbers are lost, and the kernel is the one of least squared error for patches of random, independent
    pixels. The bias of the projection stays as it is. float32 or float64: PyTorch inverts no others.

    Raises ValueError for a kernel that is not square, and for a patch_size below 1.
    Source: section 3.4 of the FlexiViT paper. Its code and timm's (`resample_patch_embed`) do the same with a choice of
    how to interpolate; timm's is bicubic with antialiasing unless told otherwise.
    """
    hidden, _, rows, columns = weight.shape
    if rows != columns:
        raise ValueError(f"the kernel is {rows} x {columns}, and patches are square")
    if patch_size < 1:
        raise ValueError(f"patch_size={patch_size} is to be 1 or more")
    # Resizing is linear: light one pixel at a time and resize, and the results are the rows of its matrix.
    lit = torch.eye(rows * columns, dtype=weight.dtype, device=weight.device)
    lit = rearrange(lit, "pixels (rows columns) -> pixels 1 rows columns", rows=rows)
    resized = F.interpolate(lit, size=(patch_size, patch_size), mode="bilinear")
    matrix = rearrange(resized, "pixels 1 rows columns -> pixels (rows columns)")
    # A token is patch @ kernel. It becomes patch @ matrix @ new: so matrix @ new should be the old kernel.
    kernel = rearrange(weight, "hidden channels rows columns -> (rows columns) (hidden channels)")
    new = torch.linalg.pinv(matrix) @ kernel
    return rearrange(
        new, "(rows columns) (hidden channels) -> hidden channels rows columns", rows=patch_size, hidden=hidden
    )
