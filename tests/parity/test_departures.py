"""The published hybrid against code that departs from it: right shapes, wrong numbers (lesson 06's table)."""

import copy
import dataclasses

import pytest
import torch

from vit_course import CONFIGS, VisionTransformer
from vit_course.exercises.lesson_06.departures import (
    add_to_variance,
    norm_projection_per_channel,
    pad_convolutions_evenly,
    pool_without_padding,
    standardise_weights_by,
)
from vit_course.weights import export_google

from .conftest import relative_error

timm = pytest.importorskip("timm")

pytestmark = pytest.mark.slow

DEPARTURES = {
    "projection": norm_projection_per_channel,
    "pool": pool_without_padding,
    "convolutions": pad_convolutions_evenly,
    "formula": lambda model: standardise_weights_by(model, add_to_variance(1e-5)),
    "timm's formula": lambda model: standardise_weights_by(model, add_to_variance(1e-8)),
}
# Which departures stay, and between what the error of the features lies. Seen: 0.96 thrice, 0.95, 1e-2, 7e-4, 3e-5.
TABLE = [
    (("projection", "pool", "convolutions", "formula"), 0.5, 2),
    (("pool", "convolutions", "formula"), 0.5, 2),
    (("projection", "convolutions", "formula"), 0.5, 2),
    (("projection", "pool", "formula"), 0.5, 2),
    (("formula",), 2e-3, 5e-2),
    ((), 1e-4, 2e-3),
    (("timm's formula",), 0, 1e-4),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    torch.manual_seed(0)
    config = dataclasses.replace(CONFIGS["R50-ViT-B_16"], num_layers=2, gelu="exact")
    ours = VisionTransformer(config).eval()
    for name, parameter in ours.named_parameters():
        if name.endswith("norm3.weight"):  # zero at the start: the branches would be silent
            torch.nn.init.ones_(parameter)
    torch.nn.init.normal_(ours.head.weight, std=0.02)
    path = tmp_path_factory.mktemp("weights") / "hybrid.npz"
    export_google(ours, path)
    theirs = timm.create_model("vit_base_r50_s16_224", depth=2, num_classes=1000).eval()
    timm.models.vision_transformer._load_weights(theirs, str(path))
    images = torch.randn(1, 3, 224, 224)
    with torch.no_grad():
        return ours, images, theirs.patch_embed.backbone(images), theirs(images)


@pytest.mark.parametrize(("departures", "above", "below"), TABLE, ids=lambda value: str(value))
def test_error(models, departures, above, below):
    model, images, features, logits = models
    departed = copy.deepcopy(model)
    for name in departures:
        DEPARTURES[name](departed)
    ours = departed.resnet(images)
    assert ours.shape == features.shape
    in_features = relative_error(ours, features)
    in_logits = relative_error(departed(images), logits)
    print(f"{', '.join(departures) or 'none'}: {in_features:.1e} / {in_logits:.1e}")
    assert above <= in_features < below
    assert in_logits < in_features
