"""The solution of an exercise: the package's own source, made to run where it is pasted; and its lines in disorder."""

import ast
import inspect
import random
import sys
import textwrap
from collections.abc import Callable
from typing import Any


def self_contained_source(reference: Callable[..., Any]) -> str:
    """The source of a function or class, with the imports in front that its names need."""
    source = textwrap.dedent(inspect.getsource(reference))
    module = sys.modules[reference.__module__]
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    imports = []
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            wanted = [a for a in node.names if (a.asname or a.name).split(".")[0] in used]
            if wanted:
                node.names = wanted
                imports.append(ast.unparse(node))
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if node.name in used and node.name != reference.__name__:
                imports.append(f"from {module.__name__} import {node.name}")
        elif isinstance(node, ast.Assign):
            names = [t.id for t in node.targets if isinstance(t, ast.Name) and t.id in used]
            imports += [f"from {module.__name__} import {name}" for name in names]
    return "\n".join(imports) + "\n\n\n" + source if imports else source


LONG = 5  # lines of code from which on they are shown in disorder, before they are shown


def in_disorder(code: str) -> str:
    """The lines of a last hint in another order, to be put right; "" for one that is short.

    The parts of a class that it has ("# in forward") stay apart, and each is shuffled by itself.
    """
    lines = code.splitlines()
    if len([line for line in lines if not line.startswith("#")]) < LONG:
        return ""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("#"):
            parts += [[line], []]
        else:
            parts[-1].append(line)
    return "\n".join(line for part in parts for line in _shuffled(part))


def _shuffled(lines: list[str]) -> list[str]:
    """Always the same other order."""
    if len(lines) < 2:
        return lines
    chosen, dice = list(lines), random.Random(len(lines))
    while chosen == lines:
        dice.shuffle(chosen)
    return chosen
