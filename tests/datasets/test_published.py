"""The files in data/: damage is seen, and the command that mends it can be pasted on this system."""

import hashlib
import os
from pathlib import Path

import pytest

from vit_course.datasets.published import checksums, damage, quoted, remedy


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "my clone" / "data"
    folder.mkdir(parents=True)
    (folder.parent / "pyproject.toml").touch()
    (folder.parent / ".git").mkdir()
    (folder / "a file").write_bytes(b"images")
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(b'images').hexdigest()}  a file\n")
    return folder


def test_file_as_published(data):
    assert list(checksums(data)) == ["a file"]
    assert damage(data, "a file") == ""


@pytest.mark.parametrize(
    ("content", "found"), [(b"imag", "changed or cut short (4 bytes)"), (b"Images", "changed"), (None, "missing")]
)
def test_damage(data, content, found):
    (data / "a file").unlink()
    if content is not None:
        (data / "a file").write_bytes(content)
    assert damage(data, "a file").startswith(found)


def test_remedy_works_from_any_folder(data):
    mark = '"' if os.name == "nt" else "'"
    assert remedy(data, "a file") == f"git -C {mark}{data.parent}{mark} checkout -- {mark}data/a file{mark}"


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [
        ("numpy", "numpy", "numpy"),
        (r"C:\Python\python.exe", r"'C:\Python\python.exe'", r"C:\Python\python.exe"),
        (r"C:\Program Files\python.exe", r"'C:\Program Files\python.exe'", r'"C:\Program Files\python.exe"'),
        ("numpy>=2.0", "'numpy>=2.0'", '"numpy>=2.0"'),
    ],
)
def test_words_are_quoted_as_the_system_has_it(monkeypatch, word, posix, windows):
    for name, expected in (("posix", posix), ("nt", windows)):
        with monkeypatch.context() as patch:
            patch.setattr("vit_course.datasets.published.os.name", name)
            assert quoted(word) == expected


def test_path_is_quoted_too():
    assert quoted(Path("data")) == "data"
