"""`vit-course doctor`: can a lesson be done here, how long will each take, and how is mended what is wrong?"""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import sys
from pathlib import Path

from vit_course.app.diagnosis import Diagnosis, Finding, Lesson
from vit_course.datasets import published
from vit_course.datasets.published import quoted
from vit_course.speed import REFERENCE_STEP, seconds_per_step

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 2.0  # GB that a lesson takes at its peak, rounded up
DISK = 0.5  # GB for the unpacked images, a learner's notebooks and what they save
PIP = f"{quoted(sys.executable)} -m pip"
USE_CPU = f"{'set' if os.name == 'nt' else 'export'} VIT_COURSE_DEVICE=cpu"


def examine() -> Diagnosis:
    """Look at everything that a lesson needs; takes about three seconds, most of it for the speed test."""
    packages = [check_python(), *check_packages(), check_torch()]
    data = check_data(ROOT / "data")
    findings = [*packages, check_memory(), check_disk(), *data]
    if not any(finding.remedy for finding in packages):
        findings.append(check_own_folder())
        findings += [] if any(finding.remedy for finding in data) else [check_images()]
    if any(finding.remedy for finding in packages):
        return Diagnosis(findings, [])  # nothing can be computed, so there is no speed
    devices = check_device()
    findings[len(packages) : len(packages)] = devices
    if any(finding.remedy and finding.blocking for finding in devices):
        return Diagnosis(findings, [])
    try:
        step = seconds_per_step()
    except RuntimeError as error:  # a GPU too old for this PyTorch, or one that others have filled
        findings.append(Finding("speed", f"the device cannot compute: {_first_line(error)}", USE_CPU))
        return Diagnosis(findings, [])
    findings.append(Finding("speed", f"{REFERENCE_STEP / step:.1f} times that of one core of a server"))
    return Diagnosis(findings, predict(ROOT / "notebooks", step / REFERENCE_STEP))


def check_python() -> Finding:
    return Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def check_packages() -> list[Finding]:
    """One finding for each package that is missing or too old, as pyproject.toml demands them."""
    from packaging.requirements import Requirement

    findings = []
    for line in importlib.metadata.requires("vit-course") or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            version = ""
        if not version or not requirement.specifier.contains(version, prereleases=True):
            found = f"{version or 'missing'}; the course needs {requirement.specifier}"
            findings.append(Finding(requirement.name, found, f"{PIP} install --upgrade {quoted(str(requirement))}"))
    return findings


def check_torch() -> Finding:
    """Do PyTorch and torchvision work together? Of builds that do not match, torchvision's operators are missing."""
    remedy = f"{PIP} install --force-reinstall torch torchvision"
    try:
        import torch
    except Exception as error:  # whatever a broken build raises
        return Finding("PyTorch", f"cannot be imported: {_first_line(error)}", remedy)
    try:
        import torchvision

        torchvision.ops.nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.ones(1), 0.5)
    except Exception as error:
        found = f"does not match PyTorch {torch.__version__}: {_first_line(error)}"
        return Finding("torchvision", found, remedy)
    return Finding("PyTorch", f"{torch.__version__}, torchvision {torchvision.__version__}")


def check_device() -> list[Finding]:
    import torch

    from vit_course.device import device

    try:
        chosen = device()
    except (RuntimeError, ValueError) as error:
        unset = "set VIT_COURSE_DEVICE=" if os.name == "nt" else "unset VIT_COURSE_DEVICE"
        return [Finding("device", str(error), unset)]
    if chosen.type == "cuda":
        try:
            free, total = torch.cuda.mem_get_info(chosen)
            name = torch.cuda.get_device_name(chosen)
        except RuntimeError as error:
            return [Finding("device", f"{chosen} cannot be used: {_first_line(error)}", USE_CPU)]
        return [Finding("device", f"{chosen}: {name}, {free / 1e9:.1f} of {total / 1e9:.1f} GB free")]
    findings = [Finding("device", f"{chosen}: {os.cpu_count()} cores, of which PyTorch uses {torch.get_num_threads()}")]
    if chosen.type == "cpu" and not os.environ.get("VIT_COURSE_DEVICE") and shutil.which("nvidia-smi"):
        found = "there seems to be one that PyTorch cannot use; the lessons run on the CPU"
        findings.append(Finding("GPU", found, "nvidia-smi  # it must list the GPU; if so, update its driver", False))
    return findings


def check_memory() -> Finding:
    try:
        import psutil
    except ImportError:
        return Finding("memory", "unknown without psutil", f"{PIP} install psutil", False)
    memory = psutil.virtual_memory()
    free, total, where = memory.available, memory.total, ""
    if (limit := container_memory()) is not None and limit[1] < total:
        free, total, where = min(free, limit[0]), limit[1], ", the limit of this container"
    found = f"{free / 1e9:.1f} of {total / 1e9:.1f} GB free{where}"
    if free >= MEMORY * 1e9:
        return Finding("memory", found)
    remedy = "close other programs and other notebooks"
    if total < MEMORY * 1e9:
        remedy = f"give {'the container' if where else 'the machine'} {MEMORY:.0f} GB or more"
    return Finding("memory", f"{found}; a lesson takes up to {MEMORY} GB", remedy)


def container_memory(
    groups: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> tuple[int, int] | None:
    """(free, limit) in bytes of the control group that this process is in, or of one around it; None without a limit.

    Version 2 has one tree of groups with memory.max, version 1 one of its own for memory.
    """
    lines = own.read_text().splitlines() if own.exists() else []
    found: list[tuple[int, int]] = []
    for line in lines:
        number, kinds, path = line.split(":", 2)
        if number == "0":
            tree, names = groups, ("memory.max", "memory.current")
        elif "memory" in kinds.split(","):
            tree, names = groups / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        inside = tree / path.strip("/")
        for group in (inside, *inside.parents):
            try:
                limit, used = (int((group / name).read_text()) for name in names)
                statistics = (group / "memory.stat").read_text()
                cached = re.search(r"^inactive_file (\d+)", statistics, re.MULTILINE)  # given back when it is needed
                found.append((limit - used + int(cached[1] if cached else 0), limit))
            except (OSError, ValueError):  # no such file here, or "max"
                pass
            if group == tree:
                break
    return min(found, default=None)


def check_own_folder() -> Finding:
    """Can progress be kept, as a check keeps it?"""
    from vit_course.exercises.engine.progress import update

    note = update("", lambda entry: None, keep=False)
    if not note:
        return Finding("progress", "can be kept")
    home = "set VIT_COURSE_HOME=%TEMP%\\vit-course" if os.name == "nt" else "export VIT_COURSE_HOME=/tmp/vit-course"
    return Finding("progress", note, f"{home}  # or another folder that you may write to", False)


def check_images() -> Finding:
    """Do the photographs open, and are the garments unpacked or can they be?"""
    try:
        from vit_course.datasets import fashion_mnist, photograph

        photograph("chelsea", 32)
        fashion_mnist("test", "cpu")
    except Exception as error:  # whatever a missing file or a package that does not fit raises
        return Finding("images", _first_line(error), f"{PIP} install --force-reinstall scikit-image pillow")
    return Finding("images", "photographs and garments open")


def check_disk() -> Finding:
    free = shutil.disk_usage(ROOT).free / 1e9
    if free >= DISK:
        return Finding("disk", f"{free:.1f} GB free")
    remedy = f"{PIP} cache purge  # or delete what you can spare"
    return Finding("disk", f"{free:.1f} GB free; the course needs {DISK}", remedy)


def check_data(data: Path) -> list[Finding]:
    """One finding for each file that is not as data/SHA256SUMS says; a single one where all are."""
    names = list(published.checksums(data)) or ["SHA256SUMS"]
    damages = {name: published.damage(data, name) for name in names}
    findings = [
        Finding(f"data/{name}", found, published.remedy(data, name)) for name, found in damages.items() if found
    ]
    return findings or [Finding("data", f"{len(names)} files, as published")]


def predict(notebooks: Path, slowness: float) -> list[Lesson]:
    """The minutes of each lesson; its metadata has those of reading, and the seconds of computing on the reference."""
    lessons = []
    for path in sorted(notebooks.glob("*.ipynb")):
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            times = notebook["metadata"]["vit_course"]
            computing = times["seconds"] * slowness / 60
            lessons.append(Lesson(path.stem.replace("_", " "), times["reading_minutes"], computing))
        except (ValueError, KeyError):
            continue  # a notebook that is no lesson, or is just being written
    return lessons


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
