"""Each committed notebook: its skeleton, its size, and that it has outputs to compare."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SETUP = """\
try:
    import vit_course
except ModuleNotFoundError:
    raise SystemExit("this kernel cannot find the course: start it with `make lab` or `vit-course lab`") from None

import torch

from vit_course import plots
from vit_course.exercises import check, guess, hint, progress, quiz, solution

device = vit_course.device()
torch.manual_seed(0);"""
MEGABYTES = 3


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def is_start(path):
    """Lesson 00 is shorter, and its references are the other lessons."""
    return path.name.startswith("00_")


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS][:1] == ["00_start_here.ipynb"]


def test_schema_and_cell_ids(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)  # cells have ids from here on
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_kernel_is_the_one_that_everybody_has(notebook):
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}  # a version would change with each machine


def test_each_code_cell_was_run_from_top_to_bottom(code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not any("execution" in cell.metadata for cell in code)  # times of the day: record_timing is off


def test_outputs_are_there_and_none_is_an_error_or_a_warning(code):
    outputs = [output for cell in code for output in cell.outputs]
    compared = [o for cell in code for o in cell.outputs if "nbval-ignore-output" not in cell.metadata.get("tags", [])]
    assert len(compared) >= len(code) / 3
    assert [output.traceback for output in outputs if output.output_type == "error"] == []
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


def test_most_outputs_are_compared(code):
    """What varies by machine is tagged, and that is the exception."""
    ignored = [cell for cell in code if "nbval-ignore-output" in cell.metadata.get("tags", [])]
    assert len(ignored) <= len(code) / 2
    others = {tag for cell in code for tag in cell.metadata.get("tags", [])} - {"nbval-ignore-output"}
    assert {tag for tag in others if tag.startswith(("nbval", "raises"))} <= {"raises-exception"}
    assert not any(re.search(r"# *(NBVAL|PYTEST_VALIDATE)_", cell.source) for cell in code)  # tags alone say so


def test_no_shell_command_hides_a_failure(code):
    assert [cell.source for cell in code if re.search(r"^\s*[!%]", cell.source, re.MULTILINE)] == []


def test_unsolved(code):
    """Committed as a learner gets it: each check says so, and no stub is filled in."""
    shown = {"not attempted": 0, "failed": 0}  # a check that shows what a failed one looks like is tagged
    for cell in code:
        if re.match(r"check\(\w+\)$", cell.source):
            status = "failed" if "wrong-on-purpose" in cell.metadata.get("tags", []) else "not attempted"
            (output,) = cell.outputs
            assert output.data["text/plain"].startswith(status), cell.source
            shown[status] += 1
    assert len([cell for cell in code if "raise NotImplementedError" in cell.source]) == shown["not attempted"] >= 1


def test_first_cells_ask_the_question_and_say_what_is_needed(notebook, path):
    first = notebook.cells[0]
    lines = first.source.splitlines()
    assert lines[0].startswith(f"# {path.stem[:2]} ")
    assert next(line for line in lines[1:] if line.strip()).strip("* ").endswith("?")
    for part in ("You will do", "You will learn", "You need"):
        assert part in first.source, part
    assert re.search(r"\d+ minutes", first.source)


def test_minutes_are_measured(notebook):
    times = notebook.metadata.vit_course
    assert isinstance(times.reading_minutes, int) and times.reading_minutes > 0
    assert 0 < times.seconds <= 120
    (promised,) = re.findall(r"(\d+) minutes", notebook.cells[0].source)[:1]
    assert abs(int(promised) - times.reading_minutes - times.seconds / 60) <= 2


def test_setup_cell_is_the_same_everywhere(code):
    """The first one that runs: in a kernel that lacks the course it says how to get one that has it."""
    assert code[0].source == SETUP


def test_sections(prose, path):
    heads = re.findall(r"^(#+) (.*)", prose, re.MULTILINE)
    assert len([1 for level, _ in heads if level == "#"]) == 1
    sections = [text for level, text in heads if level == "##"]
    numbered = [text for text in sections if re.match(r"\d", text)]
    assert [int(text.split(".")[0]) for text in numbered] == list(range(1, len(numbered) + 1))
    assert sections[len(numbered) :] in (["What to remember"], ["What to remember", "Going further"])
    assert "Going further" in sections or is_start(path)


def test_length(notebook, prose, code, path):
    cells, words = (
        len(notebook.cells),
        len(re.sub(r"<[^>]*>|\$\$.*?\$\$|[|*#-]+\s", " ", prose, flags=re.DOTALL).split()),
    )
    assert cells <= 70 and words <= 2600, f"{cells} cells, {words} words"
    assert is_start(path) or (cells >= 40 and words >= 1500), f"{cells} cells, {words} words"
    assert max(len(cell.source.splitlines()) for cell in code) <= 25


def test_size(path):
    assert path.stat().st_size <= MEGABYTES * 2**20


def test_pictures_have_an_equivalent_in_words(notebook):
    """A sentence under each figure says what to see, or the cell itself prints it."""
    cells = notebook.cells
    for cell, following in zip(cells, [*cells[1:], None], strict=True):
        outputs = cell.get("outputs", [])
        if any("image/png" in output.get("data", {}) for output in outputs):
            printed = any(output.output_type == "stream" for output in outputs)
            assert printed or (following is not None and following.cell_type == "markdown"), cell.source


def test_pictures_have_a_text_alternative(code):
    """In the metadata of the output, where a page and a screen reader find it: of what the picture shows."""
    for cell in code:
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                alternative = output.metadata.get("image/png", {}).get("alt", "")
                assert 40 <= len(alternative) <= 1200 and "\n" not in alternative, f"{alternative!r}: {cell.source}"


def test_folded_answers_are_rendered(prose):
    """Within HTML, Markdown begins after an empty line."""
    rendered = re.findall(r"<details><summary>Answer</summary>\n\n.+?\n\n</details>\n", prose + "\n", re.DOTALL)
    assert len(rendered) == prose.count("<details>")


def test_links_within_the_course_lead_somewhere(prose, path):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", prose)
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_spelling(prose):
    """Of the prose alone: a picture in base64 is full of misspelt words."""
    command = [sys.executable, "-m", "codespell_lib", "-"]
    run = subprocess.run(command, input=prose, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)
    assert run.returncode == 0, run.stdout


def test_setup_cell_names_the_remedy_in_another_kernel(monkeypatch):
    monkeypatch.setitem(sys.modules, "vit_course", None)
    with pytest.raises(SystemExit, match=r"make lab.*vit-course lab"):
        exec(SETUP)
