import copy

import pytest
import torch
from torch import nn

import vit_course
from vit_course import VisionTransformer, ViTConfig
from vit_course.lora import LoRA, add_lora, merge_lora

CONFIG = ViTConfig(16, 32, num_heads=2, num_layers=2, image_size=8, patch_size=4, in_channels=1, num_classes=3)


@pytest.fixture
def model():
    torch.manual_seed(0)
    model = VisionTransformer(CONFIG).to(vit_course.device())
    nn.init.normal_(model.head.weight)
    return model.eval()


@pytest.fixture
def images():
    return torch.randn(5, 1, 8, 8)


def shaken(model):
    for module in model.modules():
        if isinstance(module, LoRA):
            nn.init.normal_(module.b)


def test_it_is_the_formula():
    linear = nn.Linear(5, 7)
    layer = LoRA(linear, rank=2, alpha=6.0)
    nn.init.normal_(layer.b)
    x = torch.randn(3, 4, 5)
    expected = x @ (linear.weight + 3.0 * layer.b @ layer.a).T + linear.bias
    torch.testing.assert_close(layer(x), expected)
    torch.testing.assert_close(layer.merged()(x), expected)
    assert isinstance(layer.merged(), nn.Linear) and layer.linear is linear


def test_at_first_nothing_is_changed(model, images):
    before = model(images)
    add_lora(model, rank=2)
    assert torch.equal(model(images), before)


def test_only_the_change_and_the_head_learn(model):
    add_lora(model, rank=2)
    names = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    expected = {f"encoder.layer.{i}.attn.{part}.{x}" for i in (0, 1) for part in ("query", "value") for x in "ab"}
    assert names == expected | {"head.weight", "head.bias"}


def test_merged_it_is_a_plain_model_again_with_the_same_logits(model, images):
    names = set(model.state_dict())
    start = copy.deepcopy(model)(images)
    add_lora(model, rank=2, alpha=4.0)
    shaken(model)
    expected = model(images)
    assert not torch.allclose(expected, start, atol=1e-3)
    merge_lora(model)
    assert set(model.state_dict()) == names
    torch.testing.assert_close(model(images), expected)


def test_a_layer_without_bias_stays_without(images):
    layer = LoRA(nn.Linear(8, 4, bias=False), rank=1, alpha=1.0)
    assert layer.merged().bias is None and layer(images).shape == (5, 1, 8, 4)


@pytest.mark.parametrize("rank", [0, 5])
def test_a_rank_that_makes_no_sense_is_refused(rank):
    with pytest.raises(ValueError, match=f"rank={rank} must be from 1 to 4"):
        LoRA(nn.Linear(8, 4), rank, 1.0)
