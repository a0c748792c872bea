"""The pretended GPUs catch the classic mistakes of placement, and let pass what is right."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "pretend"
NAMES = re.findall(r"^def (\w+)\(model, images, labels\)", (FOLDER / "proofs.py").read_text(), re.MULTILINE)


def run_proofs():
    """What came of each: an error's text, or None."""
    environment = {**os.environ, "PYTHONPATH": str(FOLDER)}
    run = subprocess.run([sys.executable, FOLDER / "proofs.py"], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def outcomes():
    return run_proofs()


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_caught_and_right_code_passes(name, outcomes):
    if name.startswith("right"):
        assert outcomes[name] is None
    else:
        words = "same device|to numpy|indices should be|device different|generator|ordinal"
        assert re.search(words, outcomes[name] or "")


def test_there_are_ten_mistakes_and_more(outcomes):
    assert outcomes.keys() == set(NAMES) and sum(not name.startswith("right") for name in NAMES) >= 10
