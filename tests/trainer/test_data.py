from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from vit_course.datasets import fashion_mnist
from vit_course.trainer import TrainingError
from vit_course.trainer import images as files
from vit_course.trainer.data import open_data
from vit_course.trainer.images import read_image
from vit_course.trainer.models import make_config, mean_and_deviation


def picture(file, value, size=(12, 9), mode="RGB"):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(file)


@pytest.fixture
def folder(tmp_path):
    """Twenty pictures of each of two classes, each of its own brightness."""
    for number in range(20):
        picture(tmp_path / "bright" / f"{number:02d}.png", (200 + number, 0, 0))
        picture(tmp_path / "dark" / f"{number:02d}.png", (number, 0, 0))
    return tmp_path


def red(part):
    return part.images[:, 0, 0, 0].tolist()


def test_a_folder_is_set_apart_by_class_and_nothing_is_in_two_parts(folder):
    data = open_data(str(folder), 8)
    assert data.classes == ("bright", "dark")
    assert data.train.images.shape == (32, 3, 8, 8) and data.train.images.dtype == torch.uint8
    for part, count in ((data.train, 16), (data.validation, 2), (data.test, 2)):
        assert part.labels.bincount().tolist() == [count, count]
        assert [value < 100 for value in red(part)] == [label == 1 for label in part.labels]
    everything = red(data.train) + red(data.validation) + red(data.test)
    assert len(set(everything)) == len(everything) == 40
    assert red(open_data(str(folder), 8).test) == red(data.test)
    assert red(open_data(str(folder), 8, seed=1).test) != red(data.test)


def test_parts_that_are_there_are_taken(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("parts")
    for part, count in (("train", 9), ("val", 4), ("test", 5)):
        for number in range(count):
            picture(root / part / "a" / f"{number}.jpg", (number, 0, 0))
            picture(root / part / "b" / "deeper" / f"{number}.JPEG", (0, number, 0))
    data = open_data(str(root), 8)
    assert [len(part.labels) for part in data[:3]] == [18, 8, 10]


def test_every_kind_of_image_becomes_colour(tmp_path):
    for mode, value in (
        ("L", 90),
        ("RGBA", (90, 90, 90, 30)),
        ("P", 3),
        ("CMYK", (0, 0, 0, 100)),
        ("1", 1),
        ("I;16", 9),
    ):
        picture(tmp_path / f"{mode[0]}.tif" if mode == "CMYK" else tmp_path / f"{mode[0]}.png", value, mode=mode)
    for file in tmp_path.iterdir():
        assert read_image(file, 8).shape == (3, 8, 8), file
    assert read_image(tmp_path / "L.png", 8, channels=1).unique().tolist() == [90]


def test_the_middle_is_kept_and_nothing_distorted(tmp_path):
    picture = np.zeros((8, 24, 3), np.uint8)
    picture[:, 8:16] = 255
    Image.fromarray(picture).save(tmp_path / "wide.png")
    assert read_image(tmp_path / "wide.png", 8).float().mean() == 255


def test_limit_keeps_training_images_drawn_with_the_seed(folder):
    data = open_data(str(folder), 8, limit=10)
    assert len(data.train.labels) == 10 and len(data.test.labels) == 4
    assert red(data.train) != sorted(red(data.train), reverse=True)
    few = open_data(str(folder), 8, limit=3)
    assert red(few.train) == red(data.train)[:3], "and nothing else is drawn by it"
    assert red(few.test) == red(data.test)
    with pytest.raises(TrainingError, match="limit=0 must be at least 1"):
        open_data(str(folder), 8, limit=0)


def test_an_image_that_cannot_be_read_is_named_and_can_be_left_out(folder, capsys):
    broken = folder / "dark" / "07.png"
    broken.write_bytes(broken.read_bytes()[:40])
    with pytest.raises(TrainingError, match=r"dark/07\.png can't be read as an image: .*--unreadable skip"):
        open_data(str(folder), 8)
    data = open_data(str(folder), 8, unreadable="skip")
    assert sum(len(part.labels) for part in data[:3]) == 39
    assert "left out: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda root: (root / "empty").mkdir(), "class folder .*empty has no image"),
        (lambda root: [file.unlink() for file in (root / "dark").iterdir()], "class folder .*dark has no image"),
        (lambda root: (root / "dark").rename(root / ".dark"), "at least two, and has only one, 'bright'"),
        (
            lambda root: [(root / name).rename(root / f".{name}") for name in ("dark", "bright")],
            "at least two, and has none",
        ),
        (
            lambda root: [file.unlink() for file in sorted((root / "dark").iterdir())[2:]],
            "class .dark. has 2 images, and needs at",
        ),
    ],
)
def test_a_folder_that_nothing_can_be_learned_from_is_refused(spoil, message, folder):
    spoil(folder)
    with pytest.raises(TrainingError, match=message):
        open_data(str(folder), 8)


def test_a_class_that_training_lacks_is_named(tmp_path):
    for name in ("train/a", "train/b", "val/a", "val/c"):
        for number in range(3):
            picture(tmp_path / name / f"{number}.png", 9, mode="L")
    with pytest.raises(TrainingError, match="has the class 'c', which the training images lack: a, b"):
        open_data(str(tmp_path), 8)


def test_too_many_images_for_memory_and_disk_are_refused(folder):
    message = r"40 images of 1000000 x 1000000 need 120000\.0 GB; .* of memory and .* are free: take a smaller"
    with pytest.raises(TrainingError, match=message):
        open_data(str(folder), 1_000_000)


def test_what_is_too_much_for_the_memory_lies_in_a_file_that_goes(folder, tmp_path_factory, monkeypatch):
    whole = open_data(str(folder), 8)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("VIT_COURSE_HOME", str(home))
    monkeypatch.setattr(files.psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    mapped = []
    before = torch.from_file
    monkeypatch.setattr(torch, "from_file", lambda *given, **named: mapped.append(given) or before(*given, **named))
    data = open_data(str(folder), 8)
    assert len(mapped) == 1 and Path(mapped[0][0]).parent == home and not list(home.iterdir())
    for ours, theirs in zip(data[:3], whole[:3], strict=True):
        assert torch.equal(ours.images, theirs.images) and torch.equal(ours.labels, theirs.labels)


def test_images_become_grey_or_coloured_as_a_model_wants_them(folder):
    grey = open_data(str(folder), 8, channels=1)
    assert grey.train.images.shape == (32, 1, 8, 8)
    assert grey.test.images.unique().tolist() == [
        round(0.299 * value) for value in sorted(red(open_data(str(folder), 8).test))
    ]
    coloured = open_data("fashion-mnist", 32, channels=3, limit=5)
    assert coloured.train.images.shape == (5, 3, 32, 32) and coloured.train.images.dtype == torch.uint8
    own = open_data("fashion-mnist", limit=5)
    assert own.train.images.shape == (5, 1, 28, 28)
    expected = F.interpolate(own.train.images.float(), 32, mode="bilinear", antialias=True).round()
    for channel in coloured.train.images.split(1, dim=1):
        torch.testing.assert_close(channel.float(), expected, atol=1.0, rtol=0.0)


def test_fashion_mnist_is_as_the_lessons_have_it():
    data = open_data("fashion-mnist")
    assert torch.equal(data.validation.labels, fashion_mnist("validation", "cpu").labels)
    assert [len(part.labels) for part in data[:3]] == [55_000, 5_000, 10_000]
    mean, std = mean_and_deviation(data.train)
    assert mean[0] == pytest.approx(0.286, abs=1e-3) and std[0] == pytest.approx(0.353, abs=1e-3)


def test_what_is_no_data_and_what_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path))
    with pytest.raises(TrainingError, match="no data 'fashion': it is neither fashion-mnist, cifar10"):
        open_data("fashion")
    with pytest.raises(TrainingError, match=r"cifar10 is not in .*: add --download"):
        open_data("cifar10")


def test_a_config_fits_the_images_or_says_why_not():
    assert make_config("tiny", 28, 1, 10).grid == (4, 4)
    assert make_config("ViT-B_16", 384, 3, 5).grid == (24, 24)
    with pytest.raises(TrainingError, match="did you mean 'tiny'"):
        make_config("tinny", 28, 1, 10)
    with pytest.raises(TrainingError, match=r"--config ViT-B_16: image_size=28 cannot be cut.*"):
        make_config("ViT-B_16", 28, 1, 10)


def test_a_channel_that_is_the_same_everywhere_is_not_divided_by_nothing():
    from vit_course.datasets import LabelledImages

    images = torch.full((4, 3, 8, 8), 51, dtype=torch.uint8)
    images[0, 0] = 0
    mean, std = mean_and_deviation(LabelledImages(images, torch.zeros(4, dtype=torch.int64)))
    assert mean[1:] == (0.2, 0.2) and std[1:] == (1.0, 1.0) and 0 < std[0] < 1
