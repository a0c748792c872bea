"""A progress bar only where somebody looks, and never in an output that is compared."""

import os
import sys
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

from vit_course.app.bar import bar


@pytest.fixture
def nobody(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))


def in_a_terminal(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def in_jupyter(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "work/01_embeddings.ipynb")


def in_vs_code(monkeypatch):
    shell = SimpleNamespace(user_ns={"__vsc_ipynb_file__": "01_embeddings.ipynb"})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


@pytest.mark.parametrize("place", [in_a_terminal, in_jupyter, in_vs_code])
def test_where_somebody_looks_there_is_a_bar_that_is_wiped_away(place, nobody, monkeypatch, capsys):
    place(monkeypatch)
    assert list(bar(range(3))) == [0, 1, 2]
    out, error = capsys.readouterr()
    assert out == "" and "/3 [" in error
    assert error.rsplit("\r", 1)[-1] == "", "the bar is wiped away at the end"


def test_where_nobody_looks_there_is_none(nobody, capsys):
    assert list(bar(range(3))) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


CELL = """
import time
from vit_course.app.bar import bar
for _ in bar(range(3)):
    time.sleep(0.2)
7
"""


def executed(notebook):
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    return output.data["text/plain"]


@pytest.mark.slow
def test_executed_notebook_has_no_bar_in_its_outputs(nobody):
    assert executed(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])) == "7"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_executed_from_a_terminal_the_bar_is_there_and_not_in_the_outputs(nobody, monkeypatch):
    """As `jupyter execute` in a terminal: the kernel's own standard error is that terminal."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # where it is set, ipykernel leaves standard error as it is
    ours, theirs = os.openpty()
    before = os.dup(2)
    os.dup2(theirs, 2)
    try:
        assert executed(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])) == "7"
    finally:
        os.dup2(before, 2)
        os.close(before)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 10_000):
            seen += part
    except OSError:  # nothing is left
        os.close(ours)
    assert b"/3 [" in seen
