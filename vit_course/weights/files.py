"""Reading weight files safely: arrays and tensors only, nothing that could run code."""

import os
import pickle
import zipfile
import zlib
from collections.abc import Mapping
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
    try:
        with open(source, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}, os.fspath(source)
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError, TypeError) as error:
        raise _unreadable(source, "an .npz file of arrays", error) from error


def read_state_dict(source: Source) -> tuple[Mapping[str, Any], str]:
    """The tensors of a .safetensors file or of one that torch.save wrote (or the mapping as it is), and its name.

    Raises WeightsError, naming the file, where it is cut short, damaged, something else, or holds Python objects.
    """
    if isinstance(source, Mapping):
        return source, "the state dict"
    path = os.fspath(source)
    try:
        if path.endswith(".safetensors"):
            return safetensors.torch.load_file(path), path
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except (safetensors.SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise _unreadable(source, "a state dict", error) from error
    if not isinstance(tensors, Mapping):
        raise _unreadable(source, "a state dict", TypeError(f"it holds a {type(tensors).__name__}"))
    return tensors, path


def _unreadable(source: Any, kind: str, error: Exception) -> WeightsError:
    size = os.path.getsize(source)
    return WeightsError(
        f"{os.fspath(source)} ({size:,} bytes) is not {kind}, or is damaged or cut short: compare its size with the "
        f"original's and fetch it again ({type(error).__name__}: {error})"
    )
