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


def small(size=64, **options):
    return torchvision.models.VisionTransformer(size, 16, 2, 4, 32, 64, num_classes=7, **options)


def ours(**changes):
    config = dataclasses.replace(
        CONFIGS["ViT-B_16"], image_size=64, num_layers=2, num_heads=4, hidden_size=32, mlp_dim=64, num_classes=7
    )
    return VisionTransformer(dataclasses.replace(config, gelu="exact", **changes)).eval()


def test_positions_are_resized_as_torchvision_does():
    reference, other, model = randomise(small()), small(size=96).eval(), ours(image_size=96)
    load_torchvision(model, reference.state_dict())
    resize = torchvision.models.vision_transformer.interpolate_embeddings
    other.load_state_dict(resize(96, 16, reference.state_dict()))
    images = torch.randn(2, 3, 96, 96)
    assert relative_error(model(images), other(images)) < 1e-5


def test_names_from_before_version_0_14():
    reference, model, images = randomise(small()), ours(), torch.randn(2, 3, 64, 64)
    older = {
        name.replace("mlp.0.", "mlp.linear_1.").replace("mlp.3.", "mlp.linear_2."): value
        for name, value in reference.state_dict().items()
    }
    assert older.keys() != reference.state_dict().keys()
    load_torchvision(model, older)
    assert relative_error(model(images), reference(images)) < 1e-5


def test_representation_layer():
    reference, model = randomise(small(representation_size=12)), ours(representation_size=12)
    load_torchvision(model, reference.state_dict())
    images = torch.randn(2, 3, 64, 64)
    assert relative_error(model(images), reference(images)) < 1e-5
