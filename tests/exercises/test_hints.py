"""The last hint of an exercise is code that runs where it is pasted: into the stub, in its notebook."""

import ast
import textwrap
from pathlib import Path

import nbformat
import pytest

from vit_course import exercises
from vit_course.exercises import EXERCISES, check, hint
from vit_course.exercises.engine.solution import LONG, in_disorder

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def notebook_until(exercise):
    """The code cells of the exercise's notebook as they are before it, and its stub."""
    path = next(NOTEBOOKS.glob(f"0{exercise.number[0]}_*.ipynb"))
    trees = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if not line.startswith(("%", "!"))]
            trees.append(ast.parse("\n".join(lines)))
            for node in trees[-1].body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == exercise.name:
                    return trees[:-1], node
    raise AssertionError(f"no stub of {exercise.name} in {path}")


def defined(name, arguments, lines):
    return "\n".join([f"def {name}({arguments}):", *(f"    {line}" for line in lines), ""])


@pytest.mark.parametrize("name", [name for name, exercise in EXERCISES.items() if not exercise.quiz])
def test_last_hint_is_code_that_passes(name):
    exercise = EXERCISES[name]
    before, stub = notebook_until(exercise)
    imports = [node for tree in before for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    namespace = {"Reference": exercise.reference}
    exec(ast.unparse(ast.Module(imports, [])), namespace)
    if exercise.is_class:
        in_init, _, in_forward = exercise.hints[-1].rpartition("# in forward\n")
        arguments = {node.name: ast.unparse(node.args) for node in stub.body if isinstance(node, ast.FunctionDef)}
        handed_on = arguments["__init__"].removeprefix("self, ").replace("=1", "")
        start = [f"super().__init__({handed_on})", *in_init.splitlines()]
        methods = defined("__init__", arguments["__init__"], start)
        methods += defined("forward", arguments["forward"], in_forward.splitlines())
        code = f"class {name}(Reference):\n{textwrap.indent(methods, '    ')}"
    else:
        code = defined(name, ast.unparse(stub.args), exercise.hints[-1].splitlines())
    exec(code, namespace)
    report = check(namespace[name])
    assert report.status == "passed", report.message


@pytest.mark.parametrize("name", EXERCISES)
def test_hints_are_shown_in_turn(name):
    shown = [str(hint(name)) for _ in range(3)]
    assert all(text.splitlines()[0] in one for text, one in zip(EXERCISES[name].hints, shown, strict=True))


@pytest.mark.parametrize("name", EXERCISES)
def test_the_second_hint_to_a_long_exercise_has_all_lines_in_another_order(name, monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})
    code = EXERCISES[name].hints[-1]
    given = in_disorder(code)
    long = len([line for line in code.splitlines() if not line.startswith("#")]) >= LONG
    assert bool(given) == long
    if long:
        assert sorted(given.splitlines()) == sorted(code.splitlines()) and given != code
        hint(name)
        assert given in str(hint(name)) and given == in_disorder(code)
