"""State dicts of `ViTForImageClassification` of Hugging Face's transformers.

Its GELU is exact and its LayerNorms add 1e-12 where all others add 1e-6: make the model with gelu="exact", and expect
its logits to differ in the sixth digit.
"""

from dataclasses import replace
from functools import partial

from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, load, row
from vit_course.weights.files import Source, read_state_dict

KNOWN = "vit.embeddings.patch_embeddings.projection.weight"


def table(renamed: bool = False, headless: bool = False) -> list[Row]:
    """All rows. Published files keep the names of old; models of version 5 have the renamed ones in memory.

    `headless` are those of a ViTModel: without `vit.` in front, and its pooler is the layer before a head.
    """
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
        ("vit.pooler.dense", "pre_logits"),
    ]
    rows = [row("vit.embeddings.cls_token", "embeddings.cls_token")]
    rows.append(row("vit.embeddings.position_embeddings", POSITIONS))
    for kind in ("weight", "bias"):
        rows += [row(f"{theirs}.{kind}", f"{ours}.{kind}") for theirs, ours in names]
    return [replace(each, theirs=each.theirs.removeprefix("vit.")) for each in rows] if headless else rows


def load_huggingface(
    model: VisionTransformer,
    source: Source,
    *,
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from the state dict of a ViTForImageClassification or a ViTModel, or a file that holds one.

    Position embeddings of another grid are resized as their `interpolate_pos_encoding` does it, bicubic with the
    borders kept in place; `old_grid` (rows, columns) is needed only where theirs is not square, or may not be.
    Raises WeightsError: see `vit_course.weights`.
    """
    tensors, name = read_state_dict(source, {KNOWN, KNOWN.removeprefix("vit.")})
    headless = KNOWN not in tensors
    renamed = any(one.removeprefix("vit.").startswith("layers.") for one in tensors)
    resize = partial(resize_position_embeddings, mode="bicubic")
    # A pooler has no place in a model without a representation layer; a mask token serves another task.
    spare = ("pooler.", "vit.pooler.", "embeddings.mask_token", "vit.embeddings.mask_token")
    load(model, tensors, table(renamed, headless), source=name, resize=resize, old_grid=old_grid, spare=spare)
