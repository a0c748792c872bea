"""What a weight file is, its content says; what is wrong with it, one line."""

import argparse
import pickle

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import nn

from vit_course import VisionTransformer
from vit_course.exercises.engine.small import small_config
from vit_course.weights import WeightsError, export_google, load_google, load_timm, load_torchvision


@pytest.fixture
def model():
    return VisionTransformer(small_config(num_classes=5)).eval()


def message(loader, model, path):
    with pytest.raises(WeightsError) as error:
        loader(model, path)
    text = str(error.value)
    assert len(text.splitlines()) == 1 and "weights_only" not in text and "add_safe_globals" not in text
    return text


def written(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: fetch it again"),
        (b"\n<!DOCTYPE html><html>404</html>", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n", "is a pointer of Git LFS"),
        (pickle.dumps({"args": argparse.Namespace(lr=1)}), "holds more than tensors: what pickle alone can read"),
        (b"\x00\x01\x02\x03 nonsense that nothing reads", "is not a state dict, or is damaged or cut short"),
    ],
)
def test_what_is_no_weight_file_is_said_to_be_what_it_is(content, words, model, tmp_path):
    assert words in message(load_timm, model, written(tmp_path / "model.pth", content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: {"model": nn.Linear(2, 2).state_dict(), "args": argparse.Namespace(lr=1)}, "argparse.Namespace"),
        (lambda: nn.Linear(2, 2), "torch.nn.modules.linear.Linear"),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_python_objects_are_named_and_not_called_damage(content, words, new, model, tmp_path):
    torch.save(content(), tmp_path / "model.pth", _use_new_zipfile_serialization=new)
    text = message(load_timm, model, tmp_path / "model.pth")
    assert f"holds more than tensors: {words}" in text and "model.state_dict()" in text and "damaged" not in text


def test_each_loader_knows_the_other_kinds(model, tmp_path):
    torch.save(model.state_dict(), tmp_path / "model.pth")
    export_google(model, tmp_path / "model.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    text = message(load_google, model, tmp_path / "model.pth")
    assert "is a file that torch.save wrote, and not an .npz file of arrays: load_timm and the like read it" in text
    text = message(load_torchvision, model, tmp_path / "model.npz")
    assert "is an .npz file of arrays, and not a file that torch.save wrote: load_google reads it" in text
    assert "is a single array of NumPy" in message(load_google, model, tmp_path / "one.npy")


def test_suffixes_do_not_matter(model, tmp_path):
    timms = {"head.bias": torch.ones(5)}
    safetensors.torch.save_file(timms, tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match=r"missing: head\.weight"):
        load_timm(model, tmp_path / "pytorch_model.bin")
    export_google(model, tmp_path / "model.bin")
    load_google(model, tmp_path / "model.bin")
