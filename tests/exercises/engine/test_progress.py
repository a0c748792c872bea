"""A learner's record: kept, never lost, and reported where it is damaged."""

import errno
import json
from pathlib import Path

import filelock
import pytest
from learner import named, patchify_with

from vit_course import exercises
from vit_course.embeddings import patchify
from vit_course.exercises import check, hint, progress, solution
from vit_course.exercises.engine.progress import progress_file, update


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path))  # a folder that is there already
    monkeypatch.setattr(exercises, "_hints_given", {})


def test_progress_is_kept_and_a_pass_is_never_taken_back():
    check(patchify_with(lambda x: x + 1))
    assert "patchify" in repr(progress()) and progress().summary.startswith("0 of")
    check(patchify_with(lambda x: x))
    check(patchify_with(lambda x: x + 1))
    hint("patchify"), solution("patchify")
    row = next(row for row in progress().rows if row[1] == "patchify")
    assert row == ("01", "patchify", "passed", "3", "hint 1, solution")
    assert progress().summary.startswith("1 of")
    assert "patchify" in progress()._repr_html_()


@pytest.mark.parametrize("content", ["{ not json", "[1, 2]", '{"patchify": 3}', ""])
def test_damaged_progress_is_set_aside_and_reported(content):
    progress_file().write_text(content)
    report = check(patchify_with(lambda x: x))
    assert report.status == "passed"
    (aside,) = progress_file().parent.glob("progress.damaged-*.json")
    assert aside.read_text() == content
    assert aside.name in report.note and aside.name in repr(report) and aside.name in report._repr_html_()
    assert json.loads(progress_file().read_text())["patchify"]["status"] == "passed"


@pytest.mark.parametrize("ask", [hint, solution])
def test_damaged_progress_is_reported_with_help(ask):
    progress_file().write_text("{")
    given = ask(patchify)
    assert "damaged" in given.note and given.note in repr(given) and "damaged" in given._repr_html_()
    if ask is solution:
        compile(repr(given), "pasted", "exec")
        assert "damaged" not in given.source
    assert ask(patchify).note == "" and "damaged" not in repr(ask(patchify))


def test_progress_that_cannot_be_read_is_not_written_over(monkeypatch):
    check(patchify_with(lambda x: x))
    before = progress_file().read_bytes()

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        report = check(named("sequence_length", lambda image_size, patch_size: 0))
        assert "Permission denied" in report.note and "Permission denied" in repr(report)
        assert "Permission denied" in hint("patchify").note
        assert "nothing is lost" in repr(progress())
    assert progress_file().read_bytes() == before
    assert progress().summary.startswith("1 of")


def test_damaged_progress_is_reported_by_the_table():
    progress_file().write_text("{")
    assert "damaged" in repr(progress())
    assert "damaged" not in repr(progress())


def test_progress_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VIT_COURSE_HOME", str(tmp_path / "file"))
    report = check(patchify_with(lambda x: x))
    assert report.status == "passed"
    assert "could not be saved" in report.note


@pytest.mark.parametrize("trouble", [OSError(errno.ENOLCK, "No locks available"), NotImplementedError("no flock")])
def test_a_home_without_file_locks_keeps_progress_all_the_same(monkeypatch, trouble):
    def refused(self, *args, **kwargs):
        raise trouble

    monkeypatch.setattr(filelock.FileLock, "acquire", refused)
    assert check(patchify_with(lambda x: x)).note == ""
    assert json.loads(progress_file().read_text())["patchify"]["status"] == "passed"
    assert [path.name for path in progress_file().parent.iterdir()] == ["progress.json"]


def test_another_trouble_with_the_lock_is_said(monkeypatch):
    def refused(self, *args, **kwargs):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(filelock.FileLock, "acquire", refused)
    assert "Input/output error" in check(patchify_with(lambda x: x)).note


def test_home_of_ones_own_may_begin_with_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("VIT_COURSE_HOME", "~/course")
    assert progress_file() == tmp_path / "course" / "progress.json"


def test_to_try_whether_progress_can_be_kept_changes_nothing():
    check(patchify_with(lambda x: x))
    before = progress_file().read_text()
    assert update("unfold", lambda entry: entry.update(status="passed"), keep=False) == ""
    assert progress_file().read_text() == before
