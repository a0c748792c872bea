"""A convolutional stem in place of large patches."""

import json
from dataclasses import asdict, replace

import pytest
import torch

import vit_course
from vit_course import VisionTransformer, ViTConfig
from vit_course.stem import ConvStem
from vit_course.weights import WeightsError, export_google

CONFIG = ViTConfig(
    16, 32, num_heads=2, num_layers=1, image_size=28, patch_size=1, in_channels=1, num_classes=3, stem=(4, 6, 8)
)


def test_each_convolution_halves_and_rounds_up():
    stem = ConvStem(1, (4, 6, 8))
    images = torch.randn(2, 1, 28, 20)
    shapes = []
    for layer in stem.layer:
        images = layer(images)
        shapes.append(list(images.shape))
    assert shapes == [[2, 4, 14, 10], [2, 6, 7, 5], [2, 8, 4, 3]]


def test_an_image_does_not_depend_on_the_others():
    torch.manual_seed(0)
    stem = ConvStem(1, (4, 6)).train()
    images = torch.randn(3, 1, 12, 12)
    torch.testing.assert_close(stem(images)[1:2], stem(images[1:2]))


def test_the_model_has_the_grid_that_the_stem_leaves():
    torch.manual_seed(0)
    assert CONFIG.grid == (4, 4) and CONFIG.patch_channels == 8 and CONFIG.pixels_per_patch == 8
    model = VisionTransformer(CONFIG).to(vit_course.device())
    logits, attention = model(torch.randn(2, 1, 28, 28), return_attention=True)
    assert logits.shape == (2, 3) and attention[0].shape == (2, 2, 17, 17)
    assert ViTConfig(**json.loads(json.dumps(asdict(CONFIG)))) == CONFIG
    assert replace(CONFIG, image_size=(30, 17)).grid == (4, 3)
    alone = VisionTransformer(replace(CONFIG, num_layers=0, classifier="gap")).to(vit_course.device())
    assert alone(torch.randn(2, 1, 28, 28)).shape == (2, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stem": (4, 0)}, r"stem=\(4, 0\) must be numbers of channels, each at least 1"),
        ({"patch_size": 3}, r"image_size=28 becomes a map of 4 x 4 cells, which patch_size=3 does not tile"),
        ({"resnet": vit_course.ResNetConfig(())}, "one of them can look first, not both"),
        ({"image_size": 0}, "image_size=0 cannot be cut"),
    ],
)
def test_what_does_not_fit_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **changes)


def test_googles_layout_has_no_place_for_it(tmp_path):
    with pytest.raises(WeightsError, match=r"no place for .*stem\.layer\.0"):
        export_google(VisionTransformer(CONFIG), tmp_path / "model.npz")
