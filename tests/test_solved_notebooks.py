"""Solved copies of the notebooks: with the package's own source in place of each stub, every check says "passed"."""

import ast
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from vit_course.exercises import EXERCISES, LESSONS, solution

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def names_defined(source):
    tree = ast.parse(source)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def solve(notebook):
    """Put the solution into each stub; returns the names of the exercises that the notebook holds."""
    solved = []
    for cell in notebook.cells:
        if cell.cell_type == "code" and "raise NotImplementedError" in cell.source:
            (name,) = [name for name in names_defined(cell.source) if name in EXERCISES]
            cell.source = solution(name).source
            solved.append(name)
    return solved


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_check_passes(path):
    notebook = nbformat.read(path, as_version=4)
    solved = solve(notebook)
    assert sorted(solved) == sorted(exercise.name for exercise in LESSONS[path.stem[:2]])
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


def test_each_lesson_with_exercises_has_a_notebook():
    assert {path.stem[:2] for path in NOTEBOOKS} >= set(LESSONS)
