"""Reading weight files safely: arrays and tensors only, nothing that could run code."""

import os
import pickle
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch

from vit_course.weights.engine import WeightsError
from vit_course.weights.names import unprefixed, unwrapped

Source = str | os.PathLike[str] | Mapping[str, Any]

NPZ, TORCH, SAFETENSORS = "an .npz file of arrays", "a file that torch.save wrote", "a safetensors file"


def read_npz(source: Source) -> tuple[Mapping[str, Any], str]:
    """The arrays of an .npz file (or the mapping as it is), and what to call it in messages.

    Raises WeightsError, naming the file, where it is cut short, damaged, something else, or holds Python objects.
    """
    if isinstance(source, Mapping):
        return source, "the mapping"
    path = os.fspath(source)
    _expect(path, NPZ)
    with _reading(path, NPZ), open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}, path


def read_state_dict(source: Source, known: set[str]) -> tuple[Mapping[str, Any], str]:
    """The tensors of a mapping, a safetensors file or one that torch.save wrote, and what to call it in messages.

    What is wrapped around them is taken away, and what stands in front of all names, until one of the `known` names is
    there. Which kind of file it is, its content says, not its suffix. Raises WeightsError, naming the file, where it is
    cut short, damaged, something else, or holds Python objects.
    """
    found, name = (source, "the state dict") if isinstance(source, Mapping) else _read(os.fspath(source))
    return unprefixed(unwrapped(found, name), known, name), name


def _read(path: str) -> tuple[Mapping[str, Any], str]:
    if _expect(path, TORCH, SAFETENSORS) == SAFETENSORS:
        with _reading(path, SAFETENSORS):
            return safetensors.torch.load_file(path), path
    with _reading(path, "a state dict"):
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(tensors, Mapping):
        raise WeightsError(f"{path} holds a {type(tensors).__name__}, and not names with a tensor for each")
    return tensors, path


def kind_of(path: str) -> str:
    """What a file is by its first bytes and its table of contents; "" where that is unknown."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = file.read(512)
    if not start:
        return "empty: fetch it again"
    if start.startswith(b"version https://git-lfs"):
        return "a pointer of Git LFS, a few lines in place of the file itself: run `git lfs pull` where it was cloned"
    if start.lstrip()[:1] == b"<":
        return "a web page: the address that it was fetched from leads to a page about the file, not to the file"
    if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < max(size, 1):
        return SAFETENSORS
    if start[:2] == b"PK":
        if not zipfile.is_zipfile(path):
            return ""
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if any(name.endswith(".npy") for name in names):
            return NPZ
        return TORCH if any(name.endswith("data.pkl") for name in names) else "a ZIP archive: unpack it first"
    if start[:6] == b"\x93NUMPY":
        return "a single array of NumPy"
    return TORCH if start[:1] == b"\x80" else ""


_LOADERS = {NPZ: "load_google reads it", **dict.fromkeys((TORCH, SAFETENSORS), "load_timm and the like read it")}


def _expect(path: str, *wanted: str) -> str:
    """What the file is. Raises WeightsError where that is known, and something else than is wanted."""
    kind = kind_of(path)
    if kind and kind not in wanted:
        remedy = f", and not {wanted[0]}: {_LOADERS[kind]}" if kind in _LOADERS else ""
        raise WeightsError(f"{path} is {kind}{remedy}")
    return kind


# What the three readers raise for a file that is not theirs, or is no longer whole.
DAMAGED = (
    *(ValueError, TypeError, AttributeError, EOFError, RuntimeError, OSError),
    *(zipfile.BadZipFile, zlib.error, pickle.UnpicklingError, safetensors.SafetensorError),
)


@contextmanager
def _reading(path: str, kind: str) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        if isinstance(error, OSError) and error.filename is not None:  # not there, or not allowed: it says so itself
            raise
        objects = re.search(r"GLOBAL ([\w.]+)|(Object arrays) cannot be loaded", str(error))
        if objects is not None or (
            "operand" in str(error) and kind_of(path) == TORCH
        ):  # PyTorch's own words advise to run what is in the file
            what = (objects[1] or "arrays of Python objects") if objects is not None else "what pickle alone can read"
            raise WeightsError(
                f"{path} holds more than tensors: {what}. Reading that could run any code. Get the weights alone: "
                f"whoever has the model saves model.state_dict(), or a safetensors file"
            ) from None
        cause = "" if isinstance(error, pickle.UnpicklingError) else f": {error}"
        raise WeightsError(
            f"{path} ({os.path.getsize(path):,} bytes) is not {kind}, or is damaged or cut short: compare its size "
            f"with the original's and fetch it again ({type(error).__name__}{cause})"
        ) from None
