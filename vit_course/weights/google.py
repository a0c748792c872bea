"""Google's .npz files: the weights that were published with the paper, written by its JAX code.

Kernels have their output axes last; a convolution's are [height, width, in, out]; attention's heads have an axis of
their own. Names are joined by "/" on every system.
"""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from vit_course.app.files import whole_file
from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, WeightsError, expand, load, row
from vit_course.weights.files import Source, read_npz

CONV = "height width inputs outputs -> outputs inputs height width"
DENSE = "inputs outputs -> outputs inputs"
TO_HEADS = "hidden heads head_dim -> (heads head_dim) hidden"
HEAD_BIAS = "heads head_dim -> (heads head_dim)"
FROM_HEADS = "heads head_dim hidden -> hidden (heads head_dim)"


def convert_kernel(kernel: Float[Tensor, "first second third"], part: str) -> Float[Tensor, "outputs inputs"]:
    """One kernel of Google's attention as the weight of an nn.Linear, whose outputs come first.

    `part` is "query", "key" or "value", with kernels [hidden, heads, head_dim], or "out", [heads, head_dim, hidden].
    The heads lie one after the other: head 0 has the first head_dim rows (of "out": columns).

    Raises ValueError for another part.
    """
    if part not in ("query", "key", "value", "out"):
        raise ValueError(f"part={part!r} is no kernel of attention: choose query, key, value or out")
    return rearrange(kernel, FROM_HEADS if part == "out" else TO_HEADS)


def table(numbered: bool = True, norm_axes: str = "1 1 1 channels -> channels") -> list[Row]:
    """All rows of the layout.

    `numbered=True` is how the published files count the parts of a block, in one sequence (LayerNorm_0,
    MultiHeadDotProductAttention_1, LayerNorm_2, MlpBlock_3). Newer releases of the framework count each kind by itself.
    They also store GroupNorm's vectors flat: `norm_axes=""`.
    """
    norm1, attention, norm2, mlp = (
        ("LayerNorm_0", "MultiHeadDotProductAttention_1", "LayerNorm_2", "MlpBlock_3")
        if numbered
        else ("LayerNorm_0", "MultiHeadDotProductAttention_0", "LayerNorm_1", "MlpBlock_0")
    )
    block, layer = "Transformer/encoderblock_{layer}", "encoder.layer.{layer}"
    rows = [
        row("cls", "embeddings.cls_token"),
        row("embedding/kernel", "embeddings.patch_embeddings.weight", axes=CONV),
        row("embedding/bias", "embeddings.patch_embeddings.bias"),
        row("Transformer/posembed_input/pos_embedding", POSITIONS),
        row(f"{block}/{norm1}/scale", f"{layer}.attention_norm.weight"),
        row(f"{block}/{norm1}/bias", f"{layer}.attention_norm.bias"),
        row(f"{block}/{attention}/query/kernel", f"{layer}.attn.query.weight", axes=TO_HEADS),
        row(f"{block}/{attention}/query/bias", f"{layer}.attn.query.bias", axes=HEAD_BIAS),
        row(f"{block}/{attention}/key/kernel", f"{layer}.attn.key.weight", axes=TO_HEADS),
        row(f"{block}/{attention}/key/bias", f"{layer}.attn.key.bias", axes=HEAD_BIAS),
        row(f"{block}/{attention}/value/kernel", f"{layer}.attn.value.weight", axes=TO_HEADS),
        row(f"{block}/{attention}/value/bias", f"{layer}.attn.value.bias", axes=HEAD_BIAS),
        row(f"{block}/{attention}/out/kernel", f"{layer}.attn.out.weight", axes=FROM_HEADS),
        row(f"{block}/{attention}/out/bias", f"{layer}.attn.out.bias"),
        row(f"{block}/{norm2}/scale", f"{layer}.ffn_norm.weight"),
        row(f"{block}/{norm2}/bias", f"{layer}.ffn_norm.bias"),
        row(f"{block}/{mlp}/Dense_0/kernel", f"{layer}.ffn.fc1.weight", axes=DENSE),
        row(f"{block}/{mlp}/Dense_0/bias", f"{layer}.ffn.fc1.bias"),
        row(f"{block}/{mlp}/Dense_1/kernel", f"{layer}.ffn.fc2.weight", axes=DENSE),
        row(f"{block}/{mlp}/Dense_1/bias", f"{layer}.ffn.fc2.bias"),
        row("Transformer/encoder_norm/scale", "encoder.encoder_norm.weight"),
        row("Transformer/encoder_norm/bias", "encoder.encoder_norm.bias"),
        row("pre_logits/kernel", "pre_logits.weight", axes=DENSE),
        row("pre_logits/bias", "pre_logits.bias"),
        row("head/kernel", "head.weight", axes=DENSE),
        row("head/bias", "head.bias"),
        row("conv_root/kernel", "resnet.root.conv.weight", axes=CONV),
        row("gn_root/scale", "resnet.root.norm.weight", axes=norm_axes),
        row("gn_root/bias", "resnet.root.norm.bias", axes=norm_axes),
    ]
    theirs, ours = "block{stage1}/unit{unit1}", "resnet.body.{stage}.{unit}"
    for part in ("1", "2", "3", "_proj"):
        rows += [
            row(f"{theirs}/conv{part}/kernel", f"{ours}.conv{part}.weight", axes=CONV),
            row(f"{theirs}/gn{part}/scale", f"{ours}.norm{part}.weight", axes=norm_axes),
            row(f"{theirs}/gn{part}/bias", f"{ours}.norm{part}.bias", axes=norm_axes),
        ]
    return rows


def load_google(
    model: VisionTransformer,
    source: Source,
    *,
    align_corners: bool = True,
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from a Google .npz file, or from a mapping with the names of one.

    Position embeddings of another grid are resized with the corners aligned, as the original does it;
    `align_corners=False` is how timm reads the same files. `old_grid` (rows, columns) is needed only where
    the file's grid is not square, or may not be. Raises WeightsError: see `vit_course.weights`.
    """
    arrays, name = read_npz(source)
    resize = partial(resize_position_embeddings, align_corners=align_corners)
    load(model, arrays, _table_of(arrays), source=name, resize=resize, old_grid=old_grid)


def export_google(model: VisionTransformer, path: str | os.PathLike[str]) -> None:
    """Write the model's weights as a file in the layout of Google's published ones, in float32.

    Raises WeightsError for a model that the layout cannot hold: registers, LayerScale, positions that are not learned.
    """
    config, parameters = model.config, dict(model.named_parameters())
    rows = [each for each in expand(table(), config) if each.ours[0] in parameters]
    unnamed = sorted(parameters.keys() - {name for each in rows for name in each.ours})
    if config.positions != "learned":
        unnamed.append(f"positions={config.positions!r}")
    if unnamed:
        raise WeightsError(f"Google's layout has no place for {', '.join(unnamed)}: save the state dict instead")
    with torch.no_grad():
        arrays = {
            each.theirs: each.to_theirs(parameters, config.num_heads).float().cpu().contiguous().numpy()
            for each in rows
        }
    with whole_file(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # the names are the keywords


def _table_of(arrays: Mapping[str, Any]) -> list[Row]:
    """The table that fits the file's own style of names and of GroupNorm vectors."""
    numbered = not any("/MlpBlock_0/" in name for name in arrays)
    flat = "gn_root/scale" in arrays and np.ndim(arrays["gn_root/scale"]) == 1
    return table(numbered, "") if flat else table(numbered)
