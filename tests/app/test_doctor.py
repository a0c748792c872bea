"""The doctor names what is wrong and the command that mends it."""

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import psutil
import pytest
import torch

from vit_course.app import doctor
from vit_course.datasets.published import quoted


def test_this_machine_can_do_the_lessons():
    report = doctor.examine()
    # Memory may be short for a while, where other tests run beside this one.
    assert [finding for finding in report.remedies if finding.what != "memory"] == [], repr(report)
    assert {"Python", "PyTorch", "device", "memory", "disk", "data", "speed"} <= {f.what for f in report.findings}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "my clone" / "data"
    folder.mkdir(parents=True)
    (folder.parent / "pyproject.toml").touch()
    (folder.parent / ".git").mkdir()
    (folder / "images.gz").write_bytes(b"images")
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(b'images').hexdigest()}  images.gz\n")
    return folder


def test_data_as_published(data):
    (finding,) = doctor.check_data(data)
    assert finding.remedy == ""


@pytest.mark.parametrize(
    ("content", "found"), [(b"imag", "cut short (4 bytes)"), (b"Images", "changed"), (None, "miss")]
)
def test_damaged_data_is_named_with_its_remedy(data, content, found):
    (data / "images.gz").unlink()
    if content is not None:
        (data / "images.gz").write_bytes(content)
    (finding,) = doctor.check_data(data)
    assert found in finding.found
    assert finding.remedy == f"git -C {quoted(data.parent)} checkout -- data/images.gz"


def test_remedy_for_data_mends_it(data):
    def git(*arguments):
        identity = ["-c", "user.name=x", "-c", "user.email=x"]
        subprocess.run(["git", *identity, *arguments], cwd=data.parent, check=True, capture_output=True)

    (data.parent / ".git").rmdir()
    git("init")
    git("add", ".")
    git("commit", "-m", "x")
    (data / "images.gz").write_bytes(b"imag")
    (finding,) = doctor.check_data(data)
    subprocess.run(finding.remedy, shell=True, check=True, capture_output=True)
    (finding,) = doctor.check_data(data)
    assert finding.remedy == ""


def test_remedies_fit_a_download_and_packages_alone(data):
    (data / "images.gz").unlink()
    (data.parent / ".git").rmdir()
    (finding,) = doctor.check_data(data)
    assert "the archive that you unpacked" in finding.remedy and quoted(data / "images.gz") in finding.remedy
    (data.parent / "pyproject.toml").unlink()
    (finding,) = doctor.check_data(data)
    assert finding.remedy.startswith("clone the whole repository")


@pytest.mark.parametrize("version", [1, 2])
def test_limit_of_a_container_is_seen(tmp_path, version, monkeypatch):
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if version == 1 else ("memory.max", "memory.current")
    tree = tmp_path / "memory" if version == 1 else tmp_path
    (tree / "docker" / "abc").mkdir(parents=True)
    (tree / "docker" / names[0]).write_text("1500000000\n")
    (tree / "docker" / names[1]).write_text("900000000\n")
    (tree / "docker" / "memory.stat").write_text("file 500\ninactive_file 100000000\n")
    if version == 2:
        (tree / "docker" / "abc" / names[0]).write_text("max\n")
    own = tmp_path / "cgroup"
    own.write_text(f"{0 if version == 2 else 4}:{'' if version == 2 else 'cpu,memory'}:/docker/abc\n")
    assert doctor.container_memory(tmp_path, own) == (700_000_000, 1_500_000_000)
    monkeypatch.setattr(doctor, "container_memory", lambda: (700_000_000, 1_500_000_000))
    finding = doctor.check_memory()
    assert finding.found.startswith("0.7 of 1.5 GB free, the limit of this container")
    assert finding.remedy == "give the container 2 GB or more"


def test_without_a_limit_the_machine_counts(tmp_path):
    assert doctor.container_memory(tmp_path, tmp_path / "nothing") is None


def test_progress_that_cannot_be_kept_is_a_note(monkeypatch, tmp_path):
    (tmp_path / "a file").touch()
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path / "a file" / "home"))
    finding = doctor.check_own_folder()
    assert "could not be saved" in finding.found and "VIT_COURSE_HOME" in finding.remedy and not finding.blocking


def test_images_that_do_not_open_are_named(monkeypatch):
    def broken(name, size):
        raise OSError("cannot identify image file")

    monkeypatch.setattr("vit_course.datasets.images.photograph", broken)
    assert "cannot identify" in doctor.check_images().found and doctor.check_images().remedy


def test_missing_checksums_are_named(data):
    (data / "SHA256SUMS").unlink()
    (finding,) = doctor.check_data(data)
    assert finding.what == "data/SHA256SUMS" and finding.remedy


def test_missing_and_outdated_packages_are_named(monkeypatch):
    real = importlib.metadata.version

    def version(name):
        if name == "einops":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.0" if name == "numpy" else real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    findings = {finding.what: finding for finding in doctor.check_packages()}
    assert set(findings) == {"einops", "numpy"}
    assert findings["einops"].found.startswith("missing")
    assert findings["numpy"].found.startswith("1.0; the course needs >=")
    assert findings["numpy"].remedy.endswith(f"-m pip install --upgrade {quoted('numpy>=2.0')}")


def test_too_little_memory_and_disk(monkeypatch):
    memory = psutil.virtual_memory()._replace(available=10**9)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert doctor.check_memory().found.startswith("1.0 of")
    assert doctor.check_memory().remedy
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=1e8))
    assert doctor.check_disk().found == "0.1 GB free; the course needs 0.5"
    assert doctor.check_disk().remedy


def test_unknown_device_is_named(monkeypatch):
    monkeypatch.setenv("VIT_COURSE_DEVICE", "cuda:77")
    (finding,) = doctor.check_device()
    assert "cuda:77" in finding.found
    assert finding.remedy == ("set VIT_COURSE_DEVICE=" if os.name == "nt" else "unset VIT_COURSE_DEVICE")


def broken(*args):
    raise RuntimeError("CUDA error: no kernel image is available\nCompile with TORCH_USE_CUDA_DSA")


def test_device_that_cannot_compute_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "seconds_per_step", broken)
    report = doctor.examine()
    (finding,) = [finding for finding in report.findings if finding.what == "speed"]
    assert finding.found == "the device cannot compute: CUDA error: no kernel image is available"
    assert finding.remedy == ("set" if os.name == "nt" else "export") + " VIT_COURSE_DEVICE=cpu"
    assert not report.healthy and report.lessons == []


def test_gpu_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.delenv("VIT_COURSE_DEVICE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", broken)
    (finding,) = doctor.check_device()
    assert finding.found == "cuda cannot be used: CUDA error: no kernel image is available"
    assert finding.blocking and finding.remedy.endswith(" VIT_COURSE_DEVICE=cpu")


def test_unusable_gpu_is_a_note(monkeypatch):
    monkeypatch.delenv("VIT_COURSE_DEVICE")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: f"/usr/bin/{name}")
    note = doctor.check_device()[1]
    assert note.remedy and not note.blocking


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("torchvision", 'raise RuntimeError("operator torchvision::nms does not exist")', "operator torchvision::nms"),
        ("torchvision", 'raise ImportError("undefined symbol: _ZN3c10")', "undefined symbol"),
        (
            "torchvision",
            "class ops:\n    def nms(*_): raise NotImplementedError('no such operator')",
            "no such operator",
        ),
        ("torch", 'raise OSError("libcudart.so: cannot open shared object file")', "libcudart.so"),
    ],
)
def test_builds_that_do_not_match_end_with_the_remedy(tmp_path, module, source, found):
    """As a learner meets it: the whole command, in a Python whose torch or torchvision is broken."""
    (tmp_path / module).mkdir()
    (tmp_path / module / "__init__.py").write_text(source)
    run = subprocess.run(
        [sys.executable, "-m", "vit_course.app.cli", "doctor"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "300", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 1, run.stderr
    assert found in run.stdout
    assert "-m pip install --force-reinstall torch torchvision" in run.stdout


def test_prediction_scales_the_computing_alone(tmp_path):
    for name, metadata in [
        ("01_embeddings", {"vit_course": {"reading_minutes": 60, "seconds": 30.0}}),
        ("02_unfinished", {}),
    ]:
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"metadata": metadata}))
    (tmp_path / "03_half_written.ipynb").write_text("{")
    (lesson,) = doctor.predict(tmp_path, slowness=2.0)
    assert (lesson.title, lesson.reading, lesson.computing) == ("01 embeddings", 60, 1.0)
