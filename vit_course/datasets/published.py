"""The files in data/, which lie there as published: which one is damaged, and what command brings it back?"""

import hashlib
import os
import re
import shlex
from pathlib import Path


def checksums(data: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name in `data`, as the list there has them; none where the list is missing."""
    sums = data / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.exists() else []
    return {line[66:]: line[:64] for line in lines}


def damage(data: Path, name: str) -> str:
    """What is wrong with a file, or "" where it is as the list says."""
    path, digest = data / name, checksums(data).get(name)
    if not path.exists():
        return "missing"
    if digest and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        return f"changed or cut short ({path.stat().st_size:,} bytes)"
    return ""


def remedy(data: Path, name: str) -> str:
    """What brings a file back: a command that may be given in any folder, where the course was cloned."""
    if not (data.parent / "pyproject.toml").exists():
        return "clone the whole repository and install it from there (python install.py): packages alone have no data"
    if not (data.parent / ".git").exists():
        return f"fetch the archive that you unpacked once more, and put its data/{name} to {quoted(data / name)}"
    return f"git -C {quoted(data.parent)} checkout -- {quoted(f'data/{name}')}"


def quoted(word: str | Path) -> str:
    """A word for the command line of this system."""
    text = str(word)
    if os.name != "nt":
        return shlex.quote(text)
    return text if re.fullmatch(r"[\w\\/:.-]+", text) else f'"{text}"'  # cmd.exe knows no single quotes
