"""`vit-course lab`: a learner's own copies of the notebooks in work/, and JupyterLab on the first of them."""

import hashlib
import json
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIRST = "00_start_here.ipynb"
MANIFEST = ".editions.json"  # name of a file in work/: SHA-256 of what this command wrote there


def copy_notebooks(notebooks: Path, work: Path) -> list[str]:
    """Bring work/ up to date and say what was done, one sentence for each thing that a learner should know.

    A notebook that is as it was copied is replaced by its new edition. One that the learner changed is never touched:
    its new edition is put beside it, once, as NAME_edition_2.ipynb.

    Raises FileNotFoundError where there are no notebooks to copy.
    """
    sources = sorted(notebooks.glob("*.ipynb"))
    if not sources:
        raise FileNotFoundError(
            f"there are no notebooks in {notebooks}: clone the whole repository, and install it from there "
            f"with `python install.py`"
        )
    work.mkdir(parents=True, exist_ok=True)
    manifest, messages = _read_manifest(work)
    for source in sources:
        edition, known = source.read_bytes(), dict(manifest)
        target = _where_to_put(source, _digest(edition), work, manifest)
        if target is not None:
            if target.name != source.name:
                messages.append(f"{source.name}, which you changed, has a new edition: beside yours, as {target.name}")
            elif target.exists():
                messages.append(f"{source.name}, which you had not changed, was replaced by its new edition")
            _write(target, edition)
            manifest[target.name] = _digest(edition)
        if manifest != known:  # after each file: where this is broken off, the next run finds the truth
            _write(work / MANIFEST, json.dumps(manifest, indent=1).encode())
    return messages


def _where_to_put(source: Path, digest: str, work: Path, manifest: dict[str, str]) -> Path | None:
    """The file of work/ that this edition of a notebook goes to; None where it has been put there before."""
    number = 1
    while True:
        name = source.name if number == 1 else f"{source.stem}_edition_{number}.ipynb"
        target = work / name
        if number == 1 and not target.exists():
            return target
        if manifest.get(name) == digest:
            return None
        if not target.exists():
            return target
        current = _digest(target.read_bytes())
        if current == digest:  # put there by a run that was broken off, or whose manifest is lost
            manifest[name] = digest
            return None
        if current == manifest.get(name):
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


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: a file that a crash cut short would count as changed."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".new", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def start(work: Path, browser: bool) -> None:
    """Run JupyterLab until Ctrl-C: on this machine alone, with a token, at the next free port from 8888 on."""
    # The kernel named python3 is then this Python's, even where the user has registered another under that name.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    from jupyterlab.labapp import LabApp  # here, for it takes a second

    token = secrets.token_hex(24)
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 8888,
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
        print(f"JupyterLab: http://127.0.0.1:{server.port}/lab/tree/{FIRST}?token={token}")
        print("Leave this window open while you work. Ctrl-C ends JupyterLab.", flush=True)

    server.io_loop.add_callback(announce)  # after the server's own first step, which is to listen at the port
    server.start()
    print("JupyterLab has ended. Your notebooks are in", work)


def _without_announcements(handler: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """JupyterLab's own hook on what its page is told: here, to leave out the question about news."""
    page_config["disabledExtensions"].append("@jupyterlab/apputils-extension:announcements")
    return page_config


def lab(browser: bool = True) -> None:
    work = ROOT / "work"
    for message in copy_notebooks(ROOT / "notebooks", work):
        print(f"{message}.")
    sys.stdout.flush()
    start(work, browser)
