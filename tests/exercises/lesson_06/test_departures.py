"""The departures of the article's code change what they say and nothing else."""

import dataclasses

import pytest
import torch

from vit_course import ResNetConfig, VisionTransformer, ViTConfig
from vit_course.exercises.lesson_06.departures import (
    add_to_variance,
    norm_projection_per_channel,
    pad_convolutions_evenly,
    pool_without_padding,
    standardise_weights_by,
)
from vit_course.resnet import standardise_weight

HYBRID = ViTConfig(
    hidden_size=12, mlp_dim=20, num_heads=3, num_layers=1, image_size=64, patch_size=1, resnet=ResNetConfig((1, 2))
)
DEPARTURES = {
    "projection": norm_projection_per_channel,
    "pool": pool_without_padding,
    "convolutions": pad_convolutions_evenly,
    "formula": lambda model: standardise_weights_by(model, add_to_variance(1e-2)),
}


@pytest.fixture
def model():
    torch.manual_seed(0)
    model = VisionTransformer(HYBRID).eval()
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1 or name.startswith("head"):
            torch.nn.init.normal_(parameter)
    return model


@pytest.mark.parametrize("name", DEPARTURES)
def test_each_changes_the_numbers_and_keeps_shapes_and_weights(model, name):
    images = torch.randn(1, 3, 64, 64)
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    features, logits = model.resnet(images), model(images)
    DEPARTURES[name](model)
    assert model.resnet(images).shape == features.shape
    assert (model.resnet(images) - features).norm() > 1e-3 * features.norm()
    assert not torch.equal(model(images), logits)
    assert model.state_dict().keys() == weights.keys()
    assert all(torch.equal(weights[key], value) for key, value in model.state_dict().items())


def test_they_add_up_in_any_order(model):
    images, other = torch.randn(1, 3, 64, 64), VisionTransformer(HYBRID).eval()
    other.load_state_dict(model.state_dict())
    for departure in DEPARTURES.values():
        departure(model)
    for departure in reversed(DEPARTURES.values()):
        departure(other)
    assert torch.equal(model(images), other(images))


def test_formula_put_back(model):
    images = torch.randn(1, 3, 64, 64)
    expected = model(images)
    standardise_weights_by(model, add_to_variance(1e-2))
    standardise_weights_by(model, standardise_weight)
    torch.testing.assert_close(model(images), expected, rtol=1e-5, atol=1e-5)


def test_eps_under_the_root():
    weight = 0.1 * torch.randn(4, 3, 3, 3)
    weight -= weight.mean(dim=(1, 2, 3), keepdim=True)
    deviation = weight.flatten(1).std(dim=1, correction=0)
    standard = add_to_variance(1e-2)(weight).flatten(1).std(dim=1, correction=0)
    torch.testing.assert_close(standard, deviation / (deviation**2 + 1e-2).sqrt())


def test_a_model_without_resnet_is_left_alone():
    plain = VisionTransformer(dataclasses.replace(HYBRID, resnet=None, patch_size=16))
    modules = list(plain.modules())
    for departure in DEPARTURES.values():
        departure(plain)
    assert list(map(id, plain.modules())) == list(map(id, modules))
