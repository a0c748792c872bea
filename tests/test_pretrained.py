import shutil

import pytest
import torch

from vit_course import pretrained
from vit_course.datasets import LabelledImages, fashion_mnist
from vit_course.datasets.published import quoted
from vit_course.pretrained import CONFIG, WEIGHTS, load_garment_classifier, save
from vit_course.training import evaluate
from vit_course.vision_transformer import VisionTransformer


def test_it_is_what_the_recipe_makes_and_small():
    model = load_garment_classifier("cpu")
    assert model.config == CONFIG and CONFIG.classifier == "token" and CONFIG.resnet is None
    assert not model.training
    assert WEIGHTS.stat().st_size <= 2_000_000


def test_it_recognises_garments():
    test = fashion_mnist("test", "cpu")
    first = LabelledImages(test.images[:2000], test.labels[:2000])
    assert evaluate(load_garment_classifier("cpu"), first) >= 0.9


def test_device_is_that_of_the_session(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "meta")  # a device without numbers, but there everywhere
    assert load_garment_classifier().embeddings.cls_token.device.type == "meta"


def test_saved_and_loaded_it_is_the_same(tmp_path, monkeypatch):
    torch.manual_seed(0)
    model = VisionTransformer(CONFIG)
    monkeypatch.setattr(pretrained, "WEIGHTS", tmp_path / "model.safetensors")
    save(model, pretrained.WEIGHTS)
    loaded = load_garment_classifier().state_dict()
    assert all(torch.equal(value, loaded[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("damage", ["cut short", "changed", "missing"])
def test_damaged_file_is_named_with_the_remedy(tmp_path, monkeypatch, damage):
    copy = tmp_path / "data" / "weights" / WEIGHTS.name
    copy.parent.mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()  # a clone
    (tmp_path / ".git").mkdir()
    shutil.copy(WEIGHTS.parents[1] / "SHA256SUMS", copy.parents[1])
    content = bytearray(WEIGHTS.read_bytes())
    content[-100] ^= 1  # a weight: the file is well-formed as before
    if damage != "missing":
        copy.write_bytes(content if damage == "changed" else content[:-100])
    monkeypatch.setattr(pretrained, "WEIGHTS", copy)
    with pytest.raises(RuntimeError, match=damage) as error:
        load_garment_classifier("cpu")
    assert str(copy) in str(error.value)
    assert f"git -C {quoted(tmp_path)} checkout -- data/weights/fashion_vit.safetensors" in str(error.value)
