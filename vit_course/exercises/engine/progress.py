"""What a learner has done, kept in the user's data folder: never in the repository, never lost."""

import json
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock


def progress_file() -> Path:
    """Where progress is kept; the environment variable VIT_COURSE_HOME names another folder."""
    folder = os.environ.get("VIT_COURSE_HOME") or platformdirs.user_data_dir("vit-course", appauthor=False)
    return Path(folder) / "progress.json"


def read() -> tuple[dict[str, dict[str, Any]], str]:
    """The progress by exercise, and a message where the file was damaged and has been set aside, else "".

    Raises OSError where there is a file that cannot be read: nobody may take it for an empty one and write over it.
    """
    path = progress_file()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not all(isinstance(entry, dict) for entry in content.values()):
            raise ValueError("not a table of exercises")
        return content, ""
    except FileNotFoundError:
        return {}, ""
    except ValueError as error:
        aside = path.with_name(f"progress.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}.json")
        path.rename(aside)
        return {}, f"The progress file is damaged ({error}). It is kept as {aside}; a new one begins here."


def update(name: str, change: Callable[[dict[str, Any]], None]) -> str:
    """Change one exercise's entry in one atomic write; returns a message where something went wrong, else ""."""
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=5):
            content, message = read()
            change(content.setdefault(name, {"attempts": 0}))
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
                json.dump(content, file, indent=1)
            os.replace(file.name, path)
    except (OSError, TimeoutError) as error:
        return f"Your progress could not be saved ({error}). Everything else works."
    return message


def record_check(name: str, status: str) -> str:
    def change(entry: dict[str, Any]) -> None:
        entry["attempts"] = entry.get("attempts", 0) + 1
        if entry.get("status") != "passed":  # once passed, a later experiment takes nothing away
            entry["status"] = status
            entry["when"] = datetime.now().isoformat(timespec="seconds")

    return update(name, change)


def record_help(name: str, kind: str, value: int) -> str:
    def change(entry: dict[str, Any]) -> None:
        entry[kind] = max(value, entry.get(kind, 0))

    return update(name, change)
