"""The same weights in transformers' ViTForImageClassification and in ours: the same logits, the same attention maps."""

import dataclasses

import pytest
import torch

from vit_course import CONFIGS, VisionTransformer
from vit_course.weights import load_huggingface

from .conftest import randomise, relative_error

transformers = pytest.importorskip("transformers")

pytestmark = pytest.mark.slow


def pair(**changes):
    config = dataclasses.replace(CONFIGS["ViT-S_32"], gelu="exact")
    theirs = transformers.ViTConfig(
        hidden_size=config.hidden_size,
        num_hidden_layers=config.num_layers,
        num_attention_heads=config.num_heads,
        intermediate_size=config.mlp_dim,
        patch_size=config.patch_size,
        num_labels=config.num_classes,
        attn_implementation="eager",
        **{"layer_norm_eps": 1e-6} | changes,
    )
    reference = randomise(transformers.ViTForImageClassification(theirs))
    return reference, VisionTransformer(config).eval(), torch.randn(2, 3, 224, 224)


def test_logits_and_attention():
    reference, model, images = pair()
    load_huggingface(model, reference.state_dict())
    expected = reference(images, output_attentions=True)
    logits, attention = model(images, return_attention=True)
    assert relative_error(logits, expected.logits) < 1e-5
    assert relative_error(model(images), expected.logits) < 1e-5
    assert len(attention) == len(expected.attentions) == 12
    for ours, theirs in zip(attention, expected.attentions, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_their_default_eps_shows_in_the_sixth_digit():
    reference, model, images = pair(layer_norm_eps=1e-12)
    load_huggingface(model, reference.state_dict())
    assert relative_error(model(images), reference(images).logits) < 1e-4


def test_names_in_published_files(tmp_path):
    """The library renames what it reads; the files keep the names of old, and `save_pretrained` writes those."""
    reference, model, images = pair()
    reference.save_pretrained(tmp_path)
    load_huggingface(model, tmp_path / "model.safetensors")
    assert relative_error(model(images), reference(images).logits) < 1e-5
