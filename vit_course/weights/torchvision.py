"""State dicts of torchvision's `VisionTransformer`.

Queries, keys and values are one matrix there, of three times the height. Its GELU is exact: make the model with
gelu="exact" to get torchvision's logits to the last digits.
"""

from functools import partial

from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, load, row
from vit_course.weights.files import Source, read_state_dict

KNOWN = "conv_proj.weight"


def table(older: bool = False) -> list[Row]:
    """All rows. `older` are the MLP's names in files from before torchvision 0.14."""
    first, second = ("linear_1", "linear_2") if older else ("0", "3")
    block, layer = "encoder.layers.encoder_layer_{layer}", "encoder.layer.{layer}"
    names = [
        ("conv_proj", "embeddings.patch_embeddings"),
        (f"{block}.ln_1", f"{layer}.attention_norm"),
        (f"{block}.self_attention.out_proj", f"{layer}.attn.out"),
        (f"{block}.ln_2", f"{layer}.ffn_norm"),
        (f"{block}.mlp.{first}", f"{layer}.ffn.fc1"),
        (f"{block}.mlp.{second}", f"{layer}.ffn.fc2"),
        ("encoder.ln", "encoder.encoder_norm"),
        ("heads.pre_logits", "pre_logits"),
        ("heads.head", "head"),
    ]
    rows = [row("class_token", "embeddings.cls_token"), row("encoder.pos_embedding", POSITIONS)]
    for kind in ("weight", "bias"):
        rows += [row(f"{theirs}.{kind}", f"{ours}.{kind}") for theirs, ours in names]
        parts = [f"{layer}.attn.{part}.{kind}" for part in ("query", "key", "value")]
        rows.append(row(f"{block}.self_attention.in_proj_{kind}", *parts))
    return rows


def load_torchvision(
    model: VisionTransformer,
    source: Source,
    *,
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from a torchvision model's state dict, or from a file that holds one.

    Position embeddings of another grid are resized as torchvision's `interpolate_embeddings` does it, bicubic with the
    corners aligned; `old_grid` (rows, columns) is needed only where theirs is not square, or may not be.
    Raises WeightsError: see `vit_course.weights`.
    """
    tensors, name = read_state_dict(source, {KNOWN})
    rows = table(older=any(".mlp.linear_1." in one for one in tensors))
    resize = partial(resize_position_embeddings, mode="bicubic", align_corners=True)
    load(model, tensors, rows, source=name, resize=resize, old_grid=old_grid)
