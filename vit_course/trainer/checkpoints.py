"""Files that survive: each appears whole or not at all, is known by its checksum, and is read without unpickling.

A checkpoint is two files: NAME.safetensors with the tensors, and NAME.json with the facts and the first one's
checksum. It exists from the moment that the second is there.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from safetensors.torch import load, save
from torch import Tensor

from vit_course.app.files import write_whole

KEPT = 2  # the newest, and the one before it in case the newest is damaged


class Checkpoint(NamedTuple):
    tensors: dict[str, Tensor]
    facts: dict[str, Any]


class Damaged(RuntimeError):
    """A checkpoint that is not what was written; the message names the file."""


def write(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write a checkpoint to `path`.safetensors and `path`.json. An OSError leaves what was there."""
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})
    write_whole(_with(path, "safetensors"), content)
    facts = {**facts, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    write_json(_with(path, "json"), facts)


def read(path: Path) -> Checkpoint:
    """Read what `write` wrote. Raises Damaged where the tensors are not what they were, or a file is missing."""
    try:
        facts = json.loads(_with(path, "json").read_text(encoding="utf-8"))
        content = _with(path, "safetensors").read_bytes()
        wanted, length = facts["sha256"], facts["bytes"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{_with(path, 'safetensors')} can't be read: {error}") from error
    if hashlib.sha256(content).hexdigest() != wanted:
        what = f"cut short to {len(content):,} of {length:,} bytes" if len(content) != length else "changed"
        raise Damaged(f"{_with(path, 'safetensors')} is damaged: it was {what} after it had been written")
    return Checkpoint(load(content), facts)


def steps(folder: Path) -> list[int]:
    """The steps of the checkpoints in a folder, the newest first."""
    return sorted((int(file.stem) for file in folder.glob("*.json") if file.stem.isdigit()), reverse=True)


def place(folder: Path, step: int) -> Path:
    return folder / f"{step:08d}"


def remove_old(folder: Path) -> None:
    """Leave the newest checkpoints, and nothing that was begun and not ended."""
    for step in steps(folder)[KEPT:]:
        for kind in ("json", "safetensors"):  # in this order: without its facts it is no checkpoint any more
            _with(place(folder, step), kind).unlink(missing_ok=True)
    known = {f"{step:08d}" for step in steps(folder)}
    for file in folder.iterdir():
        if file.stem not in known:
            file.unlink()


def write_json(path: Path, value: Any) -> None:
    write_whole(path, (json.dumps(value, indent=1) + "\n").encode())


def _with(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.name}.{kind}")
