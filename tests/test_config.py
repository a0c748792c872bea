"""The configurations: the published numbers of parameters, what is derived from them, and what is refused."""

import dataclasses
import subprocess
import sys

import jaxtyping
import pytest
import torch

from vit_course import CONFIGS, ResNetConfig, VisionTransformer, ViTConfig

# Published: the original's README and torchvision's and timm's documentation.
PARAMETERS = {
    ("ViT-B_16", 1000): 86_567_656,
    ("ViT-B_16", 10): 85_806_346,
    ("ViT-B_32", 10): 87_462_922,
    ("ViT-L_16", 10): 303_311_882,
    ("ViT-L_32", 10): 305_520_650,
    ("ViT-H_14", 10): 630_777_610,
    ("R50-ViT-B_16", 10): 97_897_802,
}
TOKENS = {"ViT-B_8": 785, "ViT-S_32": 50, "ViT-H_14": 257, "R-ViT-Ti_16": 50, "R26-ViT-S_32": 50, "R50-ViT-L_32": 50}


def build(config):
    with torch.device("meta"):
        return VisionTransformer(config)


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(("name", "classes"), PARAMETERS)
def test_number_of_parameters(name, classes):
    model = build(dataclasses.replace(CONFIGS[name], num_classes=classes))
    assert count(model) == PARAMETERS[name, classes]
    if name == "R50-ViT-B_16":
        assert count(model.resnet) == 11_894_848


def test_parts_of_b_16():
    model = build(CONFIGS["ViT-B_16"])
    assert count(model.embeddings.patch_embeddings) == 590_592
    assert model.embeddings.cls_token.numel() == 768
    assert model.embeddings.position_embeddings.numel() == 151_296
    assert count(model.encoder.layer[0]) == 7_087_872
    assert count(model.encoder.encoder_norm) == 1_536
    assert count(model.head) == 769_000


@pytest.mark.parametrize("name", CONFIGS)
def test_tokens(name):
    config = CONFIGS[name]
    assert config.num_patches + 1 == TOKENS.get(name, 50 if name.endswith("_32") else 197)
    assert build(config).embeddings.position_embeddings.shape == (1, config.num_patches + 1, config.hidden_size)


def test_grid_of_images_that_are_not_square():
    config = dataclasses.replace(CONFIGS["R50-ViT-B_16"], image_size=(224, 384))
    assert config.grid == (14, 24)
    assert config.pixels_per_patch == 16


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"image_size": 225}, r"image_size=225 .* patches of 16 pixels: .*224 or 240"),
        ({"image_size": (224, 8)}, r"so that 8 becomes 16"),
        ({"num_heads": 5}, r"hidden_size=768 .* num_heads=5: take num_heads=(4|6)"),
        ({"classifier": "mean"}, r"classifier='mean' does not exist: choose one of token, gap"),
        ({"gelu": "erf"}, r"gelu='erf' does not exist"),
        ({"positions": "rotary"}, r"positions='rotary' does not exist"),
        ({"dropout": 1.0}, r"dropout=1.0 is a probability"),
        ({"drop_path": -0.1}, r"drop_path=-0.1 is a probability"),
        ({"patch_size": 0}, r"patch_size=0 must be at least 1"),
        ({"num_layers": -1}, r"num_layers=-1 must not be negative"),
        ({"positions": "sincos", "hidden_size": 6, "num_heads": 3}, r"hidden_size=6 .* multiple of 4"),
    ],
)
def test_refuses(change, says):
    jaxtyping.config.update("jaxtyping_disable", True)  # a learner has no shape checks to speak first
    try:
        with pytest.raises(ValueError, match=says):
            dataclasses.replace(CONFIGS["ViT-B_16"], **change)
    finally:
        jaxtyping.config.update("jaxtyping_disable", False)


def test_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(KeyError, match=r"did you mean 'ViT-B_16'\?"):
        CONFIGS["ViT-B16"]


@pytest.mark.parametrize(
    ("layers", "channels", "stride"), [((), 64, 4), ((1,), 256, 4), ((3, 4, 9), 1024, 16), ((2, 2, 2, 2), 2048, 32)]
)
def test_resnet(layers, channels, stride):
    config = ResNetConfig(layers)
    assert (config.out_channels, config.stride) == (channels, stride)


def test_same_numbers_are_equal_and_cannot_be_changed():
    config = ViTConfig(hidden_size=64, mlp_dim=128, num_heads=4, num_layers=1)
    assert config == dataclasses.replace(config)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.hidden_size = 32


def test_through_json_and_back():
    """Lists for tuples, and a dictionary for what is nested: outside of these tests, whose types refuse them."""
    code = """
import dataclasses, json
from vit_course import CONFIGS, ViTConfig
for config in CONFIGS.values():
    config = dataclasses.replace(config, image_size=(448, 224))
    assert ViTConfig(**json.loads(json.dumps(dataclasses.asdict(config)))) == config
"""
    subprocess.run([sys.executable, "-c", code], check=True)
