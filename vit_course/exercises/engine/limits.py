"""A learner's code may loop for ever or print without end: both are stopped here."""

import _thread
import contextlib
import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

from vit_course.exercises.engine.debugger import attached

SECONDS = 10.0
AGAIN = 0.5  # seconds from one interrupt to the next
CHARACTERS = 1_000
# What cleans up after the learner's code is not interrupted at that: the engine, and the modules that it does it with.
_ENGINE = Path(__file__).parent
_CLEANERS = (contextlib.__file__, mock.__file__, threading.__file__)


class OutOfTime(BaseException):
    """The time limit was reached. No Exception, so that a learner's `except Exception` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[Callable[[], None]]:
    """Raise OutOfTime in the block after so many seconds, and again until it ends: a bare `except:` may swallow one.

    What the block is given lifts the limit: a debugger does. Only the main thread can be interrupted, which is where a
    notebook's cells run; elsewhere there is no limit, and none under a debugger.
    """
    if threading.current_thread() is not threading.main_thread() or attached():
        yield lambda: None
        return
    tracing = sys.gettrace()
    try:
        # Windows has no timer signals.
        yield from _by_signal(seconds) if hasattr(signal, "setitimer") else _by_interrupt(seconds)
    finally:
        sys.settrace(tracing)


def _by_signal(seconds: float) -> Iterator[Callable[[], None]]:
    interrupt = _Interrupt()

    def stop() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    before = signal.signal(signal.SIGALRM, lambda signum, frame: interrupt(frame))
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield stop
    finally:
        stop()
        signal.signal(signal.SIGALRM, before)


def _by_interrupt(seconds: float) -> Iterator[Callable[[], None]]:
    interrupt = _Interrupt()
    late, done = threading.Event(), threading.Event()

    def ring() -> None:
        pause = seconds
        while not done.wait(pause):
            late.set()
            _thread.interrupt_main()
            pause = AGAIN

    def stop(signum: int, frame: FrameType | None) -> None:
        if not late.is_set():  # it was the learner who interrupted
            raise KeyboardInterrupt
        interrupt(frame)

    before = signal.signal(signal.SIGINT, stop)
    thread = threading.Thread(target=ring, daemon=True)
    thread.start()
    try:
        yield done.set
    finally:
        done.set()
        thread.join()  # so that none comes after the block
        signal.signal(signal.SIGINT, before)


class _Interrupt:
    """Raises OutOfTime in the frame that runs; if that was swallowed the last time, then in the next line as well.

    In a loop around `try: ... except: pass` nearly all the time goes by between the two, where a bare `except:`
    swallows whatever is raised. The line that comes next is that of the `except:` itself, which it does not guard.
    """

    def __init__(self) -> None:
        self.swallowed = False

    def __call__(self, frame: FrameType | None) -> None:
        if frame is None or _cleans_up(frame):
            return  # the next one comes soon
        if self.swallowed:
            sys.settrace(lambda *_: None)  # the frames that run already are traced; new ones are not
            while frame is not None and not _cleans_up(frame):
                frame.f_trace = _raise_at_next_line
                frame = frame.f_back
        self.swallowed = True
        raise OutOfTime


def _cleans_up(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return Path(file).parent == _ENGINE or file in _CLEANERS


def _raise_at_next_line(frame: FrameType, event: str, arg: Any) -> Any:
    if event == "line":
        raise OutOfTime
    return _raise_at_next_line


class FirstCharacters(io.TextIOBase):
    """A text stream that keeps the first characters and counts the rest."""

    def __init__(self) -> None:
        self.text, self.dropped = "", 0

    def write(self, text: str) -> int:
        room = CHARACTERS - len(self.text)
        self.text += text[:room]
        self.dropped += max(len(text) - room, 0)
        return len(text)

    def __str__(self) -> str:
        more = f"\n... and {self.dropped:,} characters more" if self.dropped else ""
        return self.text.rstrip("\n") + more
