"""A debugger that the learner starts inside a check shows its prompt, and has all the time that it needs."""

import bdb
import builtins
import contextlib
import pdb
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

QUIT = "You left the debugger before your code had ended, so nothing was judged. Run the check again."


class InputAsked(Exception):
    """The learner's code waits for somebody to type."""


@contextlib.contextmanager
def prompt_kept(pause: Callable[[], None]) -> Iterator[None]:
    """In the block `input()` raises InputAsked, until a debugger starts: then it works, and `pause` has been called.

    What the block does to the standard output, a debugger undoes. All of them, pdb and IPython's, are bdb.Bdb.
    """
    ask, output, start = builtins.input, sys.stdout, bdb.Bdb.set_trace

    def refuse(prompt: object = "") -> str:
        raise InputAsked

    def set_trace(self: Any, frame: Any = None, *rest: Any, **more: Any) -> Any:
        pause()
        frame = frame or sys._getframe().f_back
        while frame.f_code.co_filename == __file__:  # not here, but where the learner's code stopped
            frame = frame.f_back
        if hasattr(self, "stdout") and self.stdout is sys.stdout:
            self.stdout = output
        sys.stdout, builtins.input = output, ask
        return start(self, frame, *rest, **more)

    def stop(*_: Any, **__: Any) -> None:
        pdb.set_trace()

    # In a notebook `breakpoint()` waits for a debugger to be attached, and does nothing where none is.
    hook = sys.breakpointhook if attached() else stop
    builtins.input = refuse
    try:
        with mock.patch.object(bdb.Bdb, "set_trace", set_trace), mock.patch.object(sys, "breakpointhook", hook):
            yield
    finally:
        builtins.input = ask


def attached() -> bool:
    """Whether the session itself runs under a debugger, as JupyterLab's or an editor's."""
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return True
    return "pydevd" in sys.modules and sys.gettrace() is not None
