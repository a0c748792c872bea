"""A learner's notebooks are never overwritten, and JupyterLab starts and ends as it should."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from vit_course.app.lab import MANIFEST, copy_notebooks

pytestmark = pytest.mark.slow


@pytest.fixture
def places(tmp_path):
    notebooks, work = tmp_path / "notebooks", tmp_path / "work"
    notebooks.mkdir()
    for name in ("00_start_here.ipynb", "01_embeddings.ipynb"):
        (notebooks / name).write_text(f"first edition of {name}")
    return notebooks, work


def contents(work):
    return {path.name: path.read_text() for path in work.glob("*.ipynb")}


def test_copies_all_and_says_nothing(places):
    notebooks, work = places
    assert copy_notebooks(*places) == []
    assert contents(work) == contents(notebooks)
    assert sorted(os.listdir(work)) == [MANIFEST, "00_start_here.ipynb", "01_embeddings.ipynb", "AGENTS.md"]


def test_second_start_changes_nothing(places):
    copy_notebooks(*places)
    before = {path: path.stat().st_mtime_ns for path in places[1].iterdir()}
    assert copy_notebooks(*places) == []
    assert {path: path.stat().st_mtime_ns for path in places[1].iterdir()} == before


def test_untouched_notebook_is_replaced_by_its_new_edition(places):
    notebooks, work = places
    copy_notebooks(*places)
    (notebooks / "01_embeddings.ipynb").write_text("second edition")
    (message,) = copy_notebooks(*places)
    assert "01_embeddings.ipynb" in message and "replaced" in message
    assert contents(work)["01_embeddings.ipynb"] == "second edition"


def test_changed_notebook_is_kept_and_each_new_edition_put_beside_it_once(places):
    notebooks, work = places
    copy_notebooks(*places)
    (work / "01_embeddings.ipynb").write_text("my work")
    assert copy_notebooks(*places) == []  # no new edition, so nothing to say

    (notebooks / "01_embeddings.ipynb").write_text("second edition")
    (message,) = copy_notebooks(*places)
    assert "01_embeddings_edition_2.ipynb" in message
    assert contents(work)["01_embeddings.ipynb"] == "my work"
    assert contents(work)["01_embeddings_edition_2.ipynb"] == "second edition"
    assert copy_notebooks(*places) == []

    (notebooks / "01_embeddings.ipynb").write_text("third edition")  # the second is untouched: it gives way
    copy_notebooks(*places)
    assert contents(work)["01_embeddings_edition_2.ipynb"] == "third edition"

    (work / "01_embeddings_edition_2.ipynb").write_text("my work on it")
    (notebooks / "01_embeddings.ipynb").write_text("fourth edition")
    copy_notebooks(*places)
    assert contents(work) == {
        "00_start_here.ipynb": "first edition of 00_start_here.ipynb",
        "01_embeddings.ipynb": "my work",
        "01_embeddings_edition_2.ipynb": "my work on it",
        "01_embeddings_edition_3.ipynb": "fourth edition",
    }


def test_deleted_notebook_comes_back_but_a_deleted_new_edition_does_not(places):
    notebooks, work = places
    copy_notebooks(*places)
    (work / "00_start_here.ipynb").unlink()
    (work / "01_embeddings.ipynb").write_text("my work")
    (notebooks / "01_embeddings.ipynb").write_text("second edition")
    copy_notebooks(*places)
    (work / "01_embeddings_edition_2.ipynb").unlink()
    assert copy_notebooks(*places) == []
    assert sorted(contents(work)) == ["00_start_here.ipynb", "01_embeddings.ipynb"]


@pytest.mark.parametrize("damage", ["", '{"01_embeddings.ipynb": ', "[1, 2]", '{"01_embeddings.ipynb": 3}', "\udcff"])
def test_damaged_manifest_loses_nothing(places, damage):
    notebooks, work = places
    copy_notebooks(*places)
    (work / "01_embeddings.ipynb").write_text("my work")
    (work / MANIFEST).write_text(damage, errors="surrogateescape")
    (notebooks / "00_start_here.ipynb").write_text("second edition")
    (notebooks / "01_embeddings.ipynb").write_text("second edition")
    messages = copy_notebooks(*places)
    assert "damaged" in messages[0]
    assert contents(work)["01_embeddings.ipynb"] == "my work"
    assert contents(work)["01_embeddings_edition_2.ipynb"] == "second edition"
    assert contents(work)["00_start_here.ipynb"] == "first edition of 00_start_here.ipynb"
    assert len(list(work.glob(".editions.damaged-*"))) == 1


def notebook(*sources, outputs=(), **metadata):
    cells = [nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=1) for source in sources]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


MINE = {"name": "mine", "display_name": "my own kernel"}
GIVEN = [nbformat.v4.new_output("stream", text="36\n")]


def test_copies_hold_no_outputs_and_the_notebooks_keep_theirs(places):
    notebooks, work = places
    (notebooks / "01_embeddings.ipynb").write_text(notebook("print(36)", outputs=GIVEN, kernelspec=MINE))
    copy_notebooks(*places)
    copied = nbformat.read(work / "01_embeddings.ipynb", as_version=4)
    assert [(cell.source, cell.outputs, cell.execution_count) for cell in copied.cells] == [("print(36)", [], None)]
    assert copied.metadata.kernelspec.name == "mine"
    assert "36\\n" in (notebooks / "01_embeddings.ipynb").read_text()


def test_what_jupyter_changes_by_itself_is_no_change(places):
    notebooks, work = places
    (notebooks / "01_embeddings.ipynb").write_text(notebook("a"))
    copy_notebooks(*places)
    (work / "01_embeddings.ipynb").write_text(notebook("a", kernelspec=MINE, window={"zoom": 2}))
    (notebooks / "01_embeddings.ipynb").write_text(notebook("b"))
    (message,) = copy_notebooks(*places)
    assert "replaced" in message and nbformat.read(work / "01_embeddings.ipynb", as_version=4).cells[0].source == "b"


@pytest.mark.parametrize("changed", [notebook("c"), notebook("a", outputs=GIVEN), notebook("a", "")])
def test_cells_and_what_they_gave_are_a_learners_own(places, changed):
    notebooks, work = places
    (notebooks / "01_embeddings.ipynb").write_text(notebook("a"))
    copy_notebooks(*places)
    (work / "01_embeddings.ipynb").write_text(changed)
    (notebooks / "01_embeddings.ipynb").write_text(notebook("b"))
    (message,) = copy_notebooks(*places)
    assert "beside yours" in message and (work / "01_embeddings.ipynb").read_text() == changed


def test_copies_made_before_they_were_without_outputs_are_known(places):
    notebooks, work = places
    older = notebook("a", outputs=GIVEN)
    work.mkdir()
    (work / "01_embeddings.ipynb").write_text(older)
    digest = hashlib.sha256(older.encode()).hexdigest()
    (work / MANIFEST).write_text(json.dumps({"01_embeddings.ipynb": digest}))
    (notebooks / "01_embeddings.ipynb").write_text(notebook("b"))
    (message,) = copy_notebooks(*places)
    assert "replaced" in message


def test_broken_off_between_notebook_and_manifest_is_taken_up(places):
    notebooks, work = places
    copy_notebooks(*places)
    (notebooks / "01_embeddings.ipynb").write_text("second edition")
    (work / "01_embeddings.ipynb").write_text("second edition")  # written, and then the power went
    assert copy_notebooks(*places) == []
    assert json.loads((work / MANIFEST).read_text())["01_embeddings.ipynb"]
    (notebooks / "01_embeddings.ipynb").write_text("third edition")
    (message,) = copy_notebooks(*places)
    assert "replaced" in message


def test_without_notebooks_the_remedy_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="clone the whole repository"):
        copy_notebooks(tmp_path, tmp_path / "work")


@pytest.fixture
def running(tmp_path, request):
    """JupyterLab as `vit-course lab` starts it, on a notebook of one cell, with a hostile kernel of the user's own."""
    work, user = tmp_path / "a work folder", tmp_path / "user"
    work.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), work / "00_start_here.ipynb")
    kernel = user / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": ["/nowhere/python"], "display_name": "x", "language": "x"}))
    code = "import sys, pathlib; from vit_course.app import lab; "
    code += "lab.start(pathlib.Path(sys.argv[1]), False, sys.argv[2], int(sys.argv[3]))"
    # What the user has set for another server of his.
    theirs = "c.ServerApp.base_url = '/mine/'\nc.ServerApp.certfile = '/nowhere/cert.pem'\nc.ServerApp.port = 9999\n"
    (user / "jupyter_server_config.py").write_text(theirs + "c.PasswordIdentityProvider.hashed_password = 'x'\n")
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(user), "JUPYTER_CONFIG_DIR": str(user), "BROWSER": "false"}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(work), *map(str, getattr(request, "param", ("127.0.0.1", 8888)))],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to another process on Windows")
def test_jupyterlab_starts_on_a_free_port_with_token_and_own_kernel_and_ctrl_c_ends_it(running):
    with socket.socket() as taken:  # the usual port is not free (or was not before)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8888))
            taken.listen()
        except OSError:
            pass
        address = running.stdout.readline()
    match = re.fullmatch(
        r"JupyterLab: (http://127\.0\.0\.1:(\d+))/lab/tree/00_start_here\.ipynb\?token=(\w+)\n", address
    )
    assert match, address + running.stderr.read()
    base, port, token = match.groups()
    assert port != "8888"

    def get(path, **headers):
        with urllib.request.urlopen(urllib.request.Request(base + path, headers=headers), timeout=30) as answer:
            return answer.read().decode()

    assert "Ctrl-C" in running.stdout.readline()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get("/api/contents")
    login = {"Authorization": f"token {token}"}
    assert "00_start_here.ipynb" in get("/api/contents", **login)
    specs = json.loads(get("/api/kernelspecs", **login))
    assert specs["default"] == "python3"
    assert specs["kernelspecs"]["python3"]["spec"]["argv"][0] != "/nowhere/python"
    page = get("/lab", **login)
    config = json.loads(re.search(r'<script id="jupyter-config-data".*?>(.*?)</script>', page, re.DOTALL)[1])
    assert "@jupyterlab/apputils-extension:announcements" in config["disabledExtensions"]
    assert json.loads(get("/lab/api/update", **login))["notification"] is None

    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    output, errors = running.communicate(timeout=60)
    assert running.returncode == 0
    assert time.monotonic() - began < 30
    assert "JupyterLab has ended" in output
    assert "Traceback" not in errors and "y/[n]" not in output + errors


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to another process on Windows")
@pytest.mark.parametrize("running", [("0.0.0.0", 8790)], indirect=True)
def test_in_a_container_it_answers_everywhere_and_says_what_that_means(running):
    address = running.stdout.readline()
    match = re.fullmatch(r"JupyterLab: (http://127\.0\.0\.1:(87\d\d))/lab/tree/\S+\?token=(\w+)\n", address)
    assert match, address + running.stderr.read()
    assert "whoever can reach this machine and has that token" in running.stdout.readline()
    request = urllib.request.Request(f"{match[1]}/api/contents", headers={"Host": "class.example:8790"})
    request.add_header("Authorization", f"token {match[3]}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
