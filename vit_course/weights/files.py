"""Reading weight files safely: arrays and tensors only, nothing that could run code."""

import os
import pickle
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

Source = str | os.PathLike[str] | Mapping[str, Any]


def read_npz(source: Source) -> tuple[Mapping[str, Any], str]:
    """The arrays of an .npz file (or the mapping as it is), and what to call it in messages.

    Raises WeightsError, naming the file, where it is cut short, damaged, something else, or holds Python objects.
    """
    if isinstance(source, Mapping):
        return source, "the mapping"
    path = os.fspath(source)
    with (
        _reading(path, "an .npz file of arrays"),
        open(path, "rb") as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return {name: arrays[name] for name in arrays.files}, path


def read_state_dict(source: Source) -> tuple[Mapping[str, Any], str]:
    """The tensors of a .safetensors file or of one that torch.save wrote (or the mapping as it is), and its name.

    Raises WeightsError, naming the file, where it is cut short, damaged, something else, or holds Python objects.
    """
    if isinstance(source, Mapping):
        return source, "the state dict"
    path = os.fspath(source)
    with _reading(path, "a state dict"):
        if path.endswith(".safetensors"):
            return safetensors.torch.load_file(path), path
        tensors = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(tensors, Mapping):
            raise TypeError(f"it holds a {type(tensors).__name__}")
        return tensors, path


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
        raise WeightsError(
            f"{path} ({os.path.getsize(path):,} bytes) is not {kind}, or is damaged or cut short: compare its size "
            f"with the original's and fetch it again ({type(error).__name__}: {error})"
        ) from error
