"""The command line: what it offers, how fast it starts, what it answers."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from vit_course.app import cli
from vit_course.app.diagnosis import Diagnosis, Finding

runner = CliRunner()


def test_starts_without_pytorch_and_jupyter():
    """Both take seconds to import, and `vit-course lab` and `--help` need the one later and the other never."""
    code = (
        "import sys, vit_course.app.cli, vit_course.app.lab; print({'torch', 'jupyterlab', 'numpy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_module_is_the_command():
    run = subprocess.run([sys.executable, "-m", "vit_course", "--help"], capture_output=True, text=True, check=True)
    assert "Usage: vit-course" in run.stdout and "doctor" in run.stdout


def test_help_names_the_commands():
    result = runner.invoke(cli.app, ["--help"])
    assert result.exit_code == 0
    for command in ("doctor", "lab", "progress"):
        assert command in result.output


def test_mistyped_command_is_refused():
    result = runner.invoke(cli.app, ["doktor"])
    assert result.exit_code == 2
    assert "doktor" in result.output


@pytest.mark.parametrize(("remedy", "status"), [("", 0), ("mend it", 1)])
def test_status_of_doctor_says_whether_a_lesson_can_be_done(monkeypatch, remedy, status):
    monkeypatch.setattr("vit_course.app.doctor.examine", lambda: Diagnosis([Finding("disk", "full", remedy)], []))
    result = runner.invoke(cli.app, ["doctor"])
    assert result.exit_code == status
    assert "disk" in result.output and remedy in result.output


def test_what_an_encoding_lacks_is_replaced(monkeypatch):
    """That of a file on Windows: `vit-course doctor > diagnosis.txt`."""
    monkeypatch.setattr("vit_course.app.doctor.examine", lambda: Diagnosis([Finding("disk", "full", "mend it")], []))
    monkeypatch.setattr("vit_course.exercises.progress", lambda: "✓")
    for command, status, shown in [("doctor", 1, "disk"), ("progress", 0, "?")]:
        result = CliRunner(charset="cp1252").invoke(cli.app, [command])
        assert result.exit_code == status and shown in result.output, result.exception


def test_progress_is_shown():
    result = runner.invoke(cli.app, ["progress"])
    assert result.exit_code == 0
    assert "sequence_length" in result.output and "not attempted" in result.output


@pytest.mark.parametrize(
    ("arguments", "work", "started_with"),
    [
        ([], "work", (True, "127.0.0.1", 8888)),
        (["--no-browser"], "work", (False, "127.0.0.1", 8888)),
        (["--work", "elsewhere", "--ip", "0.0.0.0", "--port", "9000"], "elsewhere", (True, "0.0.0.0", 9000)),
    ],
)
def test_lab_copies_and_starts(monkeypatch, tmp_path, arguments, work, started_with):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vit_course.app.lab.ROOT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/00_start_here.ipynb").write_text("{}")
    started = []
    monkeypatch.setattr("vit_course.app.lab.start", lambda *arguments: started.append(arguments))
    assert runner.invoke(cli.app, ["lab", *arguments]).exit_code == 0
    assert started == [(tmp_path / work, *started_with)]
    assert (tmp_path / work / "00_start_here.ipynb").exists() and (tmp_path / work / "AGENTS.md").exists()


def test_lab_where_nothing_may_be_written_names_the_way_out(monkeypatch):
    def refused(*arguments):
        raise PermissionError(13, "Permission denied", "/course/work")

    monkeypatch.setattr("vit_course.app.lab.lab", refused)
    result = runner.invoke(cli.app, ["lab"])
    assert result.exit_code == 1 and "vit-course lab --work ~/vit-course-work" in result.output


def test_lab_without_notebooks_is_one_message(monkeypatch, tmp_path):
    monkeypatch.setattr("vit_course.app.lab.ROOT", tmp_path)
    result = runner.invoke(cli.app, ["lab"])
    assert result.exit_code == 1
    assert "clone the whole repository" in result.output and "Traceback" not in result.output


def test_ctrl_c_before_jupyterlab_is_up_is_no_error(monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("vit_course.app.lab.lab", interrupted)
    result = runner.invoke(cli.app, ["lab"])
    assert result.exit_code == 0
    assert "not started" in result.output
