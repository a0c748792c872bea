"""A check gives the same verdict whatever the session has set, and leaves all of it as it was."""

import contextlib
import sys
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch.nn.modules import module as modules
from torch.overrides import _get_current_function_mode_stack, _pop_mode, _push_mode
from torch.utils._python_dispatch import _disable_current_modes

_HOOKS = [name for name, value in vars(modules).items() if name.startswith("_global_") and isinstance(value, dict)]


def _deterministic() -> tuple[bool, bool]:
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()


_SWITCHES: tuple[
    tuple[Callable[[], Any], Callable[[Any], Any], Any], ...
] = (  # how to ask, how to set, what is neutral
    (torch.get_default_dtype, torch.set_default_dtype, torch.float32),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "highest"),
    (torch.is_anomaly_enabled, torch.autograd.set_detect_anomaly, False),
    (_deterministic, lambda to: torch.use_deterministic_algorithms(to[0], warn_only=to[1]), (False, False)),
)


@contextlib.contextmanager
def neutral() -> Iterator[None]:
    """A block with PyTorch's own defaults: gradients, float32, the CPU, no autocast, modes or hooks, and no warnings.

    Compiled functions run as they were written: to compile one takes longer than any loop that a check would stop.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_function_modes_set_aside())
        stack.enter_context(_disable_current_modes())
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        for device_type in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
            stack.enter_context(torch.autocast(device_type, enabled=False))
        stack.enter_context(_switches_set())
        stack.enter_context(mock.patch.dict(vars(modules), {name: OrderedDict() for name in _HOOKS}))
        stack.enter_context(np.errstate(all="ignore"))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        if "torch._dynamo" in sys.modules:  # without it nothing is compiled, and to import it takes a second
            stack.enter_context(torch.compiler.set_stance("force_eager"))
        yield


@contextlib.contextmanager
def _function_modes_set_aside() -> Iterator[None]:
    """Without what watches or changes each call: a default device is one, so is a counter of operations."""
    modes = [_pop_mode() for _ in _get_current_function_mode_stack()]
    default = dict(vars(torch._GLOBAL_DEVICE_CONTEXT))
    vars(torch._GLOBAL_DEVICE_CONTEXT).clear()
    try:
        yield
    finally:
        while _get_current_function_mode_stack():  # left there by the learner's code
            _pop_mode()
        for mode in reversed(modes):
            _push_mode(mode)
        vars(torch._GLOBAL_DEVICE_CONTEXT).clear()
        vars(torch._GLOBAL_DEVICE_CONTEXT).update(default)


@contextlib.contextmanager
def _switches_set() -> Iterator[None]:
    before = [ask() for ask, _, _ in _SWITCHES]
    try:
        for _, turn, neutrally in _SWITCHES:
            turn(neutrally)
        yield
    finally:
        for (_, turn, _), value in zip(_SWITCHES, before, strict=True):
            turn(value)
