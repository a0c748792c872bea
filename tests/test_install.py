"""install.py: what is missing is named, what was broken off is taken up, and a second run does nothing."""

import ast
import errno
import importlib.util
import json
import os
import runpy
import shutil
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="stand-ins for Python are symbolic links")

Version = namedtuple("Version", "major minor micro releaselevel serial")
PROJECT = '[build-system]\nrequires = []\n[project]\nname = "x"\ndependencies = {}\n[tool.x]\ny = {}\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """install.py in a clone of its own, with stand-ins for the two long steps; `calls` says which were taken."""
    root = tmp_path / "a clone"
    root.mkdir()
    shutil.copy(ROOT / "install.py", root)
    (root / "pyproject.toml").write_text(PROJECT.format([], 1))
    spec = importlib.util.spec_from_file_location("install_under_test", root / "install.py")
    install = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(install)
    monkeypatch.setattr(install.shutil, "disk_usage", lambda path: SimpleNamespace(free=100e9))
    course = SimpleNamespace(install=install, root=root, venv=root / ".venv", calls=[], log="", status=0)

    def call(command, **_):
        if "venv" in command:
            course.calls.append("venv")
            (course.venv / "bin").mkdir(parents=True)
            (course.venv / "bin/python").symlink_to(sys.executable)
            return 0
        course.calls.append(command[-1])
        (course.venv / "install.log").write_text(course.log)
        return course.status

    monkeypatch.setattr(install.subprocess, "call", call)
    return course


def run(course, *arguments):
    """The steps that a run of install.py took."""
    course.calls.clear()
    assert course.install.main(list(arguments)) == 0
    return course.calls


def problem(course, *arguments):
    with pytest.raises(course.install.Problem) as caught:
        course.install.main(list(arguments))
    return str(caught.value)


def test_old_pythons_can_read_it():
    ast.parse((ROOT / "install.py").read_text(), feature_version=(3, 6))


def test_old_python_is_named_with_the_remedy(course, monkeypatch):
    monkeypatch.setattr(sys, "version_info", Version(3, 8, 10, "final", 0))
    monkeypatch.setattr(course.install.shutil, "which", lambda name: None)
    message = problem(course, "lab")
    assert "Python 3.8 is too old" in message and "3.11" in message and "apt install python3.13" in message
    assert course.calls == []


def test_old_python_hands_over_to_a_newer_one_that_works(course, monkeypatch):
    called = []
    monkeypatch.setattr(sys, "version_info", Version(3, 8, 10, "final", 0))
    monkeypatch.setattr(course.install.shutil, "which", lambda name: f"/usr/bin/{name}")
    answers = {"/usr/bin/python3.13": None, "/usr/bin/python3.12": (3, 12)}  # the first is there and does not run
    monkeypatch.setattr(course.install, "version_of", answers.get)
    monkeypatch.setattr(course.install.subprocess, "call", lambda command: called.append(command) or 0)
    assert course.install.main(["test"]) == 0
    assert called == [["/usr/bin/python3.12", str(course.root / "install.py"), "test"]]


def test_missing_venv_module_is_named_with_the_remedy(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert f"apt install python3-venv python3.{sys.version_info[1]}-venv" in problem(course, "lab")


def test_small_disk_is_refused_with_figures(course, monkeypatch):
    monkeypatch.setattr(course.install.shutil, "disk_usage", lambda path: SimpleNamespace(free=3e9))
    monkeypatch.setattr(course.install, "SPACE", {"lab": 12, "test": 13})
    message = problem(course, "lab")
    assert "takes about 12.0 GB, and 3.0 GB are free" in message and "Free 9.0 GB" in message
    assert not course.venv.exists()


def test_what_is_installed_already_needs_no_second_place(course, monkeypatch):
    monkeypatch.setattr(course.install.shutil, "disk_usage", lambda path: SimpleNamespace(free=3e9))
    monkeypatch.setattr(course.install, "SPACE", {"lab": 12, "test": 13})
    course.venv.mkdir()
    with open(course.venv / "library", "wb") as file:
        file.truncate(5_000_000_000)  # a hole, which takes no room
    assert run(course, "lab") == ["venv", "."]


def test_mistyped_argument(course):
    assert "install.py test" in problem(course, "tset")


def test_second_run_does_nothing(course):
    assert run(course, "lab") == ["venv", "."]
    assert run(course, "lab") == []
    assert run(course) == []


def test_second_run_is_fast_from_anywhere(course, tmp_path):
    run(course, "lab")
    began = time.monotonic()
    subprocess.run([sys.executable, "a clone/install.py", "lab"], cwd=tmp_path, check=True)
    assert time.monotonic() - began < 5  # 0.1 s on an idle machine


def test_tests_tools_are_added_once(course):
    assert run(course, "lab") == ["venv", "."]
    assert run(course, "test") == [".[test]"]
    assert run(course, "test") == []
    assert run(course, "lab") == []


def test_new_requirements_are_installed_and_other_settings_ignored(course):
    run(course, "lab")
    (course.root / "pyproject.toml").write_text(PROJECT.format([], 2))
    assert run(course, "lab") == []
    (course.root / "pyproject.toml").write_text(PROJECT.format('["einops"]', 2))
    assert run(course, "lab") == ["."]


@pytest.mark.parametrize(
    ("log", "remedy"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError('Temporary failure in name resolution')", "the network did not answer"),
        ("ERROR: No matching distribution found for torch>=2.11", "this Python and system"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied", "who owns the folder"),
        ("something else", "pip stopped"),
    ],
)
def test_broken_off_installation_is_explained_and_taken_up(course, log, remedy):
    course.status, course.log = 1, log
    message = problem(course, "lab")
    assert remedy in message and "run the same command again" in message
    half = course.venv / "lib/python3.12/site-packages/torch-2.15.0.dist-info"
    whole = course.venv / "lib/python3.12/site-packages/numpy-2.4.0.dist-info"
    for folder in (half, whole):
        folder.mkdir(parents=True)
        (folder / "METADATA").touch()
    (whole / "RECORD").touch()
    course.status = 0
    assert run(course, "lab") == ["."]
    assert whole.exists() and not half.exists()
    assert run(course, "lab") == []


def test_broken_off_addition_leaves_no_stamp_of_the_earlier_one(course):
    run(course, "lab")
    course.status = 1
    problem(course, "test")
    course.status = 0
    assert run(course, "lab") == ["."]


def test_ctrl_c_is_no_traceback(course, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "call", interrupted)
    monkeypatch.setattr(sys, "argv", ["install.py", "lab"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(course.root / "install.py"), run_name="__main__")
    assert caught.value.code == 130
    assert "Run the same command again" in capsys.readouterr().err


def gone(python):
    python.unlink()
    python.symlink_to("/nowhere/python3.11")


def outdated(python):
    python.unlink()
    python.write_text("#!/bin/sh\necho 3 9\n")
    python.chmod(0o755)


def without_pip(python):
    python.unlink()
    python.write_text('#!/bin/sh\ncase "$2" in *pip*) exit 1;; *) echo 3 12;; esac\n')
    python.chmod(0o755)


@pytest.mark.parametrize(
    ("damage", "reason"), [(gone, "does not run"), (outdated, "holds Python 3.9"), (without_pip, "has no pip")]
)
def test_unusable_environment_is_made_anew_and_said(course, capsys, damage, reason):
    run(course, "lab")
    damage(course.venv / "bin/python")
    (course.venv / "vit-course.json").unlink()
    assert run(course, "lab") == ["venv", "."]
    output = capsys.readouterr().out
    assert "Making .venv anew: it" in output and reason in output
    assert run(course, "lab") == []


def test_python_that_went_is_noticed_behind_a_good_stamp(course):
    run(course, "lab")
    gone(course.venv / "bin/python")
    assert run(course, "lab") == ["venv", "."]


def test_moved_folder_is_noticed(course, capsys):
    run(course, "lab")
    stamp = course.venv / "vit-course.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "place": "/before"}))
    assert run(course, "lab") == ["venv", "."]
    assert "it was made for /before" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[]", '{"packages": ', "\0"])
def test_damaged_stamp_only_costs_time(course, content):
    run(course, "lab")
    (course.venv / "vit-course.json").write_text(content)
    assert run(course, "lab") == ["."]


def test_settings_of_the_shell_lead_nowhere_else(course, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setenv("PIP_TARGET", "/nowhere")
    monkeypatch.setenv("PIP_USER", "1")
    environment = course.install.clean_environment()
    assert "PYTHONPATH" not in environment and "PIP_TARGET" not in environment
    assert environment["PIP_USER"] == "0"


def test_a_second_one_waits_for_the_first(course, capsys):
    fcntl = pytest.importorskip("fcntl")
    with open(course.root / ".install.lock", "w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        thread = threading.Thread(target=run, args=(course, "lab"))
        thread.start()
        time.sleep(0.5)
        assert course.calls == [] and thread.is_alive()
        assert "Another installation of this course is at work" in capsys.readouterr().out
    thread.join(timeout=10)
    assert course.calls == ["venv", "."]


def test_a_file_system_without_locks_is_no_obstacle(course, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def refused(file, how):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    assert run(course, "lab") == ["venv", "."]
