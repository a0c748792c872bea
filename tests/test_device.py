"""The device of a session: chosen, demanded, refused."""

import os
import subprocess
import sys
from contextlib import nullcontext

import pytest
import torch

from vit_course.device import device, random_numbers_kept


def test_cpu_on_demand(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "cpu")
    assert device() == torch.device("cpu")


def test_best_device_where_none_is_demanded(monkeypatch):
    monkeypatch.delenv("VIT_COURSE_DEVICE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device() == torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device() == torch.device("mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device() == torch.device("cpu")


@pytest.mark.parametrize(("wanted", "gpus"), [("cuda", 0), ("cuda:1", 1), ("cuda:0", 0)])
def test_missing_gpu_is_refused_by_name(monkeypatch, wanted, gpus):
    monkeypatch.setenv("VIT_COURSE_DEVICE", wanted)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    with pytest.raises(RuntimeError, match=f"'{wanted}'.*no such device.*unset"):
        device()


def test_gpu_that_is_there_is_taken(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "cuda:1")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert device() == torch.device("cuda", 1)


def test_typing_error_is_named(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "gpu")
    with pytest.raises(ValueError, match="'gpu' is no device: use cpu, cuda"):
        device()


def test_gpu_convolutions_and_products_are_true_float32():
    torch.backends.cudnn.allow_tf32 = True
    torch.set_float32_matmul_precision("high")
    device()
    assert not torch.backends.cudnn.allow_tf32 and not torch.backends.cuda.matmul.allow_tf32


def test_products_are_true_float32_whatever_the_environment_says():
    code = (
        "import torch; assert torch.backends.cuda.matmul.allow_tf32; from vit_course import device; device(); "
        "assert not torch.backends.cuda.matmul.allow_tf32 and torch.get_float32_matmul_precision() == 'highest'"
    )
    environment = {**os.environ, "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.mark.parametrize(("wanted", "asked"), [("cpu", []), ("cuda:1", [torch.device("cuda", 1)]), ("meta", None)])
def test_random_numbers_are_kept_on_the_sessions_device_alone(monkeypatch, wanted, asked):
    """Where there are several GPUs, torch would set up all of them, and warn."""
    monkeypatch.setenv("VIT_COURSE_DEVICE", wanted)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    given = []
    monkeypatch.setattr(torch.random, "fork_rng", lambda devices: given.append(devices) or nullcontext())
    with random_numbers_kept():
        pass
    assert given == [asked]


def test_random_numbers_go_on_as_if_nothing_had_been():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    with random_numbers_kept():
        torch.rand(5)
    assert torch.equal(torch.rand(3), expected)
