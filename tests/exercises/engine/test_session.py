"""Whatever a session has set, a check gives the same verdict, and leaves it as it was."""

import contextlib
import warnings

import numpy as np
import pytest
import torch
from learner import named
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vit_course import device
from vit_course.block import Mlp
from vit_course.exercises import EXERCISES, check
from vit_course.norms import layer_norm


def detached(x, weight, bias, eps=1e-6):
    return layer_norm(x.detach(), weight, bias, eps)


@contextlib.contextmanager
def switched(ask, turn, to):
    before = ask()
    turn(to)
    try:
        yield
        assert ask() == to, "the check left it otherwise"
    finally:
        turn(before)


@contextlib.contextmanager
def hooked():
    calls = []
    hook = nn.modules.module.register_module_forward_hook(lambda *args: calls.append(args) or 7)
    try:
        yield
        assert not calls
        assert nn.Identity()(1) == 7, "the check removed it"
    finally:
        hook.remove()


@contextlib.contextmanager
def warnings_as_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
        with pytest.raises(UserWarning):
            warnings.warn("now", stacklevel=1)


SESSIONS = {
    "without gradients": lambda: switched(torch.is_grad_enabled, torch.set_grad_enabled, False),
    "inference": torch.inference_mode,
    "double": lambda: switched(torch.get_default_dtype, torch.set_default_dtype, torch.float64),
    "meta": lambda: torch.device("meta"),
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
    "deterministic": lambda: switched(
        torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, True
    ),
    "low precision": lambda: switched(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "medium"),
    "anomalies": torch.autograd.detect_anomaly,
    "counter": lambda: FlopCounterMode(display=False),
    "hooks": hooked,
    "warnings": warnings_as_errors,
    "NumPy's errors": lambda: np.errstate(all="raise"),
}


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_verdict_does_not_depend_on_the_session(session):
    for name in ("layer_norm", "Mlp", "patchify", "drop_path", "count_parameters"):
        with SESSIONS[session]():
            right = check(named(name, EXERCISES[name].reference))
        assert right.status == "passed", right.message
    with SESSIONS[session]():
        wrong = check(named("layer_norm", detached))
    assert wrong.status == "failed" and "no gradient flows back to `x`" in wrong.message


def test_what_the_learners_code_sets_is_undone():
    def careless(x, weight, bias, eps=1e-6):
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        torch.use_deterministic_algorithms(True)
        torch.set_default_device("meta")
        warnings.simplefilter("error")
        return x

    before = warnings.filters[:]
    assert check(named("layer_norm", careless)).status == "failed"
    assert torch.is_grad_enabled() and torch.get_default_dtype() == torch.float32
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.zeros(1).device.type == device().type
    assert warnings.filters[:] == before


@pytest.mark.cpu  # what a default device does is its subject
def test_default_device_of_the_session_can_still_be_changed():
    def careless(x, weight, bias, eps=1e-6):
        torch.set_default_device("meta")
        return x

    torch.set_default_device("cpu")
    assert check(named("layer_norm", careless)).status == "failed"
    torch.set_default_device("meta")
    assert torch.zeros(1).is_meta
    torch.set_default_device(None)
    assert not torch.zeros(1).is_meta


def test_compiled_function_and_class_are_run_as_they_were_written():
    compiled = torch.compile(layer_norm)
    report = check(named("layer_norm", compiled))
    assert report.status == "passed", report.message

    class Compiled(Mlp):
        @torch.compile
        def forward(self, tokens):
            return super().forward(tokens)

    report = check(named("Mlp", Compiled))
    assert report.status == "passed", report.message
