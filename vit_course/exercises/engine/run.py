"""Run one implementation, the learner's or another, on one case."""

import contextlib
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn

from vit_course.exercises.engine.exercise import Case


@dataclass
class Outcome:
    """What came of one call: a value and gradients, or an exception, or parameters of other names or shapes."""

    value: Any = None
    summary: str | None = None  # in words what a random result did
    gradients: dict[str, Tensor | None] = field(default_factory=dict)
    error: BaseException | None = None
    changed_input: str | None = None  # name of an argument that was changed in place
    wrong_parameters: dict[str, str] = field(default_factory=dict)  # name to what is wrong with it
    misfit: dict[str, Any] = field(default_factory=dict)  # name to how its shape differs, whatever the numbers


def run(
    implementation: Callable[..., Any],
    case: Case,
    names: list[str],
    seed: int,
    state: dict[str, Tensor] | None = None,
) -> tuple[Outcome, dict[str, Tensor]]:
    """Call an implementation on copies of a case's inputs, whose `names` are those of the arguments.

    A module gets the parameters in `state`; where that is None, random ones, so that nothing hides behind zeros.
    Returns the outcome and the parameters.
    """
    outcome = Outcome()
    leaves = [_leaf(arg, name not in case.fixed) for name, arg in zip(names, case.args, strict=False)]
    args = [for_each_tensor(leaf, Tensor.clone) for leaf in leaves]
    named = dict(zip(names, leaves, strict=False))
    function = implementation
    try:
        if isinstance(implementation, type):
            module = implementation(*copy.deepcopy(case.init))
            function = _prepare(module, outcome, state, args)
            state = {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}
            if outcome.wrong_parameters:
                return outcome, state
            module.train(case.train)
            named |= dict(module.named_parameters())
        torch.manual_seed(seed)  # a function that draws random numbers draws the reference's
        with _dropout_by_pattern():
            outcome.value = function(*args)
        for name, before, after in zip(names, leaves, args, strict=False):
            if not _same_tensors(_flatten(before), _flatten(after)):
                outcome.changed_input = name
        if case.summary is not None and isinstance(outcome.value, Tensor) and _beside(outcome.value, case.args):
            outcome.summary = case.summary(outcome.value.detach(), *case.args)
        outcome.gradients = _gradients(outcome.value, named)
    except (Exception, SystemExit) as error:
        outcome.error = error
    return outcome, state or {}


def _leaf(arg: Any, learned: bool) -> Any:
    if not isinstance(arg, Tensor):
        return copy.deepcopy(arg)
    return arg.detach().clone().requires_grad_(learned and arg.is_floating_point())


def for_each_tensor(arg: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """An argument with its tensors changed: those in a list or tuple, too."""
    if isinstance(arg, (list, tuple)):
        return type(arg)([for_each_tensor(item, change) for item in arg])
    return change(arg) if isinstance(arg, Tensor) else arg


def _same_tensors(before: list[Any], after: list[Any]) -> bool:
    return len(before) == len(after) and all(
        isinstance(a, Tensor) and a.device == b.device and torch.equal(b, a)
        for b, a in zip(before, after, strict=True)
        if isinstance(b, Tensor)
    )


def _beside(value: Tensor, args: tuple[Any, ...]) -> bool:
    """Whether a result is on the device of the arguments, without which no summary can compare them."""
    return all(value.device == arg.device for arg in args if isinstance(arg, Tensor))


def _prepare(module: Any, outcome: Outcome, state: dict[str, Tensor] | None, args: list[Any]) -> Callable[..., Any]:
    if not isinstance(module, nn.Module):
        raise TypeError(f"{type(module).__name__} is no nn.Module: write `class {type(module).__name__}(nn.Module):`")
    module.to(next((arg.device for arg in args if isinstance(arg, Tensor)), torch.device("cpu")))
    if state is None:
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.normal_(std=0.3)
    else:
        _compare_parameters(module, state, outcome)
        if not outcome.wrong_parameters:
            module.load_state_dict(state)
    return module


def _compare_parameters(module: nn.Module, state: dict[str, Tensor], outcome: Outcome) -> None:
    own = {name: tensor.shape for name, tensor in module.state_dict().items()}
    surplus = [name for name in own if name not in state]
    for name, tensor in state.items():
        wanted = list(tensor.shape)
        if name not in own:
            plain = isinstance(getattr(module, name, None), Tensor)
            outcome.misfit[name] = "missing"
            outcome.wrong_parameters[name] = (
                "is a plain tensor: wrap it in nn.Parameter, or no optimiser will ever see it"
                if plain
                else f"is missing: a parameter of shape {wanted}"
            )
        elif list(own[name]) != wanted:
            shape = list(own[name])
            outcome.wrong_parameters[name] = f"has shape {shape} and should have {wanted}"
            same_rank = len(shape) == len(wanted)
            axes = [i for i, pair in enumerate(zip(shape, wanted, strict=False)) if pair[0] != pair[1]]
            outcome.misfit[name] = axes if same_rank else len(shape)
    for name in surplus:
        outcome.misfit[name] = "surplus"
        outcome.wrong_parameters[name] = "is not expected: is it a misspelt name, or one parameter too many?"


@contextlib.contextmanager
def _dropout_by_pattern() -> Iterator[None]:
    """Replace dropout where all its forms end: nn.Dropout and functional.dropout call torch._VF, others torch."""
    with (
        mock.patch.multiple("torch", dropout=_pattern, dropout_=_pattern_in_place),
        mock.patch.multiple("torch._VF", dropout=_pattern, dropout_=_pattern_in_place),
    ):
        yield


def _pattern(input: Tensor, p: float, train: bool) -> Tensor:
    """Dropout whose mask depends on the place alone, so that two correct modules drop the same values."""
    if not train or p == 0:
        return input
    place = torch.arange(input.numel(), device=input.device).reshape(input.shape)
    keep = (place * 0.6180339887) % 1 >= p
    return input * keep / (1 - p)


def _pattern_in_place(input: Tensor, p: float, train: bool) -> Tensor:
    return input.copy_(_pattern(input, p, train))


def _gradients(value: Any, named: dict[str, Any]) -> dict[str, Tensor | None]:
    """Gradients of a fixed weighted sum of all float tensors in the value."""
    tensors = [v for v in _flatten(value) if isinstance(v, Tensor) and v.requires_grad]
    leaves = {name: leaf for name, leaf in named.items() if isinstance(leaf, Tensor) and leaf.requires_grad}
    if not tensors or not leaves:
        return {name: None for name in leaves}
    total = sum((t * torch.arange(t.numel(), device=t.device).reshape(t.shape).cos()).sum() for t in tensors)
    assert isinstance(total, Tensor)
    return dict(zip(leaves, torch.autograd.grad(total, list(leaves.values()), allow_unused=True), strict=True))


def _flatten(value: Any) -> list[Any]:
    return [x for item in value for x in _flatten(item)] if isinstance(value, (list, tuple)) else [value]
