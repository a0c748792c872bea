"""What a training reads: three parts of images, by the name of a known set or from a folder with one folder a class."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
import torchvision
from torch import Tensor

from vit_course.app.home import own_folder
from vit_course.datasets import GARMENTS, LabelledImages, fashion_mnist
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.images import decoded, files_of, folder_classes, folder_parts, resized


class Data(NamedTuple):
    """Images as bytes, all of one size, in three parts: for learning, for choosing, and for the number at the end."""

    train: LabelledImages
    validation: LabelledImages
    test: LabelledImages | None
    classes: tuple[str, ...]

    def to(self, device: torch.device) -> "Data":
        """The same on a device. Where that is a GPU, and they would take half of it, they stay where they are."""
        parts = [part for part in self[:3] if part is not None]
        size = sum(part.images.nbytes for part in parts)
        if device.type == "cuda" and size > torch.cuda.mem_get_info(device)[0] / 2:
            return self
        return self.each(lambda part: LabelledImages(part.images.to(device), part.labels.to(device)))

    def each(self, change: Callable[[LabelledImages], LabelledImages]) -> "Data":
        """The same with each part changed."""
        return Data(change(self.train), change(self.validation), self.test and change(self.test), self.classes)


def open_data(
    name: str,
    image_size: int | None = None,
    *,
    channels: int | None = None,
    limit: int | None = None,
    seed: int = 0,
    unreadable: str = "stop",
    download: bool = False,
) -> Data:
    """The data of a name: "fashion-mnist", "cifar10", "cifar100", or the path of a folder.

    A folder has one folder a class, or such folders within train/ and val/ or test/. What it doesn't set apart itself
    is drawn with `seed`, a tenth of each class. Its images become squares: the shorter side is resized to `image_size`
    (224 unless given) and the middle kept. The known sets keep their own size unless one is given. `channels` is 1 for
    grey or 3 for colour; unless given, a folder's images are in colour and those of a known set as they are.
    `limit` keeps so many training images, drawn with `seed`.

    Raises TrainingError, naming the file or folder, for what can't be learned from.
    """
    if limit is not None and limit < 1:
        raise TrainingError(f"limit={limit} must be at least 1")
    if image_size is not None and image_size < 1:
        raise TrainingError(f"image_size={image_size} must be at least 1")
    if name == "fashion-mnist":
        train, validation, test = (fashion_mnist(part, "cpu") for part in ("train", "validation", "test"))
        data = Data(train, validation, test, GARMENTS)
    elif name in ("cifar10", "cifar100"):
        data = _cifar(name, seed, download)
    elif Path(name).is_dir():
        return _folder(Path(name), image_size or 224, channels or 3, limit, seed, unreadable)
    else:
        raise TrainingError(
            f"there is no data {name!r}: it is neither fashion-mnist, cifar10 or cifar100, nor a folder "
            f"({Path(name).absolute()})"
        )
    if limit is not None:
        data = data._replace(train=_chosen(data.train, _some(len(data.train.labels), limit, seed)))
    return data.each(lambda part: LabelledImages(resized(part.images, image_size, channels), part.labels))


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
    here, apart = _set_apart(parts[0].labels, train.classes, seed, 10)
    return Data(_chosen(parts[0], here), _chosen(parts[0], apart), parts[1], tuple(train.classes))


def _folder(root: Path, image_size: int, channels: int, limit: int | None, seed: int, unreadable: str) -> Data:
    folders = folder_parts(root)
    classes = folder_classes(folders.get("train", root))
    parts = {part: files_of(folder, classes) for part, folder in folders.items()}
    if "train" not in parts:
        parts["train"], parts["test"] = _divided(files_of(root, classes), classes, seed, 10)
    if "validation" not in parts:
        # A tenth of all: where the test images were drawn from the same, that is a ninth of what is left.
        share = 10 if "train" in folders else 9
        parts["train"], parts["validation"] = _divided(parts["train"], classes, seed, share)
    if limit is not None:
        parts["train"] = [parts["train"][i] for i in _some(len(parts["train"]), limit, seed)]
    images = decoded(parts, classes, image_size, channels, unreadable)
    return Data(images["train"], images["validation"], images.get("test"), classes)


def _divided(
    files: list[tuple[Path, int]], classes: Sequence[str], seed: int, share: int
) -> list[list[tuple[Path, int]]]:
    labels = torch.tensor([label for _, label in files])
    return [[files[i] for i in index] for index in _set_apart(labels, classes, seed, share)]


def _set_apart(labels: Tensor, classes: Sequence[str], seed: int, share: int) -> tuple[Tensor, Tensor]:
    """Indices of most of each class, and of one image of so many as `share` says, at least one, drawn with `seed`."""
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    here, apart = [], []
    for label in labels.unique():
        own = order[labels[order] == label]
        if len(own) < 3:
            raise TrainingError(
                f"the class {classes[label]!r} has {len(own)} image{'s' * (len(own) > 1)}, and needs at least 3: for "
                f"training, validation and test"
            )
        count = max(len(own) // share, 1)
        apart.append(own[:count])
        here.append(own[count:])
    return torch.cat(here).sort().values, torch.cat(apart).sort().values


def _some(count: int, limit: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))[:limit]


def _chosen(part: LabelledImages, index: Tensor) -> LabelledImages:
    return LabelledImages(part.images[index], part.labels[index])
