import itertools
import shutil
import socket
import threading

import pytest
import torch
from torchvision.datasets import FashionMNIST

from vit_course.datasets import (
    GARMENTS,
    MEAN,
    PHOTOGRAPHS,
    STD,
    LabelledImages,
    batches,
    fashion_mnist,
    images,
    normalise,
    photograph,
)
from vit_course.datasets.published import quoted

ARCHIVES = [name for name, _ in FashionMNIST.resources]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A data folder of this test's own, with the archives and nothing unpacked. Gives the folder of the archives."""
    data = tmp_path / "clone" / "data"
    raw = data / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (data.parent / ".git").mkdir()
    (data.parent / "pyproject.toml").touch()
    for name in ARCHIVES:
        shutil.copy(images.DATA / "FashionMNIST" / "raw" / name, raw)
    monkeypatch.setattr(images, "DATA", data)
    images._read.cache_clear()
    yield raw
    images._read.cache_clear()


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_photograph(name):
    image = photograph(name)
    assert image.shape == (3, 224, 224) and image.dtype == torch.float32 and type(image) is torch.Tensor
    assert 0 <= image.min() < 0.1 and 0.8 < image.max() <= 1
    assert photograph(name, 64).shape == (3, 64, 64)


def test_photograph_is_neither_distorted_nor_off_centre():
    """A wide cut of the middle, made by hand, is the middle rows of the square one."""
    square, wide = photograph("chelsea", 300), photograph("chelsea", (100, 300))
    assert wide.shape == (3, 100, 300)
    import skimage.data

    original = (
        torch.from_numpy(skimage.data.chelsea().copy()).to(square.device).permute(2, 0, 1) / 255
    )  # 300 rows, 451 columns
    assert any(torch.allclose(square, original[:, :, left : left + 300], atol=1e-6) for left in (75, 76))
    assert abs(wide.mean() - original[:, 75:225].mean()) < 0.01


def test_photograph_is_antialiased():
    """Small versions agree with the mean of the pixels that each of theirs covers."""
    large = photograph("astronaut", 512)
    covered = large.unfold(1, 16, 16).unfold(2, 16, 16).mean((-1, -2))
    assert (photograph("astronaut", 32) - covered).abs().mean() < 0.02


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="no photograph 'chelsae': did you mean 'chelsea'"):
        photograph("chelsae")
    with pytest.raises(ValueError, match="no split 'valid': did you mean 'validation'"):
        fashion_mnist("valid")


def test_splits():
    train, validation, both, test = (
        fashion_mnist(split, "cpu") for split in ("train", "validation", "train+validation", "test")
    )
    assert [len(split.images) for split in (train, validation, both, test)] == [55_000, 5_000, 60_000, 10_000]
    for pictures, labels in (train, validation, both, test):
        assert pictures.shape[1:] == (1, 28, 28) and pictures.dtype == torch.uint8
        assert labels.shape == pictures.shape[:1] and labels.dtype == torch.int64
        assert labels.unique().tolist() == list(range(len(GARMENTS)))
    assert torch.equal(both.images, torch.cat([train.images, validation.images]))
    assert torch.equal(both.labels, torch.cat([train.labels, validation.labels]))
    assert tuple(FashionMNIST.classes) == GARMENTS
    assert fashion_mnist("train", "cpu").images.data_ptr() == train.images.data_ptr(), "read again, not shared"


def test_device_is_that_of_the_session(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "meta")  # a device without numbers, but there everywhere
    assert fashion_mnist("test").images.device.type == "meta"


def test_normalise_uses_the_statistics_of_the_training_images():
    images = fashion_mnist("train+validation", "cpu").images
    pixels = images.double() / 255
    assert round(pixels.mean().item(), 4) == MEAN and round(pixels.std().item(), 4) == STD
    normal = normalise(images)
    assert normal.dtype == torch.float32 and normal.shape == images.shape
    assert abs(normal.mean()) < 1e-3 and abs(normal.std() - 1) < 1e-3


def test_batches_go_through_all_images_in_an_order_that_the_seed_decides():
    data = LabelledImages(torch.arange(10, dtype=torch.uint8).reshape(10, 1, 1, 1), torch.arange(10))
    three = list(itertools.islice(batches(data, 4, seed=1), 6))
    assert [len(batch.labels) for batch in three] == [4, 4, 2] * 2
    assert all(torch.equal(batch.images.flatten().long(), batch.labels) for batch in three)
    order = torch.cat([batch.labels for batch in three])
    assert sorted(order[:10].tolist()) == sorted(order[10:].tolist()) == list(range(10))
    assert not torch.equal(order[:10], order[10:]), "the second round has the order of the first"
    again, other = (torch.cat([b.labels for b in itertools.islice(batches(data, 4, seed), 6)]) for seed in (1, 2))
    assert torch.equal(order, again) and not torch.equal(order, other)


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("damage", ["cut short", "changed", "missing"])
def test_damaged_archive_is_named_with_the_remedy(copy, name, damage):
    file = copy / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(content if damage == "changed" else content[:-100])
    with pytest.raises(RuntimeError, match=f"{damage}.*checkout -- data/FashionMNIST/raw/{name}") as error:
        fashion_mnist("test", "cpu")
    assert str(file) in str(error.value)
    assert f"git -C {quoted(copy.parents[1].parent)} checkout" in str(error.value)  # copy is data/FashionMNIST/raw


@pytest.mark.parametrize("damage", ["cut short", "changed"])
def test_broken_off_unpacking_mends_itself(copy, damage):
    expected = fashion_mnist("test", "cpu")
    for name in ARCHIVES:
        unpacked = copy / name.removesuffix(".gz")
        content = unpacked.read_bytes()
        unpacked.write_bytes(content[:100] if damage == "cut short" else bytes(len(content)))
    images._unpacked.cache_clear()
    images._read.cache_clear()
    assert all(torch.equal(a, b) for a, b in zip(fashion_mnist("test", "cpu"), expected, strict=True))


def test_several_that_unpack_at_once_all_find_it_whole(copy):
    expected = fashion_mnist("test", "cpu").labels.clone()
    for name in ARCHIVES:
        (copy / name.removesuffix(".gz")).unlink()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(images._unpacked.__wrapped__(images.DATA))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    images._read.cache_clear()
    assert found == [images.DATA] * 4 and torch.equal(fashion_mnist("test", "cpu").labels, expected)
    assert sorted(path.name for path in copy.iterdir() if path.name.startswith(".")) == []


def test_where_only_others_may_write_what_is_there_is_used(copy, monkeypatch):
    fashion_mnist("test", "cpu")  # unpacked by whoever may
    before = {path.name: path.stat().st_mtime_ns for path in copy.iterdir()}
    monkeypatch.setattr(images.os, "access", lambda path, mode: False)
    assert images._unpacked.__wrapped__(images.DATA) == images.DATA
    assert {path.name: path.stat().st_mtime_ns for path in copy.iterdir()} == before


def test_where_only_others_may_write_it_is_unpacked_once_in_the_learners_own_folder(copy, monkeypatch):
    for name in ARCHIVES:
        (copy / name.removesuffix(".gz")).unlink(missing_ok=True)
    before = sorted(copy.iterdir())
    monkeypatch.setattr(images.os, "access", lambda path, mode: False)
    home = images._unpacked.__wrapped__(images.DATA)
    assert home == images.own_folder() and home != images.DATA and sorted(copy.iterdir()) == before
    written = {path: path.stat().st_mtime_ns for path in (home / "FashionMNIST" / "raw").iterdir()}
    assert len(written) == 4 and images._unpacked.__wrapped__(images.DATA) == home
    assert {path: path.stat().st_mtime_ns for path in (home / "FashionMNIST" / "raw").iterdir()} == written
    assert len(FashionMNIST(home, train=False).data) == 10_000
