"""What the lessons look at: four photographs, and the 70,000 garments of Fashion-MNIST. Nothing here needs a network.

The photographs come with scikit-image (chelsea, coffee and rocket are CC0, astronaut is in the public domain).
Fashion-MNIST (Xiao et al., arXiv 1708.07747; MIT licence) lies in data/, as published.
"""

import functools
import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Float, Int64, UInt8
from torch import Tensor

from vit_course.app.files import write_whole
from vit_course.app.home import own_folder
from vit_course.app.suggest import unknown
from vit_course.datasets import published
from vit_course.device import device as default_device

DATA = Path(__file__).parents[2] / "data"
PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")
GARMENTS = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
MEAN, STD = 0.2860, 0.3530  # of all pixels of the 60,000 training images, black 0 and white 1

SPLITS: dict[str, tuple[bool, slice]] = {  # from the training file or not, and which of its images
    "train": (True, slice(0, 55_000)),
    "validation": (True, slice(55_000, 60_000)),
    "train+validation": (True, slice(0, 60_000)),
    "test": (False, slice(0, 10_000)),
}


class LabelledImages(NamedTuple):
    """Images with the number of the class that each belongs to."""

    images: UInt8[Tensor, "batch channels height width"]
    labels: Int64[Tensor, " batch"]


def photograph(name: str, size: int | tuple[int, int] = 224) -> Float[Tensor, "channels height width"]:
    """One of the four `PHOTOGRAPHS` in colour, values from 0 to 1; `size` is in pixels, (height, width) if not square.

    The largest part of the middle that has the wanted proportions is cut out and resized, so nothing is distorted.

    Raises ValueError for a name that is none of them.
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(unknown("photograph", name, PHOTOGRAPHS))
    import skimage.data  # here, as torchvision below: they take a while, and each notebook begins with this module
    from torchvision.transforms.v2 import functional as transforms

    height, width = size if isinstance(size, tuple) else (size, size)
    image = transforms.to_dtype(transforms.to_image(getattr(skimage.data, name)()), torch.float32, scale=True)
    scale = min(image.shape[-2] / height, image.shape[-1] / width)
    image = transforms.center_crop(image, [round(height * scale), round(width * scale)])
    # Without antialiasing, a photograph made smaller keeps one pixel of several and shows patterns that are not there.
    image = transforms.resize(image, [height, width], antialias=True)
    return image.clamp(0, 1).as_subclass(Tensor)  # rounding may leave a white pixel a little above 1


def fashion_mnist(split: str, device: torch.device | str | None = None) -> LabelledImages:
    """28 x 28 grey images of garments, [count, 1, 28, 28], and their labels, which count into `GARMENTS`.

    "train" has 55,000, "validation" the 5,000 after them, "train+validation" both, "test" 10,000. `device` is that of
    the session unless given. The data is read once and shared by all who call: do not change it in place.

    Raises ValueError for an unknown split, and RuntimeError where a file in data/ is missing or damaged.
    """
    if split not in SPLITS:
        raise ValueError(unknown("split", split, SPLITS))
    train, part = SPLITS[split]
    data = _read(train, torch.device(device) if device else default_device())
    return LabelledImages(data.images[part], data.labels[part])


def normalise(
    images: UInt8[Tensor, "batch channels height width"],
) -> Float[Tensor, "batch channels height width"]:
    """Bytes to numbers that have mean 0 and standard deviation 1 over the training images."""
    return (images.float() / 255 - MEAN) / STD


def batches(data: LabelledImages, batch_size: int, seed: int = 0) -> Iterator[LabelledImages]:
    """Batches without end, in a new random order each time that all images were seen; the last one may be smaller.

    The order depends on the seed alone: it is drawn on the CPU, wherever the data is.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        for index in (
            torch.randperm(len(data.labels), generator=generator, device="cpu").to(data.labels.device).split(batch_size)
        ):
            yield LabelledImages(data.images[index], data.labels[index])


@functools.cache
def _read(train: bool, device: torch.device) -> LabelledImages:
    from torchvision.datasets import FashionMNIST

    garments = FashionMNIST(_unpacked(DATA), train=train)
    return LabelledImages(garments.data[:, None].to(device), garments.targets.to(device))


@functools.cache
def _unpacked(root: Path) -> Path:
    """The folder in which Fashion-MNIST lies unpacked, each archive as published, and each file as its archive has it.

    That is data/ itself or, where only others may write there, the learner's own folder. Several notebooks may unpack
    at once: each file appears whole, and what is already there is left alone.
    """
    from torchvision.datasets import FashionMNIST
    from torchvision.datasets.utils import check_integrity

    raw = root / "FashionMNIST" / "raw"
    archives = [name for name, _ in FashionMNIST.resources]
    for name, md5 in FashionMNIST.resources:
        if not check_integrity(raw / name, md5):
            state = "is not what was published: it was cut short or changed" if (raw / name).exists() else "is missing"
            command = published.remedy(root, f"FashionMNIST/raw/{name}")
            raise RuntimeError(f"{raw / name} {state}. To get it back: {command}")
    home = root if os.access(raw, os.W_OK) else own_folder()
    for folder in dict.fromkeys((root, home)):
        if all(_is_whole(folder / "FashionMNIST" / "raw" / Path(name).stem, raw / name) for name in archives):
            return folder
    target = home / "FashionMNIST" / "raw"
    target.mkdir(parents=True, exist_ok=True)
    for name in archives:
        if not _is_whole(target / Path(name).stem, raw / name):
            write_whole(target / Path(name).stem, gzip.decompress((raw / name).read_bytes()))
    return home


def _is_whole(unpacked: Path, archive: Path) -> bool:
    """Whether a file is what its archive holds, whose last eight bytes are its check sum and length."""
    if not unpacked.exists():
        return False
    content = unpacked.read_bytes()
    trailer = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    return archive.read_bytes().endswith(trailer)
