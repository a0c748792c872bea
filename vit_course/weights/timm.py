"""State dicts of timm's `VisionTransformer`, plain and hybrid (pytorch-image-models).

Queries, keys and values are one projection there, of three times the width. Its GELU is exact: make the model with
gelu="exact" to get timm's logits to the last digits.
"""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor

from vit_course.config import ViTConfig
from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.engine import POSITIONS, Row, load, row
from vit_course.weights.files import Source, read_state_dict

STEM = "patch_embed.backbone.stem.conv.weight"


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
        row("reg_token", "embeddings.register_tokens"),
        row("pos_embed", POSITIONS),
        row(f"{block}.ls1.gamma", f"{layer}.attention_scale"),
        row(f"{block}.ls2.gamma", f"{layer}.ffn_scale"),
    ]
    for kind in ("weight", "bias"):
        rows += [row(f"{theirs}.{kind}", f"{ours}.{kind}") for theirs, ours in names]
        parts = [f"{layer}.attn.{part}.{kind}" for part in ("query", "key", "value")]
        rows.append(row(f"{block}.attn.qkv.{kind}", *parts, order="qkv heads head_dim"))
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
    old_grid: tuple[int, int] | None = None,
) -> None:
    """Fill the model from a timm model's state dict, or from a file that holds one.

    Position embeddings of another grid are resized as timm does it with a state dict, bicubic with antialiasing;
    `old_grid` (rows, columns) is needed only where theirs is not square, or may not be.
    Raises WeightsError: see `vit_course.weights`.
    """
    tensors, name = read_state_dict(source, {"patch_embed.proj.weight", "patch_embed.backbone.conv.weight", STEM})
    tensors = _positions_as_ours(tensors, model.config, old_grid)
    resize = partial(resize_position_embeddings, mode="bicubic", antialias=True)
    # What a model for classes has no use for: the decoder of MAE, the token that stands for what is masked.
    spare = ("decoder", "mask_token")
    load(model, tensors, table(model.config), source=name, resize=resize, old_grid=old_grid, spare=spare)


def _positions_as_ours(
    tensors: Mapping[str, Any], config: ViTConfig, old_grid: tuple[int, int] | None
) -> Mapping[str, Any]:
    """Positions for the class token and the patches, as here, where timm's are for other tokens as well, or for fewer.

    Registers that have positions there get them added, for they have none here; a class token without one
    (`no_embed_class`) gets zeros. Which of these it is, their number tells.
    """
    positions, registers = tensors.get("pos_embed"), tensors.get("reg_token")
    if not isinstance(positions, Tensor) or positions.ndim != 3 or config.classifier != "token":
        return tensors
    count = math.prod(old_grid) if old_grid else None
    extra = registers.shape[1] if isinstance(registers, Tensor) and registers.ndim == 3 else 0

    def with_in_front(number: int) -> bool:
        patches = positions.shape[1] - number
        return patches == count if count else patches == config.num_patches or math.isqrt(patches) ** 2 == patches

    if extra and with_in_front(1 + extra):
        assert isinstance(registers, Tensor)
        without = torch.cat([positions[:, :1], positions[:, 1 + extra :]], dim=1)
        return {**tensors, "pos_embed": without, "reg_token": registers + positions[:, 1 : 1 + extra]}
    if with_in_front(0) and not with_in_front(1):
        return {**tensors, "pos_embed": torch.nn.functional.pad(positions, (0, 0, 1, 0))}
    return tensors
