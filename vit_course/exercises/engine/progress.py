"""What a learner has done, kept in the user's data folder: never in the repository, never lost."""

import contextlib
import errno
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, SoftFileLock

from vit_course.app.files import write_whole
from vit_course.app.home import own_folder

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP}  # what a file system without locks answers


def progress_file() -> Path:
    return own_folder() / "progress.json"


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


def update(name: str, change: Callable[[dict[str, Any]], None], keep: bool = True) -> str:
    """Change one exercise's entry in one atomic write; returns a message where something went wrong, else "".

    `keep=False` goes all the way and leaves the record as it was, to see whether it could be changed.
    """
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_suffix(".lock")):
            content, message = read()
            before = dict(content)
            change(content.setdefault(name, {"attempts": 0}))
            write_whole(path, json.dumps(content if keep else before, indent=1).encode())
    except (OSError, TimeoutError) as error:
        return f"Your progress could not be saved ({error}). Everything else works."
    return message


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """A block for one process at a time. Where the file system has no locks, a file that is there is the lock."""
    lock: FileLock | SoftFileLock = FileLock(path, timeout=5)
    try:
        lock.acquire()
    except (OSError, NotImplementedError) as error:
        if isinstance(error, TimeoutError) or getattr(error, "errno", errno.ENOSYS) not in NO_LOCKS:
            raise
        lock = SoftFileLock(path.with_suffix(".softlock"), timeout=5)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


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
