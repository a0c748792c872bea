"""The same weights in torchvision's models and in ours give the same logits."""

import dataclasses

import pytest
import torch
import torchvision

from vit_course import CONFIGS, VisionTransformer
from vit_course.weights import load_torchvision

from .conftest import randomise, relative_error

pytestmark = pytest.mark.slow


def test_vit_b_16():
    reference, images = randomise(torchvision.models.vit_b_16()), torch.randn(1, 3, 224, 224)
    model = VisionTransformer(dataclasses.replace(CONFIGS["ViT-B_16"], gelu="exact")).eval()
    load_torchvision(model, reference.state_dict())
    expected = reference(images)
    assert relative_error(model(images), expected) < 1e-5
    assert relative_error(model(images, return_attention=True)[0], expected) < 1e-5


def test_representation_layer():
    reference = randomise(
        torchvision.models.VisionTransformer(64, 16, 2, 4, 32, 64, num_classes=7, representation_size=12)
    )
    config = dataclasses.replace(
        CONFIGS["ViT-B_16"], image_size=64, num_layers=2, num_heads=4, hidden_size=32, mlp_dim=64, num_classes=7
    )
    model = VisionTransformer(dataclasses.replace(config, representation_size=12, gelu="exact")).eval()
    load_torchvision(model, reference.state_dict())
    images = torch.randn(2, 3, 64, 64)
    assert relative_error(model(images), reference(images)) < 1e-5
