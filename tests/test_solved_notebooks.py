"""Solved copies of the notebooks: with the package's own source in place of each stub, every check says "passed".

Their guesses and quizzes are answered as well, rightly, and the last cell has to say so.

What they train they train for a few steps only and try on few images, and do not assert what comes of it: the notebooks
as they are have just done so, and nothing of it depends on the exercises.

Where the run is on the CPU they compute on a GPU that isn't there (tests/pretend_cuda.py), which costs no run more and
sees what a real one would refuse: a tensor that was left on the CPU.
"""

import ast
import functools
import os
import re
import warnings
from pathlib import Path

import nbclient
import nbformat
import pytest
import test_pretend_cuda

from vit_course.exercises import EXERCISES, GUESSES, LESSONS, QUIZZES, solution

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


SHORT = """
def _short():
    from vit_course import training
    from vit_course.datasets import images

    fit, predict, garments = training.fit, training.predict, images.fashion_mnist

    def few_steps(model, data, *, steps, warmup_steps=100, **others):
        return fit(model, data, steps=min(steps, 6), warmup_steps=min(warmup_steps, steps - 1, 3), **others)

    def few_predictions(model, images, batch_size=50):
        return predict(model, images[:50]).repeat(-(-len(images) // 50), 1)[: len(images)]

    def few_garments(*args):
        return images.LabelledImages(*(part[:1000] for part in garments(*args)))

    training.fit, training.predict, images.fashion_mnist = few_steps, few_predictions, few_garments

_short()
"""


def names_defined(source):
    tree = ast.parse(source)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def answer(source, lesson):
    """A guess or a quiz with the letters that are right; any other cell as it is."""
    if match := re.fullmatch(r'guess\("(.+)"\)', source):
        return f'guess("{match[1]}", "{GUESSES[lesson][match[1]].right}")'
    if source == f'quiz("{lesson}")':
        return f'quiz("{lesson}", "{"".join(question.right for question in QUIZZES[lesson])}")'
    return source


def solve(notebook, lesson):
    """Put the solution into each stub; returns the names of the exercises that the notebook holds."""
    solved = []
    for cell in notebook.cells:
        cell.source = answer(cell.source, lesson)
        if cell.cell_type == "code" and "raise NotImplementedError" in cell.source:
            (name,) = [name for name in names_defined(cell.source) if name in EXERCISES]
            cell.source = solution(name).source
            solved.append(name)
    return solved


@functools.cache
def the_pretence_holds():
    """Whether the pretended GPUs do what they should with this PyTorch; their own tests say what is wrong."""
    try:
        outcomes = test_pretend_cuda.run_proofs()
    except Exception:
        outcomes = {}
    return bool(outcomes) and all((outcomes[name] is None) == name.startswith("right") for name in outcomes)


@pytest.fixture
def somewhere_else_than_the_cpu(monkeypatch):
    if os.environ["VIT_COURSE_DEVICE"] != "cpu":
        return
    if not the_pretence_holds():
        warnings.warn("the pretended GPUs do not work with this PyTorch: solved copies run on the CPU", stacklevel=2)
        return
    monkeypatch.setenv("PYTHONPATH", str(test_pretend_cuda.FOLDER))
    monkeypatch.setenv("VIT_COURSE_DEVICE", "cuda")


@pytest.fixture
def no_assertions(monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")


@pytest.mark.usefixtures("somewhere_else_than_the_cpu", "no_assertions")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_check_passes(path):
    notebook = nbformat.read(path, as_version=4)
    lesson = path.stem[:2]
    solved = solve(notebook, lesson)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SHORT))
    assert sorted(solved) == sorted(exercise.name for exercise in LESSONS[lesson])
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()  # raises where a cell does, and where the kernel dies
    checks = {}
    for cell in notebook.cells:
        if "wrong-on-purpose" in cell.metadata.get("tags", []):
            continue  # shows what a failed check looks like
        if match := re.fullmatch(r"check\((\w+)\)", cell.get("source", "")):
            (output,) = cell.outputs
            checks[match[1]] = output.data["text/plain"]
    assert sorted(checks) == sorted(solved)
    assert {name: text for name, text in checks.items() if not text.startswith("passed")} == {}
    (told,) = [cell.outputs[-1].data["text/plain"] for cell in notebook.cells if cell.source == f'progress("{lesson}")']
    guesses, questions = len(GUESSES[lesson]), len(QUIZZES[lesson])
    assert f"{guesses} of {guesses} guesses came true" in told and f"quiz: {questions} of {questions} right" in told


def test_each_lesson_with_exercises_has_a_notebook():
    assert {path.stem[:2] for path in NOTEBOOKS} >= set(LESSONS)
