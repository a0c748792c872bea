"""Ctrl-C and SIGTERM, heard at the end of a step."""

import signal
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """While it lasts, a first signal is noted in `received`, and a second Ctrl-C raises KeyboardInterrupt.

    In a thread that is not the main one signals stay as they are: Python hears them in the main one alone.
    """

    def __init__(self) -> None:
        self.received = 0  # the signal's number; 0: none
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interrupts":
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._before[number] = signal.signal(number, self._hear)
            except ValueError:  # not the main thread
                break
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.received and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.received = number
