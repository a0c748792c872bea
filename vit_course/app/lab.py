"""`vit-course lab`: a learner's own copies of the notebooks in work/, and JupyterLab on the first of them."""

import hashlib
import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

from vit_course.app.files import write_whole

ROOT = Path(__file__).resolve().parents[2]
FIRST = "00_start_here.ipynb"
MANIFEST = ".editions.json"  # name of a file in work/: SHA-256 of what this command wrote there
FOR_ASSISTANTS = Path(__file__).with_name("for_assistants.md")  # an AI assistant finds it as AGENTS.md in work/


def copy_notebooks(notebooks: Path, work: Path) -> list[str]:
    """Bring work/ up to date and say what was done, one sentence for each thing that a learner should know.

    The copies hold no outputs, so that a guess is a guess. A notebook that is as it was copied is replaced by its new
    edition. One that the learner changed is never touched: its new edition is put beside it, once, as
    NAME_edition_2.ipynb. What Jupyter alone changes, as the kernel's name, is no change.

    Raises FileNotFoundError where there are no notebooks to copy.
    """
    sources = {path.name: path for path in sorted(notebooks.glob("*.ipynb"))}
    if not sources:
        raise FileNotFoundError(
            f"there are no notebooks in {notebooks}: clone the whole repository, and install it from there "
            f"with `python install.py`"
        )
    work.mkdir(parents=True, exist_ok=True)
    manifest, messages = _read_manifest(work)
    for name, source in (sources | {"AGENTS.md": FOR_ASSISTANTS}).items():
        edition, known = _without_outputs(source.read_bytes()), dict(manifest)
        target = _where_to_put(name, _digest(edition), work, manifest)
        if target is not None:
            if target.name != name:
                messages.append(f"{name}, which you changed, has a new edition: beside yours, as {target.name}")
            elif target.exists():
                messages.append(f"{name}, which you had not changed, was replaced by its new edition")
            write_whole(target, edition)
            manifest[target.name] = _digest(edition)
        if manifest != known:  # after each file: where this is broken off, the next run finds the truth
            write_whole(work / MANIFEST, json.dumps(manifest, indent=1).encode())
    return messages


def _where_to_put(first: str, digest: str, work: Path, manifest: dict[str, str]) -> Path | None:
    """The file of work/ that this edition of a notebook goes to; None where it has been put there before."""
    number = 1
    while True:
        name = first if number == 1 else f"{Path(first).stem}_edition_{number}{Path(first).suffix}"
        target = work / name
        if number == 1 and not target.exists():
            return target
        if manifest.get(name) == digest:
            return None
        if not target.exists():
            return target
        content = target.read_bytes()
        current = _digest(content)
        if current == digest:  # put there by a run that was broken off, or whose manifest is lost
            manifest[name] = digest
            return None
        # The second is how this command counted before its copies were without outputs.
        if manifest.get(name) in (current, hashlib.sha256(content).hexdigest()):
            return target
        number += 1


def _read_manifest(work: Path) -> tuple[dict[str, str], list[str]]:
    """The manifest, and what to say about it. A damaged one is set aside: every notebook then counts as changed."""
    path = work / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not all(isinstance(digest, str) for digest in manifest.values()):
            raise ValueError
    except FileNotFoundError:
        return {}, []
    except ValueError:
        aside = path.with_name(f".editions.damaged-{time.time_ns()}.json")
        path.rename(aside)
        return {}, [f"{path} was damaged and is kept as {aside.name}. Your notebooks stay as they are"]
    return manifest, []


def _without_outputs(content: bytes) -> bytes:
    """A notebook with its outputs taken out; anything else as it is."""
    notebook = _parsed(content)
    if notebook is None:
        return content
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _digest(content: bytes) -> str:
    """Of a notebook's cells and what they gave: its other contents are Jupyter's own, and change by themselves."""
    notebook = _parsed(content)
    if notebook is None:
        return hashlib.sha256(content).hexdigest()
    cells = [[c.get("cell_type"), "".join(c.get("source", "")), c.get("outputs")] for c in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        notebook = json.loads(content)
        return notebook if all(isinstance(cell, dict) for cell in notebook["cells"]) else None
    except (ValueError, KeyError, TypeError):
        return None


def start(work: Path, browser: bool, ip: str, port: int) -> None:
    """Run JupyterLab until Ctrl-C, with a token: on this machine alone unless another `ip` is given.

    Where the port is taken, it is the next free one.
    """
    # The kernel named python3 is then this Python's, even where the user has registered another under that name.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    from jupyterlab.labapp import LabApp  # here, for it takes a second

    token, here = secrets.token_hex(24), ip in ("127.0.0.1", "localhost", "::1")
    settings = {
        "ServerApp.ip": ip,
        "ServerApp.port": port,
        "ServerApp.allow_remote_access": not here,
        # The user's own settings for another server would lead to another address than the one printed below.
        "ServerApp.base_url": "/",
        "ServerApp.certfile": "",
        "ServerApp.keyfile": "",
        "ServerApp.custom_display_url": "",
        "ServerApp.use_redirect_file": False,  # browsers in snaps, and those of Windows under WSL, cannot read it
        "ServerApp.port_retries": 100,
        "ServerApp.root_dir": work,
        "ServerApp.open_browser": browser,
        "ServerApp.answer_yes": True,  # Ctrl-C asks nothing: notebooks are saved as one works
        "ServerApp.allow_root": hasattr(os, "geteuid") and os.geteuid() == 0,
        "ServerApp.log_level": "ERROR",
        "IdentityProvider.token": token,
        "PasswordIdentityProvider.hashed_password": "",  # one of the user's own would be asked for as well
        "LabApp.default_url": f"/lab/tree/{FIRST}",
        "LabApp.log_level": "ERROR",
        # Nothing asks the network, from the first minute on, nor asks whether it may.
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "KernelManager.transport_encryption": "auto",  # without, each new kernel prints a warning
    }
    server = LabApp.initialize_server(argv=[f"--{name}={value}" for name, value in settings.items()])
    server.web_app.settings["page_config_hook"] = _without_announcements

    def announce() -> None:
        host = "127.0.0.1" if here or ip in ("0.0.0.0", "::", "*", "") else ip
        print(f"JupyterLab: http://{host}:{server.port}/lab/tree/{FIRST}?token={token}")
        if not here:
            print(f"It answers at {ip}: whoever can reach this machine and has that token can run any code on it.")
        print("Leave this window open while you work. Ctrl-C ends JupyterLab.", flush=True)

    server.io_loop.add_callback(announce)  # after the server's own first step, which is to listen at the port
    server.start()
    print("JupyterLab has ended. Your notebooks are in", work)


def _without_announcements(handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """JupyterLab's own hook on what its page is told: here, to leave out the question about news."""
    page_config["disabledExtensions"].append("@jupyterlab/apputils-extension:announcements")
    return page_config


def lab(browser: bool = True, work: Path | None = None, ip: str = "127.0.0.1", port: int = 8888) -> None:
    work = (work or ROOT / "work").expanduser().absolute()
    for message in copy_notebooks(ROOT / "notebooks", work):
        print(f"{message}.")
    sys.stdout.flush()
    start(work, browser, ip, port)
