"""State dicts of `ViTForImageClassification` of Hugging Face's transformers.

Its GELU is exact and its LayerNorms add 1e-12 where all others add 1e-6: make the model with gelu="exact", and expect
its logits to differ in the sixth digit.
"""

from collections.abc import Mapping
from typing import Any

from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, load, row
from vit_course.weights.files import Source, read_state_dict


def table(renamed: bool = False) -> list[Row]:
    """All rows. Published files keep the names of old; models of version 5 have the renamed ones in memory."""
    layer = "encoder.layer.{layer}"
    if renamed:
        block, attention, out = "vit.layers.{layer}", "vit.layers.{layer}.attention", "o_proj"
        query, key, value, fc1, fc2 = "q_proj", "k_proj", "v_proj", "mlp.fc1", "mlp.fc2"
    else:
        block, attention, out = "vit.encoder.layer.{layer}", "vit.encoder.layer.{layer}.attention", "output.dense"
        query, key, value = "attention.query", "attention.key", "attention.value"
        fc1, fc2 = "intermediate.dense", "output.dense"
    names = [
        ("vit.embeddings.patch_embeddings.projection", "embeddings.patch_embeddings"),
        (f"{block}.layernorm_before", f"{layer}.attention_norm"),
        (f"{attention}.{query}", f"{layer}.attn.query"),
        (f"{attention}.{key}", f"{layer}.attn.key"),
        (f"{attention}.{value}", f"{layer}.attn.value"),
        (f"{attention}.{out}", f"{layer}.attn.out"),
        (f"{block}.layernorm_after", f"{layer}.ffn_norm"),
        (f"{block}.{fc1}", f"{layer}.ffn.fc1"),
        (f"{block}.{fc2}", f"{layer}.ffn.fc2"),
        ("vit.layernorm", "encoder.encoder_norm"),
        ("classifier", "head"),
    ]
    rows = [row("vit.embeddings.cls_token", "embeddings.cls_token")]
    rows.append(row("vit.embeddings.position_embeddings", POSITIONS))
    for kind in ("weight", "bias"):
        rows += [row(f"{theirs}.{kind}", f"{ours}.{kind}") for theirs, ours in names]
    return rows


def load_huggingface(
    model: VisionTransformer,
    source: Source,
    *,
    align_corners: bool = False,
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from the state dict of a ViTForImageClassification, or from a file that holds one.

    Position embeddings of another grid are resized, by default with the borders kept in place, which is PyTorch's way;
    `old_grid` (rows, columns) is needed only where theirs is not square. Raises WeightsError: see `vit_course.weights`.
    """
    tensors, name = read_state_dict(source)
    load(model, tensors, _table_of(tensors), source=name, align_corners=align_corners, old_grid=old_grid)


def _table_of(tensors: Mapping[str, Any]) -> list[Row]:
    return table(renamed=any(name.startswith("vit.layers.") for name in tensors))
