"""Images from files: found in folders, decoded into bytes of one size, in memory or, where it is too small, on disk."""

import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import torch
import torchvision
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torchvision.transforms.v2 import functional as transforms

from vit_course.app.bar import progress_bar
from vit_course.app.home import own_folder
from vit_course.app.suggest import unknown
from vit_course.datasets import LabelledImages
from vit_course.trainer.errors import TrainingError

PARTS = {"train": ("train", "training"), "validation": ("val", "valid", "validation"), "test": ("test",)}
SUFFIXES = set(torchvision.datasets.folder.IMG_EXTENSIONS)
File = tuple[Path, int]  # and the label of its class


def folder_parts(root: Path) -> dict[str, Path]:
    """The folders that set parts apart, by the name of the part."""
    found = {part: next((root / n for n in names if (root / n).is_dir()), None) for part, names in PARTS.items()}
    return {part: folder for part, folder in found.items() if folder}


def folder_classes(folder: Path) -> tuple[str, ...]:
    classes = tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != "."))
    if len(classes) < 2:
        what = f"only one, {classes[0]!r}" if classes else "none"
        raise TrainingError(f"{folder} must have one folder for each class, at least two, and has {what}")
    return classes


def files_of(folder: Path, classes: Sequence[str]) -> list[File]:
    """The images of a folder. Raises TrainingError for a class that is not among `classes`, and for one without any."""
    if strange := sorted(set(folder_classes(folder)) - set(classes)):
        raise TrainingError(
            f"{folder} has the class {strange[0]!r}, which the training images lack: {', '.join(classes)}"
        )
    files = []
    for label, name in enumerate(classes):
        here = [file for file in sorted((folder / name).rglob("*")) if file.suffix.lower() in SUFFIXES]
        if not here:
            raise TrainingError(f"the class folder {folder / name} has no image: remove it, or put images in")
        files += [(file, label) for file in here]
    return files


def decoded(
    parts: Mapping[str, list[File]], classes: Sequence[str], image_size: int, channels: int, unreadable: str
) -> dict[str, LabelledImages]:
    """The images of each part, all of one size. Raises TrainingError for one that can't be read, or leaves it out."""
    if unreadable not in ("stop", "skip"):
        raise TrainingError(unknown("--unreadable", unreadable, ("stop", "skip")))
    total = sum(len(files) for files in parts.values())
    room = _room((total, channels, image_size, image_size))
    done, result = 0, {}
    with progress_bar(total, "images") as shown:
        for part, files in parts.items():
            first, labels = done, []
            for image, label in _each(files, image_size, channels, unreadable):
                if image is not None:
                    room[done] = image
                    labels.append(label)
                    done += 1
                shown.update()
            if part == "train" and (lost := set(range(len(classes))) - set(labels)):
                raise TrainingError(f"no image of the class {classes[min(lost)]!r} can be read for training")
            if not labels:
                raise TrainingError(f"no image can be read for {part}")
            result[part] = LabelledImages(room[first:done], torch.tensor(labels))
    return result


def _each(files: list[File], image_size: int, channels: int, unreadable: str) -> Iterator[tuple[Tensor | None, int]]:
    def image(file: File) -> tuple[Tensor | None, int]:
        try:
            return read_image(file[0], image_size, channels), file[1]
        except TrainingError as error:
            if unreadable == "stop":
                raise TrainingError(f"{error}. Remove it, or give --unreadable skip") from error
            print(f"left out: {error}")
            return None, file[1]

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(files), 1000):  # the pool would run ahead, and keep all that it has read
            yield from pool.map(image, files[start : start + 1000])


def read_image(file: Path, image_size: int, channels: int = 3) -> Tensor:
    """An image of any kind as bytes [channels, image_size, image_size]: the shorter side resized, the middle kept.

    Raises TrainingError, naming the file, where it can't be read.
    """
    try:
        with Image.open(file) as opened:
            image = transforms.pil_to_tensor(opened.convert("RGB" if channels == 3 else "L"))
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise TrainingError(f"{file} can't be read as an image: {error}") from error
    return transforms.center_crop(transforms.resize(image, [image_size], antialias=True), [image_size] * 2)


def resized(images: Tensor, image_size: int | None, channels: int | None) -> Tensor:
    """Images [count, channels, height, width] in another size, and grey or in colour; None is as they are."""
    image_size, channels = image_size or images.shape[-1], channels or images.shape[1]
    shape = (len(images), channels, image_size, image_size)
    if images.shape == shape:
        return images
    room = _room(shape)
    for target, part in zip(room.split(1000), images.split(1000), strict=True):
        coloured = transforms.rgb_to_grayscale(part, channels) if channels != part.shape[1] else part
        target.copy_(transforms.resize(coloured, [image_size] * 2, antialias=True))
    return room


def _room(shape: tuple[int, ...]) -> Tensor:
    """Room for so many bytes: in memory or, where that takes half of what is free, in a file that goes in the end.

    Raises TrainingError where the disk is too small as well.
    """
    size, free = math.prod(shape), psutil.virtual_memory().available
    if size <= free / 2:
        return torch.empty(shape, dtype=torch.uint8)
    folder = own_folder()
    folder.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(folder).free
    if size > disk:
        raise TrainingError(
            f"{shape[0]:,} images of {shape[2]} x {shape[3]} need {size / 1e9:.1f} GB; {free / 1e9:.1f} GB of memory "
            f"and {disk / 1e9:.1f} GB on the disk of {folder} are free: take a smaller image_size, or a limit"
        )
    number, name = tempfile.mkstemp(prefix="images.", dir=folder)
    os.close(number)
    room = torch.from_file(name, shared=True, size=size, dtype=torch.uint8).view(shape)
    with suppress(PermissionError):  # Windows keeps a file that is in use
        os.unlink(name)
    return room
