"""Run one implementation, the learner's or another, on one case."""

import bdb
import contextlib
import copy
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from vit_course.exercises.engine.dice import Dice
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.names import argument_names, called
from vit_course.exercises.engine.same import same

CALLS = 8  # of a function whose result is random, for a summary


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
    start: str = ""  # what is wrong with a module as it was built, before the check gave it numbers
    later: Any = None  # what another call gave, with other tensors; the type of the error where it raised one
    repeats: bool = True  # whether the first call's arguments then gave the same again
    unrecorded: bool = True  # whether they do so under torch.no_grad() as well
    varies: bool = True  # whether a module in training mode draws other numbers the next time
    dropped: int = 0  # how many numbers went through a dropout in training mode


class Unusable(Exception):
    """The learner's code gave back what no comparison can be made of; the message says what, and what to do."""


def run(
    exercise: Exercise,
    implementation: Callable[..., Any],
    case: Case,
    seed: int,
    state: dict[str, Tensor] | None = None,
    dice: Dice | None = None,
    glance: bool = False,
) -> tuple[Outcome, dict[str, Tensor]]:
    """Call an implementation on copies of a case's inputs, on others, and on copies of the first again.

    A module gets the parameters in `state`; where that is None, random ones, so that nothing hides behind zeros.
    Returns the outcome and the parameters; at a `glance` the outcome has the value of one call and nothing more.
    """
    outcome = Outcome()
    names = argument_names(exercise.asked)
    leaves = [_leaf(arg, name not in case.fixed) for name, arg in zip(names, case.args, strict=False)]
    named = dict(zip(names, leaves, strict=False))
    spoilt = {i for i, arg in enumerate(case.args) if case.modules and isinstance(arg, nn.Module)}  # copied anew
    dice = dice or Dice()
    function = implementation if exercise.stage is None else functools.partial(exercise.stage, implementation)
    try:
        torch.manual_seed(seed)  # a function that draws random numbers draws the reference's
        if exercise.is_module:
            function, own = build(exercise, implementation, case, state, outcome)
            if outcome.wrong_parameters:
                return outcome, state or {}
            state = {name: tensor.detach().clone() for name, tensor in own.items()}
            named |= own

        def call(change: Callable[[list[Any]], list[Any]] = list) -> tuple[Any, list[Any]]:
            args = [
                copy.deepcopy(case.args[i]) if i in spoilt else for_each_tensor(leaf, Tensor.clone)
                for i, leaf in enumerate(leaves)
            ]
            limit = exercise.too_large(*args) if exercise.too_large is not None else None
            watch = contextlib.nullcontext() if limit is None else _Watch(*limit)
            with dice() if exercise.is_module or case.modules else _refused(exercise.forbidden), watch:
                value = _usable(function(*change(args)))
            return value if exercise.read is None else exercise.read(value, *case.args), args

        before = dice.dropped
        outcome.value, args = call()
        outcome.dropped = dice.dropped - before
        if glance:
            return outcome, state or {}
        for i, (name, given, after) in enumerate(zip(names, case.args, args, strict=False)):
            if not _same_tensors(_contents(given), _contents(after)):
                outcome.changed_input = name
                if not isinstance(given, Tensor):  # tensors are copied for each call anyway
                    spoilt.add(i)
        if case.modules:
            inside = [(name, arg) for name, arg in zip(names, args, strict=False) if isinstance(arg, nn.Module)]
            named |= {f"{name}.{part}": tensor for name, arg in inside for part, tensor in arg.named_parameters()}
        if case.summary is not None:
            results = [outcome.value, *(call()[0] for _ in range(CALLS - 1))]
            if all(isinstance(one, Tensor) and _beside(one, case.args) for one in results):
                outcome.summary = case.summary([one.detach() for one in results], *case.args)
        with dice():  # where a part is computed again on the way back, it drops the same
            outcome.gradients = _gradients(outcome.value, named) if case.gradients else {}
        if case.summary is None and case.others:
            try:
                outcome.later = call(functools.partial(_other_tensors, more=exercise.is_module))[0]
            except Exception as error:
                outcome.later = type(error)
        if exercise.is_module:
            with contextlib.suppress(Exception):
                call(functools.partial(_other_switches, exercise))  # what it leaves behind, the next call shows
        with torch.no_grad():
            outcome.unrecorded = same(outcome.value, call()[0])
        if not outcome.unrecorded:  # or is it something that is kept from call to call?
            outcome.repeats = same(outcome.value, call()[0])
            with torch.no_grad():
                outcome.repeats = outcome.repeats and not same(outcome.value, call()[0])
            outcome.unrecorded = not outcome.repeats
        if exercise.is_module and case.train:
            torch.seed()
            outcome.varies = not same(
                *(function(*(for_each_tensor(leaf, Tensor.clone) for leaf in leaves)) for _ in "ab")
            )
    except bdb.BdbQuit:
        raise
    except (Exception, SystemExit) as error:
        outcome.error = error
    return outcome, state or {}


class _Watch(TorchDispatchMode):
    """While it is on, a tensor of so many numbers raises Unusable."""

    def __init__(self, numbers: int, message: str) -> None:
        super().__init__()
        self.numbers, self.message = numbers, message

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = operation(*args, **(kwargs or {}))
        for tensor in _flatten(result):
            # A tensor that is only another view of few numbers has few.
            if isinstance(tensor, Tensor) and tensor.untyped_storage().nbytes() >= self.numbers * tensor.itemsize:
                raise Unusable(self.message)
        return result


@contextlib.contextmanager
def _refused(functions: Sequence[str]) -> Iterator[None]:
    """In the block a call of one of these functions, named as "torch.layer_norm", raises Unusable."""
    with contextlib.ExitStack() as stack:
        for function in functions:
            stack.enter_context(mock.patch(function, functools.partial(_refuse, function)))
        yield


def _refuse(function: str, *_: Any, **__: Any) -> None:
    name = function.rpartition(".")[2]
    raise Unusable(f"Your code calls PyTorch's own `{name}`. Here it is to be written out, with operations of tensors.")


def _other_tensors(args: list[Any], more: bool) -> list[Any]:
    """The arguments with their tensors turned round, and one image more: a token kept for each image does not fit."""

    def other(tensor: Tensor) -> Tensor:
        longer = torch.cat([tensor, tensor[:1]]) if more else tensor
        return longer.flip([0, -1][: longer.dim()])

    return [for_each_tensor(arg, other) for arg in args]


def _other_switches(exercise: Exercise, args: list[Any]) -> list[Any]:
    """The arguments with each yes turned into no, and no into yes; so are those that are left at their default."""
    parameters = list(inspect.signature(called(exercise.reference)).parameters.values())
    left = [p.default for p in parameters if p.name != "self"][len(args) :]
    return [not arg if isinstance(arg, bool) else arg for arg in [*args, *left]]


def _usable(value: Any) -> Any:
    """The value itself. Raises Unusable for what only looks like a result."""
    if inspect.isgenerator(value):
        raise Unusable(
            "Your function has a `yield` in it, so a call returns a generator that has not begun. `return` the result."
        )
    if inspect.iscoroutine(value):
        value.close()
        raise Unusable("Your function is `async`: a call only promises a result. Write plain `def`, without `await`.")
    for tensor in _flatten(value):
        if isinstance(tensor, Tensor) and tensor.layout != torch.strided:
            raise Unusable("Your result is a sparse tensor. An ordinary one is asked for: `.to_dense()` makes it.")
    return value


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
        isinstance(a, Tensor) and a.device == b.device and (b.is_meta or torch.equal(b, a))
        for b, a in zip(before, after, strict=True)
        if isinstance(b, Tensor)
    )


def _beside(value: Tensor, args: tuple[Any, ...]) -> bool:
    """Whether a result is on the device of the arguments, without which no summary can compare them."""
    return all(value.device == arg.device for arg in args if isinstance(arg, Tensor))


def build(
    exercise: Exercise,
    implementation: Callable[..., Any],
    case: Case,
    state: dict[str, Tensor] | None,
    outcome: Outcome,
) -> tuple[nn.Module, dict[str, Tensor]]:
    """A module on the device of the case, in its mode, with the state; and its parameters by name.

    One that a module has under two names, as in a Sequential over named parts, goes by the name that the state has.
    What is wrong with its start and its parameters is left in the outcome.
    """
    module = implementation(*copy.deepcopy(case.init))
    if not isinstance(module, nn.Module):
        raise TypeError(f"{type(module).__name__} is no nn.Module: write `class {type(module).__name__}(nn.Module):`")
    if exercise.start is not None:
        outcome.start = exercise.start(module, *case.init)
    module.to(next((arg.device for arg in case.args if isinstance(arg, Tensor)), torch.device("cpu")))
    own: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
    with torch.no_grad():
        if state is None:
            for parameter in module.parameters():
                parameter.normal_(std=0.3)
            return module.train(case.train), dict(module.named_parameters())
        _compare_parameters(module, own, state, outcome)
        if not outcome.wrong_parameters:
            for name, tensor in state.items():
                own[name].copy_(tensor)
    return module.train(case.train), {name: own[name] for name in state if name in own}


def _compare_parameters(module: nn.Module, own: dict[str, Tensor], state: dict[str, Tensor], outcome: Outcome) -> None:
    known = {id(own[name]) for name in state if name in own}
    surplus = [name for name, tensor in own.items() if name not in state and id(tensor) not in known]
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
        elif list(own[name].shape) != wanted:
            shape = list(own[name].shape)
            outcome.wrong_parameters[name] = f"has shape {shape} and should have {wanted}"
            same_rank = len(shape) == len(wanted)
            axes = [i for i, pair in enumerate(zip(shape, wanted, strict=False)) if pair[0] != pair[1]]
            outcome.misfit[name] = axes if same_rank else len(shape)
        elif not own[name].requires_grad:
            outcome.misfit[name] = "frozen"
            outcome.wrong_parameters[name] = "has requires_grad=False: no optimiser will ever change it"
    first: dict[int, str] = {}
    for name in (name for name in state if name in own):
        if first.setdefault(id(own[name]), name) != name:
            outcome.misfit[name] = first[id(own[name])]
            outcome.wrong_parameters[name] = f"is the same tensor as {first[id(own[name])]}: build one for each"
    for name in surplus:
        outcome.misfit[name] = "surplus"
        outcome.wrong_parameters[name] = "is not expected: is it a misspelt name, or one parameter too many?"


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


def _contents(arg: Any) -> list[Any]:
    """What an argument holds: also the tensors of a module."""
    return [x for one in _flatten(arg) for x in (one.state_dict().values() if isinstance(one, nn.Module) else [one])]
