"""Code that loops for ever or prints without end is stopped."""

import _thread
import contextlib
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
import torch
from learner import named

from vit_course.embeddings import patchify
from vit_course.exercises import check
from vit_course.exercises.engine import limits


@pytest.mark.parametrize("swallow", [False, True])
def test_endless_loop_is_stopped(monkeypatch, swallow):
    monkeypatch.setattr(limits, "SECONDS", 0.5)

    def endless(images, size):
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                assert swallow

    start = time.perf_counter()
    report = check(named("patchify", endless))
    assert time.perf_counter() - start < 3
    assert report.status == "failed"
    assert "stopped after 0.5 seconds" in report.message


@pytest.fixture(params=["timer signals", "interrupts"])
def way(request, monkeypatch):
    """The two ways to keep the time limit; the second is that of Windows."""
    if request.param == "interrupts":
        monkeypatch.delattr("signal.setitimer", raising=False)
    elif not hasattr(signal, "setitimer"):
        pytest.skip("this system has no timer signals")


def test_limit(way):
    with pytest.raises(limits.OutOfTime), limits.time_limit(0.2):
        while True:
            pass
    before = signal.getsignal(signal.SIGINT), threading.active_count()
    with limits.time_limit(5.0):
        pass
    assert (signal.getsignal(signal.SIGINT), threading.active_count()) == before


@pytest.mark.parametrize("body", [lambda: time.sleep(0.01), lambda: torch.ones(2) / 0])
def test_bare_except_swallows_the_limit_once_at_most(way, body):
    def endless():
        end = time.monotonic() + 5
        while time.monotonic() < end:
            try:
                while time.monotonic() < end:  # within, so that the first interrupt is swallowed for certain
                    body()
            except:  # noqa: E722
                pass

    tracing = sys.gettrace()
    start = time.monotonic()
    with pytest.raises(limits.OutOfTime), limits.time_limit(0.2):
        endless()
    assert time.monotonic() - start < 3
    assert sys.gettrace() is tracing


CALLER = """
def call(body):
    with contextlib.suppress(limits.OutOfTime), limits.time_limit(0.001):
        body()
"""


def test_interrupt_as_the_block_ends_does_not_reach_the_caller(way):
    """A caller as the engine is one, by the name of its file: its own lines are never interrupted."""
    names = {"contextlib": contextlib, "limits": limits}
    exec(compile(CALLER, str(Path(limits.__file__).with_name("caller.py")), "exec"), names)

    def body():
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass

    for _ in range(200):
        names["call"](body)


def test_learners_own_interrupt_remains_one(way):
    with pytest.raises(KeyboardInterrupt), limits.time_limit(5.0):
        _thread.interrupt_main()
        time.sleep(1)


def test_ten_seconds_are_the_limit():
    assert limits.SECONDS == 10


def test_much_printing_is_cut_short(capsys):
    def talkative(images, size):
        for i in range(20_000):
            print("line", i)
        return patchify(images, size)

    report = check(named("patchify", talkative))
    assert report.status == "passed"
    assert "line 3" in report.printed and len(report.printed) < 1_200
    assert "characters more" in report.printed
    assert capsys.readouterr().out == ""
