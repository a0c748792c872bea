"""What a training reads: three parts of images, by the name of a known set or from a folder with one folder a class."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import psutil
import torch
import torchvision
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torchvision.transforms.v2 import functional as transforms

from vit_course.app.bar import progress_bar
from vit_course.app.home import own_folder
from vit_course.datasets import GARMENTS, LabelledImages, fashion_mnist
from vit_course.trainer.errors import TrainingError

PARTS = {"train": ("train", "training"), "validation": ("val", "valid", "validation"), "test": ("test",)}
Unreadable = Literal["stop", "skip"]


class Data(NamedTuple):
    """Images as bytes, all of one size, in three parts: for learning, for choosing, and for the number at the end."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages | None
    classes: tuple[str, ...]

    def changed(self, change: Callable[[Tensor], Tensor]) -> "Data":
        """The same with other images, made from these."""

        def part(part: LabelledImages) -> LabelledImages:
            return LabelledImages(change(part.images), part.labels)

        return Data(part(self.train), part(self.validation), self.test and part(self.test), self.classes)

    def to(self, device: torch.device) -> "Data":
        def part(part: LabelledImages) -> LabelledImages:
            return LabelledImages(part.images.to(device), part.labels.to(device))

        return Data(part(self.train), part(self.validation), self.test and part(self.test), self.classes)


def open_data(
    name: str,
    image_size: int | None = None,
    *,
    limit: int | None = None,
    seed: int = 0,
    download: bool = False,
    unreadable: str = "stop",
) -> Data:
    """The data of a name: "fashion-mnist", "cifar10", "cifar100", or the path of a folder.

    A folder has one folder a class, or such folders within train/ and val/ or test/. What it doesn't set apart itself
    is drawn with `seed`, a tenth of each class. Its images become squares in colour: the shorter side is resized to
    `image_size` (224 unless given) and the middle kept. The known sets keep their own size unless one is given.
    `limit` keeps so many training images, drawn with `seed`.

    Raises TrainingError, naming the file or folder, for what can't be learned from.
    """
    if unreadable not in get_args(Unreadable):
        raise TrainingError(f"unreadable={unreadable!r}: choose stop or skip")
    if name == "fashion-mnist":
        train, validation, test = (fashion_mnist(part, "cpu") for part in ("train", "validation", "test"))
        data = _resized(Data(train, validation, test, GARMENTS), image_size)
    elif name in ("cifar10", "cifar100"):
        data = _resized(_cifar(name, seed, download), image_size)
    elif Path(name).is_dir():
        data = _folder(Path(name), image_size or 224, seed, unreadable)
    else:
        raise TrainingError(
            f"there is no data {name!r}: it is neither fashion-mnist, cifar10 or cifar100, nor a folder "
            f"({Path(name).absolute()})"
        )
    if limit is not None:
        if limit < 1:
            raise TrainingError(f"limit={limit} must be at least 1")
        order = torch.randperm(len(data.train.labels), generator=torch.Generator().manual_seed(seed))[:limit]
        data = data._replace(train=_chosen(data.train, order))
    return data


def _resized(data: Data, image_size: int | None) -> Data:
    if image_size is None or data.train.images.shape[-1] == image_size:
        return data
    return data.changed(lambda images: transforms.resize(images, [image_size] * 2, antialias=True))


def _cifar(name: str, seed: int, download: bool) -> Data:
    kind = {"cifar10": torchvision.datasets.CIFAR10, "cifar100": torchvision.datasets.CIFAR100}[name]
    root = own_folder() / "data"
    try:
        train, test = (kind(root, train=train, download=download) for train in (True, False))
    except (RuntimeError, OSError) as error:
        remedy = "the network is needed for it" if download else "add --download to fetch it (170 MB)"
        raise TrainingError(f"{name} is not in {root}: {remedy}. ({error})") from error
    parts = [
        LabelledImages(torch.from_numpy(part.data).movedim(-1, 1).contiguous(), torch.tensor(part.targets))
        for part in (train, test)
    ]
    learned, chosen = _set_apart(parts[0], seed, 10)
    return Data(learned, chosen, parts[1], tuple(train.classes))


def _folder(root: Path, image_size: int, seed: int, unreadable: str) -> Data:
    found = {part: next((root / n for n in names if (root / n).is_dir()), None) for part, names in PARTS.items()}
    train = found["train"] or root
    classes = _classes(train)
    parts = {part: _read(folder, classes, image_size, unreadable) for part, folder in found.items() if folder}
    if "train" not in parts:
        parts = {"train": _read(root, classes, image_size, unreadable)}
        parts["train"], parts["test"] = _set_apart(parts["train"], seed, 10)
    if "validation" not in parts:
        parts["train"], parts["validation"] = _set_apart(parts["train"], seed, 9 if train == root else 10)
    return Data(parts["train"], parts["validation"], parts.get("test"), classes)


def _classes(folder: Path) -> tuple[str, ...]:
    classes = tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != "."))
    if len(classes) < 2:
        what = f"only one, {classes[0]!r}" if classes else "none"
        raise TrainingError(f"{folder} must have one folder for each class, at least two, and has {what}")
    return classes


def _read(folder: Path, classes: Sequence[str], image_size: int, unreadable: str) -> LabelledImages:
    if strange := sorted(set(_classes(folder)) - set(classes)):
        raise TrainingError(
            f"{folder} has the class {strange[0]!r}, which the training images lack: {', '.join(classes)}"
        )
    files = []
    for label, name in enumerate(classes):
        here = [file for file in sorted((folder / name).rglob("*")) if file.suffix.lower() in _SUFFIXES]
        if not here:
            raise TrainingError(f"the class folder {folder / name} has no image: remove it, or put images in")
        files += [(file, label) for file in here]
    size, free = len(files) * 3 * image_size**2, psutil.virtual_memory().available
    if size > free / 2:
        raise TrainingError(
            f"{len(files):,} images of {image_size} x {image_size} need {size / 1e9:.1f} GB, and "
            f"{free / 1e9:.1f} GB of memory are free: take a smaller image_size, or fewer images"
        )
    images = []
    with ThreadPoolExecutor() as pool, progress_bar(len(files), "images") as shown:
        for image in pool.map(lambda file: _image(file[0], image_size, unreadable), files):
            images.append(image)
            shown.update()
    kept = [(image, label) for image, (_, label) in zip(images, files, strict=True) if image is not None]
    if lost := set(range(len(classes))) - {label for _, label in kept}:
        raise TrainingError(f"no image of the class folder {folder / classes[min(lost)]} can be read")
    return LabelledImages(torch.stack([image for image, _ in kept]), torch.tensor([label for _, label in kept]))


_SUFFIXES = set(torchvision.datasets.folder.IMG_EXTENSIONS)


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


def _image(file: Path, image_size: int, unreadable: str) -> Tensor | None:
    try:
        return read_image(file, image_size)
    except TrainingError as error:
        if unreadable == "stop":
            raise TrainingError(f"{error}. Remove it, or give --unreadable skip") from error
        print(f"left out: {error}")
        return None


def _set_apart(part: LabelledImages, seed: int, share: int) -> tuple[LabelledImages, LabelledImages]:
    """Most of each class, and one image of so many as `share` says, at least one, drawn with `seed`."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(part.labels), generator=generator)
    here, apart = [], []
    for label in part.labels.unique():
        own = order[part.labels[order] == label]
        if len(own) < 3:
            raise TrainingError(
                f"class number {int(label)} has {len(own)} image{'s' * (len(own) > 1)}, and needs at least 3: for "
                f"training, validation and test"
            )
        count = max(len(own) // share, 1)
        apart.append(own[:count])
        here.append(own[count:])
    return _chosen(part, torch.cat(here).sort().values), _chosen(part, torch.cat(apart).sort().values)


def _chosen(part: LabelledImages, index: Tensor) -> LabelledImages:
    return LabelledImages(part.images[index], part.labels[index])
