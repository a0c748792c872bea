"""The same weights in transformers' ViTForImageClassification and in ours: the same logits, the same attention maps."""

import dataclasses

import pytest
import torch

from vit_course import CONFIGS, VisionTransformer
from vit_course.attention import Attention
from vit_course.exercises.engine.small import small_config
from vit_course.weights import first_difference, load_huggingface, split_qkv

from .conftest import randomise, relative_error

transformers = pytest.importorskip("transformers")

pytestmark = pytest.mark.slow


def pair(layers=12, kind="ViTForImageClassification", ours=None, **changes):
    config = dataclasses.replace(CONFIGS["ViT-S_32"], gelu="exact", num_layers=layers)
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
    reference, config = randomise(getattr(transformers, kind)(theirs)), dataclasses.replace(config, **ours or {})
    return reference, VisionTransformer(config).eval(), torch.randn(2, 3, *config.image_height_width)


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


@pytest.mark.parametrize("size", [384, (256, 192), (32, 1568)])
def test_positions_are_resized_as_they_do(size):
    reference, model, images = pair(layers=2, ours={"image_size": size})
    load_huggingface(model, reference.state_dict(), old_grid=(7, 7) if size == (32, 1568) else None)
    assert relative_error(model(images), reference(images, interpolate_pos_encoding=True).logits) < 1e-5


def test_a_model_without_head():
    """Of such are the weights of ImageNet-21k; the pooler is what the paper calls the representation layer."""
    features = {"num_classes": 0, "representation_size": 384}
    reference, model, images = pair(layers=2, kind="ViTModel", ours=features)
    load_huggingface(model, reference.state_dict())
    assert relative_error(model(images), reference(images).pooler_output) < 1e-5
    _, classifier, _ = pair(layers=2)
    with pytest.warns(UserWarning) as said:
        load_huggingface(classifier, reference.state_dict())
    texts = " ".join(str(one.message) for one in said)
    assert "it holds no head" in texts and "no place for it: pooler.dense" in texts
    tokens = classifier.forward_features(images)
    assert relative_error(tokens, reference(images).last_hidden_state) < 1e-5 and not classifier(images).any()


def test_first_difference_finds_their_stages():
    reference, model, images = pair(layers=2)
    load_huggingface(model, reference.state_dict())
    assert first_difference(model, reference, images) is None
    model.encoder.layer[1].ffn.fc1.bias.add_(1)
    assert first_difference(model, reference, images).theirs == "vit.layers.1.mlp"


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


def test_gpt_neox_has_query_key_and_value_head_by_head():
    """The order of the rows that `split_qkv` is told: one layer of its attention, without mask and without rotation."""
    config = transformers.GPTNeoXConfig(hidden_size=12, num_attention_heads=3, attn_implementation="eager")
    theirs = randomise(transformers.models.gpt_neox.modeling_gpt_neox.GPTNeoXAttention(config, layer_idx=0))
    tokens, still = torch.randn(2, 5, 12), (torch.ones(1, 5, 1), torch.zeros(1, 5, 1))
    expected, maps = theirs(tokens, attention_mask=None, position_embeddings=still)
    both = theirs.query_key_value.weight, theirs.query_key_value.bias
    weights, biases = (split_qkv(part, 3, "heads qkv head_dim") for part in both)
    ours = Attention(small_config(hidden_size=12, num_heads=3)).eval()
    for part, weight, bias in zip((ours.query, ours.key, ours.value), weights, biases, strict=True):
        part.load_state_dict({"weight": weight, "bias": bias})
    ours.out.load_state_dict(theirs.dense.state_dict())
    result, attention = ours(tokens, return_attention=True)
    assert relative_error(result, expected) < 1e-5
    torch.testing.assert_close(attention, maps, rtol=1e-4, atol=1e-6)
