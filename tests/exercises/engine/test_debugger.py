"""A debugger inside the learner's function shows its prompt and has time; what waits for input is told so."""

import subprocess
import sys

import pytest
from learner import named

from vit_course.exercises import check
from vit_course.exercises.engine import debugger

pytestmark = pytest.mark.slow

PROGRAM = """
import sys

from vit_course.embeddings import patchify as right
from vit_course.exercises import check
from vit_course.exercises.engine import limits

limits.SECONDS = 1.0
sys.breakpointhook = lambda *args, **kwargs: None  # as in a notebook to which no debugger is attached

def patchify(images, patch_size):
    {start}
    return right(images, patch_size)

print(check(patchify))
"""


def debugged(start, typed):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(start=start)], input=typed, capture_output=True, text=True, timeout=60
    )
    return run.stdout + run.stderr


@pytest.mark.parametrize("start", ["breakpoint()", "import pdb; pdb.set_trace()"])
def test_prompt_is_shown_and_no_time_limit_runs(start):
    output = debugged(start, "p list(images.shape)\n!import time; time.sleep(1.5)\n" + "c\n" * 40)
    assert "(Pdb)" in output and "[2, 3, " in output
    assert "passed: patchify" in output


def test_leaving_the_debugger_is_no_answer():
    output = debugged("breakpoint()", "q\n")
    assert output.count("(Pdb)") == 1
    assert f"not attempted: patchify\n{debugger.QUIT}" in output


def test_input_is_refused_with_a_sentence():
    report = check(named("patchify", lambda images, size: input("patches? ")))
    assert report.status == "failed"
    assert "waits for somebody to type" in report.message and "Traceback" not in report.message


def test_input_works_again_after_a_check(monkeypatch):
    check(named("patchify", lambda images, size: images))
    monkeypatch.setattr("builtins.input", lambda prompt="": "typed")
    assert input() == "typed"
