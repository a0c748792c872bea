"""Which device the course computes on."""

import os
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def device() -> "torch.device":
    """The device of this session: a CUDA GPU if there is one, then Apple's (MPS), else the CPU.

    The environment variable VIT_COURSE_DEVICE ("cpu", "cuda", "cuda:1", "mps") decides instead, where set.
    Convolutions and matrix products on CUDA are switched from TensorFloat-32 to true float32, so that a notebook prints
    the same digits on either device.

    Raises RuntimeError where the variable names a device that is not there, and ValueError for a name that is none.
    """
    import torch  # here, so that commands which compute nothing start at once

    torch.backends.cudnn.allow_tf32 = False  # PyTorch's own default is True
    torch.set_float32_matmul_precision("highest")  # as by default, but a variable of the environment can turn it
    wanted = os.environ.get("VIT_COURSE_DEVICE", "")
    if not wanted:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(wanted)
    except RuntimeError:
        raise ValueError(f"VIT_COURSE_DEVICE={wanted!r} is no device: use cpu, cuda, cuda:1 or mps") from None
    missing = {
        "cuda": (chosen.index or 0) >= torch.cuda.device_count(),
        "mps": not torch.backends.mps.is_available(),
    }
    if missing.get(chosen.type, False):
        raise RuntimeError(
            f"VIT_COURSE_DEVICE={wanted!r}, and PyTorch {torch.__version__} finds no such device: unset the variable "
            f"to compute on what there is, or run `vit-course doctor`"
        )
    return chosen


def random_numbers_kept() -> AbstractContextManager[None]:
    """A block after which random numbers go on as if it had not been, on the CPU and on the session's device."""
    import torch

    here = device()
    # Without this torch asks all GPUs, of which the session uses one or none, and warns where there are several.
    devices = {"cuda": [here], "cpu": []}.get(here.type)
    return torch.random.fork_rng(devices)
