"""A progress bar that reaches a person, and never an output that is compared."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from operator import length_hint
from typing import Any, TextIO, TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(steps: Iterable[T]) -> Iterator[T]:
    """The steps, with a bar while they last, which is wiped away at the end."""
    with progress_bar(length_hint(steps) or None) as shown:
        for step in steps:
            yield step
            shown.update()


@contextmanager
def progress_bar(total: float | None, unit: str = "it", initial: float = 0) -> Iterator[tqdm]:
    """A bar to be updated in the block, after which it is wiped away."""
    stream = _where_somebody_looks()
    # A duplicate that was opened for it is closed; standard error stays.
    closing = nullcontext(stream) if stream in (None, sys.stderr) else stream
    shown = tqdm(total=total, unit=unit, initial=initial, leave=False, disable=stream is None, file=stream)
    with closing, shown:  # type: ignore[union-attr]
        yield shown


def _where_somebody_looks() -> TextIO | None:
    """A notebook that is open in Jupyter or VS Code, or a terminal; None where there is neither.

    Jupyter's server names the notebook to the kernels that it starts, VS Code to the notebook itself. What executes a
    notebook for its outputs, as `jupyter execute`, nbconvert and nbval, does not; where it was started from a terminal,
    the kernel has that terminal still, as the file under its standard error, which no output sees.
    """
    if sys.stderr.isatty() or "JPY_SESSION_NAME" in os.environ or _in_vs_code():
        return sys.stderr
    try:
        under = sys.stderr.fileno()
        return os.fdopen(os.dup(under), "w") if os.isatty(under) else None
    except (OSError, ValueError, AttributeError):  # it has none, or is closed
        return None


def _in_vs_code() -> bool:
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and "__vsc_ipynb_file__" in shell.user_ns
