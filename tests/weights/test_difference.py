"""Two models on the same images: where do they part?"""

import copy

import pytest
import torch
import torchvision
from torch import nn

from vit_course import VisionTransformer, device
from vit_course.exercises.engine.small import small_config
from vit_course.weights import first_difference, load_torchvision

CONFIG = small_config(num_layers=3, num_classes=5, gelu="exact")
IMAGES = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)).to(device())


@pytest.fixture
def pair():
    """A model and a copy of it, no parameter zero."""
    torch.manual_seed(0)
    model = VisionTransformer(CONFIG).eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.3)
    return model, copy.deepcopy(model)


def test_equal_models_have_none(pair):
    assert first_difference(*pair, IMAGES) is None


@pytest.mark.parametrize(
    ("name", "stage", "agreed"),
    [
        ("embeddings.position_embeddings", "embeddings", "embeddings.patch_embeddings"),
        ("encoder.layer.1.attn.key.weight", "encoder.layer.1.attn.key", "encoder.layer.1.attn.query"),
        ("encoder.layer.2.ffn_norm.bias", "encoder.layer.2.ffn_norm", "encoder.layer.2.attn"),
        ("head.bias", "head", "encoder"),
    ],
)
def test_the_first_stage_is_named_and_the_last_that_agrees(name, stage, agreed, pair):
    model, other = pair
    other.get_parameter(name).data.add_(torch.rand_like(other.get_parameter(name)))
    found = first_difference(model, other, IMAGES)
    assert (found.stage, found.theirs, found.agreed) == (stage, stage, agreed) and found.error > 1e-3
    assert str(found).startswith(f"{stage} is the first to differ, by ") and str(found).endswith("still agrees")
    assert not any(module._forward_hooks for module in (*model.modules(), *other.modules()))


def test_what_is_no_module_shows_in_what_comes_out(pair):
    model, other = pair
    other.classify = lambda tokens: model.classify(tokens) + 1
    assert first_difference(model, other, IMAGES).stage == "what comes out"


def test_shapes_and_numbers_that_are_not_finite(pair):
    model, other = pair
    other.head.bias.data[0] = torch.nan
    assert "in shape, or it is not finite" in str(first_difference(model, other, IMAGES))


def test_a_model_of_another_library():
    torch.manual_seed(0)
    theirs = torchvision.models.VisionTransformer(16, 4, 3, 3, 12, 20, num_classes=5).eval()
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.3)
    for module in theirs.modules():
        if isinstance(module, nn.LayerNorm):
            module.eps = 1e-6
    model = VisionTransformer(CONFIG).eval()
    load_torchvision(model, theirs.state_dict())
    assert first_difference(model, theirs, IMAGES) is None
    model.encoder.layer[1].ffn.fc2.bias.data += 1
    found = first_difference(model, theirs, IMAGES)
    assert str(found).startswith("encoder.layer.1.ffn (encoder.layers.encoder_layer_1.mlp in the other) is the first")


def test_stages_of_ones_own(pair):
    model, _ = pair
    other = nn.Sequential(copy.deepcopy(model.embeddings), copy.deepcopy(model.encoder))
    with pytest.raises(ValueError, match="the stages of a Sequential are not known: say stages="):
        first_difference(model, other, IMAGES)
    with pytest.raises(ValueError, match=r"a Sequential has no module '0\.patches'"):
        first_difference(model, other, IMAGES, stages={"embeddings": "0.patches"})
    found = first_difference(model, other, IMAGES, stages={"embeddings": "0", "encoder": "1"})
    assert found.stage == "what comes out" and found.agreed == "encoder"  # tokens, not logits
