"""A layout that no library has, by rows."""

import dataclasses

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from vit_course import VisionTransformer
from vit_course.exercises.engine.small import small_config
from vit_course.weights import WeightsError, load_layout, row
from vit_course.weights.fused import join_qkv

CONFIG = small_config(num_layers=2, num_classes=5)
BLOCK = "encoder.layer.{layer}"
ROWS = [
    row("token", "embeddings.cls_token"),
    row("places", "embeddings.position_embeddings"),
    row("patch/kernel", "embeddings.patch_embeddings.weight", axes="h w i o -> o i h w"),
    row("patch/bias", "embeddings.patch_embeddings.bias"),
    row("{layer}/qkv/kernel", *(f"{BLOCK}.attn.{p}.weight" for p in ("query", "key", "value"))),
    row("{layer}/qkv/bias", *(f"{BLOCK}.attn.{p}.bias" for p in ("query", "key", "value"))),
    row("{layer}/out/kernel", f"{BLOCK}.attn.out.weight", axes="i o -> o i"),
    row("{layer}/out/bias", f"{BLOCK}.attn.out.bias"),
    *(
        row(f"{{layer}}/norm{n}/{k}", f"{BLOCK}.{o}.{k}")
        for n, o in ((1, "attention_norm"), (2, "ffn_norm"))
        for k in ("weight", "bias")
    ),
    *(row(f"{{layer}}/mlp{n}/{k}", f"{BLOCK}.ffn.fc{n}.{k}") for n in (1, 2) for k in ("weight", "bias")),
    *(row(f"norm/{k}", f"encoder.encoder_norm.{k}") for k in ("weight", "bias")),
    *(row(f"classes/{k}", f"head.{k}") for k in ("weight", "bias")),
]


def made(seed=0):
    torch.manual_seed(seed)
    model = VisionTransformer(CONFIG).eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter)
    return model


@pytest.fixture
def arrays():
    parameters, written = {name: p.detach() for name, p in made().named_parameters()}, {}
    for each in ROWS:
        for layer in range(2) if "{layer}" in each.theirs else range(1):
            one = row(each.theirs.format(layer=layer), *(o.format(layer=layer) for o in each.ours), axes=each.axes)
            written[one.theirs] = one.to_theirs(parameters, CONFIG.num_heads).contiguous()
    return written


@pytest.mark.parametrize("kind", ["mapping", "npz", "safetensors", "torch"])
def test_any_kind_of_source(kind, arrays, tmp_path):
    path = tmp_path / "weights"
    if kind == "npz":
        with open(path, "wb") as file:
            np.savez(file, **{name: array.cpu().numpy() for name, array in arrays.items()})
    elif kind == "safetensors":
        safetensors.torch.save_file(arrays, path)
    elif kind == "torch":
        torch.save({"model": {f"module.{name}": array for name, array in arrays.items()}}, path)
    model = made(seed=1)
    load_layout(model, arrays if kind == "mapping" else path, ROWS)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), made().parameters(), strict=True))


@pytest.mark.parametrize("order", ["heads qkv head_dim", "heads head_dim qkv"])
def test_query_key_and_value_in_another_order(order, arrays):
    rows = [dataclasses.replace(each, order=order) if "qkv" in each.theirs else each for each in ROWS]
    turned = {f"{layer}/qkv/{kind}": arrays[f"{layer}/qkv/{kind}"] for layer in range(2) for kind in ("kernel", "bias")}
    turned = {name: join_qkv(list(array.chunk(3)), CONFIG.num_heads, order) for name, array in turned.items()}
    model = made(seed=1)
    load_layout(model, arrays | turned, rows)
    assert all(torch.equal(p, q) for p, q in zip(model.parameters(), made().parameters(), strict=True))
    load_layout(model, arrays | turned, ROWS)  # the wrong order fits as well
    assert not torch.equal(model.encoder.layer[0].attn.query.weight, made().encoder.layer[0].attn.query.weight)


def test_what_the_rows_leave_out_is_named(arrays):
    with pytest.raises(WeightsError, match=r"the layout has no name for head.bias\n  surplus: classes/bias"):
        load_layout(made(), arrays, ROWS[:-1])
