"""The same weights in timm's models and in ours give the same logits."""

import dataclasses

import pytest
import torch

from vit_course import CONFIGS, VisionTransformer
from vit_course.exercises.lesson_06.departures import add_to_variance, standardise_weights_by
from vit_course.weights import (
    WeightsError,
    export_google,
    first_difference,
    load_google,
    load_timm,
    resize_patch_embedding,
)

from .conftest import randomise, relative_error

timm = pytest.importorskip("timm")

pytestmark = pytest.mark.slow

# Name, timm's name, layers: in full for one small and one hybrid, two layers where the rest would repeat itself.
PLAIN = [
    ("ViT-Ti_16", "vit_tiny_patch16_224", 12),
    ("ViT-S_16", "vit_small_patch16_224", 2),
    ("ViT-S_32", "vit_small_patch32_224", 12),
    ("ViT-B_16", "vit_base_patch16_224", 2),
    ("ViT-B_32", "vit_base_patch32_224", 12),
]
HYBRIDS = [
    ("R50-ViT-B_16", "vit_base_r50_s16_224", 12),
    ("R-ViT-Ti_16", "vit_tiny_r_s16_p8_224", 12),
    ("R26-ViT-S_32", "vit_small_r26_s32_224", 12),
    ("R50-ViT-L_32", "vit_large_r50_s32_224", 2),
]


def theirs(timm_name, layers, **options):
    return timm.create_model(timm_name, depth=layers, num_classes=1000, **options).eval()


def ours(name, layers, **changes):
    return VisionTransformer(dataclasses.replace(CONFIGS[name], num_layers=layers, gelu="exact", **changes)).eval()


def compared(name, timm_name, layers, limit):
    reference, model, images = randomise(theirs(timm_name, layers)), ours(name, layers), torch.randn(1, 3, 224, 224)
    load_timm(model, reference.state_dict())
    expected = reference(images)
    assert relative_error(model(images), expected) < limit
    return model, images, expected


@pytest.mark.parametrize(("name", "timm_name", "layers"), PLAIN)
def test_plain(name, timm_name, layers):
    model, images, expected = compared(name, timm_name, layers, limit=1e-5)
    assert relative_error(model(images, return_attention=True)[0], expected) < 1e-5


@pytest.mark.parametrize(("name", "timm_name", "layers"), HYBRIDS)
def test_hybrids(name, timm_name, layers):
    model, images, expected = compared(name, timm_name, layers, limit=1e-3)
    # timm adds its eps to the variance of the weights, the original to their deviation: put in, it closes the gap.
    standardise_weights_by(model, add_to_variance(1e-8))
    assert relative_error(model(images), expected) < 1e-5


def test_hybrid_in_float64():
    """What is left in float32 is rounding: with timm's formula and its GroupNorm's eps nothing else differs."""
    reference, model = randomise(theirs("vit_base_r50_s16_224", 1)).double(), ours("R50-ViT-B_16", 1).double()
    load_timm(model, reference.state_dict())
    standardise_weights_by(model, add_to_variance(1e-8))
    for module in model.modules():
        if isinstance(module, torch.nn.GroupNorm):
            module.eps = 1e-5
    images = torch.randn(1, 3, 224, 224, dtype=torch.float64)
    assert relative_error(model(images), reference(images)) < 1e-12


@pytest.mark.parametrize(
    ("name", "timm_name"), [("ViT-S_32", "vit_small_patch32_224"), *(each[:2] for each in HYBRIDS[:3])]
)
def test_timm_reads_what_export_google_writes(name, timm_name, tmp_path):
    model = randomise(ours(name, 2))
    export_google(model, tmp_path / "model.npz")
    reference = randomise(theirs(timm_name, 2), seed=1)
    timm.models.vision_transformer._load_weights(reference, str(tmp_path / "model.npz"))
    images = torch.randn(1, 3, 224, 224)
    assert relative_error(model(images), reference(images)) < (1e-3 if model.resnet else 1e-5)


def test_positions_of_google_files_resized_as_timm_does(tmp_path):
    export_google(randomise(ours("ViT-S_32", 1)), tmp_path / "model.npz")
    reference = theirs("vit_small_patch32_224", 1, img_size=384)
    timm.models.vision_transformer._load_weights(reference, str(tmp_path / "model.npz"))
    model = ours("ViT-S_32", 1, image_size=384)
    load_google(model, tmp_path / "model.npz", align_corners=False)
    assert relative_error(model.embeddings.position_embeddings, reference.pos_embed) < 1e-6
    load_google(model, tmp_path / "model.npz")
    assert relative_error(model.embeddings.position_embeddings, reference.pos_embed) > 1e-2


@pytest.mark.parametrize("size", [384, (256, 192), (112, 448), (112, 224)])
def test_positions_of_state_dicts_resized_as_timm_does(size):
    """At a higher resolution, on images that are not square, and into another grid of as many patches."""
    reference = randomise(theirs("vit_tiny_patch16_224", 2))
    other = theirs("vit_tiny_patch16_224", 2, img_size=size)
    other.load_state_dict(timm.models.vision_transformer.checkpoint_filter_fn(reference.state_dict(), other))
    model = ours("ViT-Ti_16", 2, image_size=size)
    load_timm(model, reference.state_dict(), old_grid=(14, 14) if size == (112, 448) else None)
    images = torch.randn(1, 3, *model.config.image_height_width)
    assert relative_error(model(images), other(images)) < 1e-5


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({"reg_tokens": 4}, {"num_registers": 4}),
        ({"reg_tokens": 4, "no_embed_class": True}, {"num_registers": 4}),
        ({"no_embed_class": True}, {}),
        ({"class_token": False, "global_pool": "avg", "fc_norm": False}, {"classifier": "gap"}),
    ],
)
@pytest.mark.parametrize("size", [224, 256])
def test_registers_and_class_tokens_with_positions_and_without(options, changes, size):
    reference = randomise(theirs("vit_tiny_patch16_224", 2, **options))
    other = theirs("vit_tiny_patch16_224", 2, img_size=size, **options)
    other.load_state_dict(timm.models.vision_transformer.checkpoint_filter_fn(reference.state_dict(), other))
    model, images = ours("ViT-Ti_16", 2, image_size=size, **changes), torch.randn(1, 3, size, size)
    load_timm(model, reference.state_dict())
    assert relative_error(model(images), other(images)) < 1e-5


def test_first_difference_finds_the_stages_of_timm():
    reference = randomise(theirs("vit_tiny_patch16_224", 2))
    model, images = ours("ViT-Ti_16", 2), torch.randn(1, 3, 224, 224)
    load_timm(model, reference.state_dict())
    assert first_difference(model, reference, images) is None
    model.encoder.layer[1].attn.value.bias.add_(1)
    found = first_difference(model, reference, images)
    assert (found.stage, found.theirs) == ("encoder.layer.1.attn", "blocks.1.attn")


def test_layer_scale():
    reference = randomise(theirs("vit_tiny_patch16_224", 2, init_values=0.1))
    model, images = ours("ViT-Ti_16", 2, layer_scale=0.1), torch.randn(1, 3, 224, 224)
    load_timm(model, reference.state_dict())
    assert relative_error(model(images), reference(images)) < 1e-5


def test_average_of_tokens():
    reference = randomise(theirs("vit_tiny_patch16_224", 2, global_pool="avg", class_token=False, fc_norm=False))
    model, images = ours("ViT-Ti_16", 2, classifier="gap"), torch.randn(1, 3, 224, 224)
    load_timm(model, reference.state_dict())
    assert relative_error(model(images), reference(images)) < 1e-5


def test_a_norm_after_the_average_is_another_model():
    reference = theirs("vit_tiny_patch16_224", 1, global_pool="avg", class_token=False)
    with pytest.raises(WeightsError, match=r"missing: norm.weight[\s\S]*surplus: fc_norm.weight"):
        load_timm(ours("ViT-Ti_16", 1, classifier="gap"), reference.state_dict())


@pytest.mark.parametrize(("old", "new"), [(16, 32), (16, 8), (16, 14), (4, 8), (7, 3), (5, 5)])
def test_kernel_for_another_size_of_patch(old, new):
    """timm's resize by the pseudo-inverse, told to interpolate as ours does; its default is another."""
    kernel = torch.randn(6, 3, old, old)
    expected = timm.layers.resample_patch_embed(kernel, [new, new], interpolation="bilinear", antialias=False)
    assert relative_error(resize_patch_embedding(kernel, new), expected) < 1e-5
    if old != new:
        default = timm.layers.resample_patch_embed(kernel, [new, new])
        assert relative_error(resize_patch_embedding(kernel, new), default) > 1e-2
