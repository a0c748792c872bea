"""A learner's code may loop for ever or print without end: both are stopped here."""

import _thread
import contextlib
import io
import signal
import threading
from collections.abc import Iterator

SECONDS = 10.0
CHARACTERS = 1_000


class OutOfTime(BaseException):
    """The time limit was reached. No Exception, so that a learner's `except Exception` does not swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after so many seconds.

    Only the main thread can be interrupted, which is where a notebook's cells run; elsewhere there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        yield from _by_signal(seconds)
    else:  # Windows has no timer signals
        yield from _by_interrupt(seconds)


def _by_signal(seconds: float) -> Iterator[None]:
    def stop(signum: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _by_interrupt(seconds: float) -> Iterator[None]:
    fired = threading.Event()

    def stop() -> None:
        fired.set()
        _thread.interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not fired.is_set():  # it was the learner who interrupted
            raise
        raise OutOfTime from None
    finally:
        timer.cancel()


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
