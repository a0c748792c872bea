"""The guards that keep the notebooks from rotting unnoticed, each tried on a small notebook that it must stop."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(tmp_path):
    """Run pytest with the repository's conftest on a notebook of these cells: (source, what it printed)."""

    def run(*cells, options=(), environment=()):
        notebook = new_notebook(
            cells=[
                new_code_cell(source, execution_count=1, outputs=[new_output("stream", text=text)] if text else [])
                for source, text in cells
            ]
        )
        nbformat.write(notebook, tmp_path / "lesson.ipynb")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "VIT_COURSE_"))}
        command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "--color=no"]
        return subprocess.run(
            [*command, "--nbval", "--nbval-current-env", "lesson.ipynb", *options],
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT), **dict(environment)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    return run


def test_right_outputs_pass(run):
    result = run(("print('right')", "right\n"), ("1;", ""))
    assert result.returncode == 0, result.stdout
    assert "2 passed" in result.stdout


@pytest.mark.parametrize("written", ["wrong\n", "", "right\nand more\n"])
def test_doctored_output_fails(run, written):
    result = run(("print('right')", written))
    assert result.returncode == 1
    assert "1 failed" in result.stdout and "lesson.ipynb" in result.stdout


def test_error_fails(run):
    result = run(("1 / 0", ""))
    assert result.returncode == 1
    assert "ZeroDivisionError" in result.stdout


def test_dying_kernel_fails_within_ten_seconds_and_says_so(run):
    result = run(
        ("import os; os._exit(9)", ""),
        ("print('after')", "after\n"),
        options=["--durations=0", "-vv", "--nbval-cell-timeout=30"],
    )
    assert result.returncode == 1
    assert "The kernel died while this cell ran" in result.stdout
    assert "vit-course doctor" in result.stdout
    assert "2 failed" in result.stdout  # the cells after it do not pass either
    (seconds,) = re.findall(r"([\d.]+)s call +lesson\.ipynb::Cell 0", result.stdout)
    assert float(seconds) < 10


def test_hanging_cell_fails_at_its_limit(run):
    result = run(("while True: pass", ""), options=["--nbval-cell-timeout=2", "--durations=0", "-vv"])
    assert result.returncode == 1
    assert "Timeout of 2 seconds exceeded" in result.stdout
    (seconds,) = re.findall(r"([\d.]+)s call +lesson\.ipynb::Cell 0", result.stdout)
    assert 2 <= float(seconds) < 10


def test_a_slow_cell_within_its_limit_passes(run):
    result = run(("import time; time.sleep(3); print('done')", "done\n"), options=["--nbval-cell-timeout=30"])
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("parallel", [[], ["-n", "2", "--dist", "loadscope"]], ids=["alone", "parallel"])
def test_receipt_is_shown_for_each_notebook(run, parallel):
    result = run(("import torch; print(torch.zeros(2).sum().item())", "0.0\n"), ("1;", ""), options=parallel)
    assert result.returncode == 0, result.stdout
    assert "| notebook | device | peak GPU memory, MiB | seconds | torch |" in result.stdout
    assert re.search(r"\| lesson\.ipynb \| CPU \| 0 \| \d+ \| 2\.\d+\.\S+ \|", result.stdout)


FAKE_GPU = """
import sys
from types import SimpleNamespace
sys.modules["torch"] = SimpleNamespace(__version__="9.9", cuda=SimpleNamespace(
    is_initialized=lambda: True, device_count=lambda: 2, get_device_name=lambda device: f"GPU {{device}}",
    max_memory_allocated=lambda device: {used} * device * 3 * 2**20))
"""


@pytest.mark.parametrize(
    ("device", "used", "complaint"),
    [
        ("cuda", 0, "lesson.ipynb never used a GPU: it must compute on vit_course.device()"),
        ("cuda", 1, ""),
        ("cuda:1", 1, ""),
        ("cuda:0", 1, "lesson.ipynb used GPU 1: it must compute on vit_course.device()"),
    ],
)
def test_on_cuda_a_notebook_that_never_used_the_gpu_or_used_another_fails(run, tmp_path, device, used, complaint):
    """The rule itself, with a stand-in for the GPU: a plugin pretends that there are two."""
    (tmp_path / "pretend.py").write_text(
        f"import os\ndef pytest_collection_finish(session):\n    os.environ['VIT_COURSE_DEVICE'] = '{device}'\n"
    )
    result = run((FAKE_GPU.format(used=used), ""), options=["-p", "pretend"])
    assert complaint in result.stdout and result.returncode == bool(complaint), result.stdout
    assert ("| lesson.ipynb | GPU 1 | 3 |" in result.stdout) == bool(used)  # not the first one, which was idle


NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}  # also where there is one


@pytest.mark.parametrize(
    ("options", "environment"), [(["--device", "cuda"], NO_GPU), ([], {"VIT_COURSE_DEVICE": "cuda", **NO_GPU})]
)
def test_cuda_where_there_is_none_fails_at_once(run, options, environment):
    result = run(("1;", ""), options=options, environment=environment.items())
    assert result.returncode == 4  # wrong use: nothing was run
    assert "VIT_COURSE_DEVICE='cuda'" in result.stderr and "finds no such device" in result.stderr
    assert "passed" not in result.stdout


def test_mistyped_device_fails_at_once(run):
    result = run(("1;", ""), options=["--device", "gpu"])
    assert result.returncode == 4
    assert "'gpu' is no device" in result.stderr


def test_kernel_gets_the_device_and_a_home_of_its_own(run, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "progress.json").write_text("{}")
    source = "import os; print(os.environ['VIT_COURSE_DEVICE'], os.listdir(os.environ['VIT_COURSE_HOME']))"
    result = run((source, "cpu []\n"), environment={"VIT_COURSE_HOME": str(mine)}.items())
    assert result.returncode == 0, result.stdout
    assert (mine / "progress.json").exists()
