"""State dicts of timm's `VisionTransformer`, plain and hybrid (pytorch-image-models).

Queries, keys and values are one projection there, of three times the width. Its GELU is exact: make the model with
gelu="exact" to get timm's logits to the last digits.
"""

from vit_course.config import ViTConfig
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, load, row
from vit_course.weights.files import Source, read_state_dict


def table(config: ViTConfig) -> list[Row]:
    block, layer = "blocks.{layer}", "encoder.layer.{layer}"
    names = [
        ("patch_embed.proj", "embeddings.patch_embeddings"),
        (f"{block}.norm1", f"{layer}.attention_norm"),
        (f"{block}.attn.proj", f"{layer}.attn.out"),
        (f"{block}.norm2", f"{layer}.ffn_norm"),
        (f"{block}.mlp.fc1", f"{layer}.ffn.fc1"),
        (f"{block}.mlp.fc2", f"{layer}.ffn.fc2"),
        ("norm", "encoder.encoder_norm"),
        ("head", "head"),
    ]
    rows = [
        row("cls_token", "embeddings.cls_token"),
        row("pos_embed", POSITIONS),
        row(f"{block}.ls1.gamma", f"{layer}.attention_scale"),
        row(f"{block}.ls2.gamma", f"{layer}.ffn_scale"),
    ]
    for kind in ("weight", "bias"):
        rows += [row(f"{theirs}.{kind}", f"{ours}.{kind}") for theirs, ours in names]
        parts = [f"{layer}.attn.{part}.{kind}" for part in ("query", "key", "value")]
        rows.append(row(f"{block}.attn.qkv.{kind}", *parts))
    return rows + _resnet(config)


def _resnet(config: ViTConfig) -> list[Row]:
    backbone = "patch_embed.backbone"
    # A ResNet without stages is its stem alone, with no name of its own.
    stem = f"{backbone}.stem" if config.resnet and config.resnet.num_layers else backbone
    unit, ours = backbone + ".stages.{stage}.blocks.{unit}", "resnet.body.{stage}.{unit}"
    parts = [(f"{stem}.conv", f"{stem}.norm", "resnet.root.conv", "resnet.root.norm")]
    parts += [(f"{unit}.conv{n}", f"{unit}.norm{n}", f"{ours}.conv{n}", f"{ours}.norm{n}") for n in (1, 2, 3)]
    parts += [(f"{unit}.downsample.conv", f"{unit}.downsample.norm", f"{ours}.conv_proj", f"{ours}.norm_proj")]
    rows = []
    for conv, norm, our_conv, our_norm in parts:
        rows += [
            row(f"{conv}.weight", f"{our_conv}.weight"),
            row(f"{norm}.weight", f"{our_norm}.weight"),
            row(f"{norm}.bias", f"{our_norm}.bias"),
        ]
    return rows


def load_timm(
    model: VisionTransformer,
    source: Source,
    *,
    align_corners: bool = False,
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from a timm model's state dict, or from a file that holds one.

    Position embeddings of another grid are resized, by default with the borders kept in place, which is PyTorch's way;
    `old_grid` (rows, columns) is needed only where theirs is not square. Raises WeightsError: see `vit_course.weights`.
    """
    tensors, name = read_state_dict(source)
    load(model, tensors, table(model.config), source=name, align_corners=align_corners, old_grid=old_grid)
