"""Would the right answer give the same wrong result, if it had been asked something else?

An argument that is ignored, two that are swapped, a list that lacks its last element: the reference is run on the case
changed in such a way, and where it gives what the learner's code gave, that is the sentence.
"""

import dataclasses
import functools
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from torch import Tensor

from vit_course.exercises.engine import names
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.same import same

Compute = Callable[[Case], Any]  # what the right answer makes of a case


class Changed(NamedTuple):
    """A sentence, its case, what to do with the result, and which argument is said to be ignored, if any."""

    sentence: str
    case: Case
    finish: Callable[[Any], Any]
    ignored: str = ""


_CONSTANTS: dict[str, tuple[Any, ...]] = {  # values that people write where an argument belongs
    "eps": (1e-5, 1e-6, 1e-8, 1e-12, 0.0),
    "momentum": (0.1, 0.9),
    "patch_size": (16, 14, 8, 4),
    "dropout": (0.0, 0.1, 0.5),
    "attention_dropout": (0.0, 0.1, 0.5),
    "gelu": ("tanh", "exact"),
    "classifier": ("token", "gap"),
}


def what_is_true(
    exercise: Exercise, failing: Sequence[tuple[Case, Any]], rights: Sequence[Compute], yours: Sequence[Compute]
) -> str:
    """A sentence that is true of all wrong results, given as pairs of a case and what the learner's code made of it.

    `rights` and `yours` compute a case's changed twin: the right answer and the learner's.
    """
    if len(failing) == 1 and not any(isinstance(part, Tensor) for part in _parts(failing[0][1])):
        return ""  # a number or two may agree by chance
    cases = [case for case, _ in failing]
    everything = [list(_changes(exercise, case, cases)) for case in cases]
    for sentence in dict.fromkeys(one.sentence for one in everything[0]):
        fits = []
        for (_, actual), changes, right, mine in zip(failing, everything, rights, yours, strict=True):
            these = [one for one in changes if one.sentence == sentence]
            others = [one.case for one in changes if these and one.ignored == these[0].ignored != ""]
            fits.append(
                any(_gives(one, actual, right) for one in these) and all(_is_same(mine, one, actual) for one in others)
                if these
                else None
            )
        # Where it cannot be asked, as of a list of one element what it would be without, two others must say yes.
        if all(fits) or (False not in fits and fits.count(True) >= 2):
            return sentence
    return ""


def _parts(result: Any) -> list[Any]:
    return [part for item in result for part in _parts(item)] if isinstance(result, (list, tuple)) else [result]


def _gives(change: Changed, actual: Any, right: Compute) -> bool:
    try:
        found = right(change.case)
        return found is not None and same(change.finish(found), actual)  # None where the reference itself refuses
    except Exception:  # the change makes no sense for this case
        return False


def _is_same(mine: Compute, case: Case, actual: Any) -> bool:
    """Whether an answer stays as it is where an argument is another: then it is ignored, and not right by chance."""
    try:
        return same(mine(case), actual)
    except Exception:
        return True


def _changes(exercise: Exercise, case: Case, others: Sequence[Case]) -> Iterator[Changed]:
    given = dict(zip(names.argument_names(exercise.reference), case.args, strict=False))
    axes = names.argument_axes(exercise.reference)
    parameters = inspect.signature(names.called(exercise.reference)).parameters

    def with_args(**changes: Any) -> Case:
        return dataclasses.replace(case, args=tuple(changes.get(name, arg) for name, arg in given.items()))

    for (one, a), (other, b) in itertools.combinations(given.items(), 2):
        if type(a) is type(b) and not isinstance(a, bool) and getattr(a, "shape", 0) == getattr(b, "shape", 0):
            sentence = f"Your result is right with `{one}` and `{other}` swapped."
            yield Changed(sentence, with_args(**{one: b, other: a}), _as_it_is)
    for name, arg in given.items():  # one that is ignored most often counts as 1
        if isinstance(arg, int) and not isinstance(arg, bool) and arg != 1:
            sentence = f"Your result is what it should be with {name}=1: is it used?"
            yield Changed(sentence, with_args(**{name: 1}), _as_it_is, name)
    for name, arg in given.items():
        if isinstance(arg, bool):
            yield Changed(
                f"Your result is what it should be with {name}={not arg}.", with_args(**{name: not arg}), _as_it_is
            )
        elif isinstance(arg, (int, float)):
            usual = [default] if type(default := parameters[name].default) is type(arg) else []
            there = [v for one in others for v in one.args if type(v) is type(arg)]
            for value in dict.fromkeys([*usual, *_CONSTANTS.get(name, ()), *there]):
                if value != arg:
                    # Of two small eps the results are the same to rounding: which one it is, they do not tell.
                    fixed = "another eps, the same in all cases" if name == "eps" else f"{name}={value!r}"
                    sentence = f"Your result is what it should be with {fixed}: is the argument used?"
                    yield Changed(sentence, with_args(**{name: value}), _as_it_is, name)
        elif isinstance(arg, Tensor) and arg.is_floating_point():
            yield from _of_a_tensor(name, arg, names.named_axes(axes.get(name), arg.dim()), with_args)
        elif isinstance(arg, (list, tuple)) and len(arg) > 1:
            for text, part in (
                ("without its first element", arg[1:]),
                ("without its last element", arg[:-1]),
                ("in reverse order", arg[::-1]),
                ("cut to its first element", arg[:1]),
                ("cut to its last element", arg[-1:]),
            ):
                yield Changed(f"Your result is right for `{name}` {text}.", with_args(**{name: part}), _as_it_is)
    for i, config in enumerate(case.init):
        for field in ("gelu", "classifier", "dropout", "attention_dropout"):
            if not hasattr(config, field):
                continue
            there = [getattr(one.init[i], field) for one in others]
            for value in dict.fromkeys([*_CONSTANTS[field], *there, *(_rates(config) if "dropout" in field else ())]):
                if value != getattr(config, field):
                    changed = (*case.init[:i], dataclasses.replace(config, **{field: value}), *case.init[i + 1 :])
                    sentence = f"Your result is what it should be with config.{field}={value!r}: is it used?"
                    ignored = field
                    if "dropout" in field and value and value == 1 - getattr(config, field):
                        sentence = f"Your result is what it should be if config.{field} were the share that is kept."
                        ignored = ""
                    yield Changed(sentence, dataclasses.replace(case, init=changed), _as_it_is, ignored)
    if case.init:
        mode = "evaluation" if case.train else "training"
        yield Changed(
            f"Your result is what it should be in {mode} mode.",
            dataclasses.replace(case, train=not case.train),
            _as_it_is,
        )


def _rates(config: Any) -> list[float]:
    """Both rates, each of which may stand in the other's place, and the shares that they keep."""
    rates = [getattr(config, name) for name in ("dropout", "attention_dropout")]
    return [value for rate in rates for value in (rate, 1 - rate) if value < 1]


def _of_a_tensor(name: str, arg: Tensor, axes: Sequence[str], with_args: Callable[..., Case]) -> Iterator[Changed]:
    yield Changed(f"Your result is what it should be if `{name}` were zero.", with_args(**{name: arg * 0}), _as_it_is)
    yield Changed(
        f"Your result is what it should be if `{name}` were one.", with_args(**{name: arg * 0 + 1}), _as_it_is
    )
    yield Changed(f"Your result is right for `{name}` with its sign changed.", with_args(**{name: -arg}), _as_it_is)
    for i, j in itertools.combinations(range(arg.dim()), 2):
        turned = with_args(**{name: arg.transpose(i, j)})
        text = f"Your result is right for `{name}` with two axes swapped: {axes[i]} and {axes[j]}"
        yield Changed(f"{text}.", turned, _as_it_is)
        yield Changed(f"{text}, and then swapped back.", turned, functools.partial(_swapped, i, j))
        sizes = list(arg.shape)
        sizes[i], sizes[j] = sizes[j], sizes[i]
        yield Changed(
            f"Your result is right for `{name}` reshaped where it should be transposed ({axes[i]} and {axes[j]}): a "
            f"reshape moves no number.",
            with_args(**{name: arg.reshape(sizes).transpose(i, j)}),
            _as_it_is,
        )
    for axis, word in enumerate(axes):
        backwards = with_args(**{name: arg.flip(axis)})
        yield Changed(f"Your result is right for `{name}` read backwards along {word}.", backwards, _as_it_is)
    if arg.dim() > 1 and len(arg) > 1 and axes[0] == "batch":
        first = with_args(**{name: arg[:1].expand_as(arg)})
        yield Changed(f"Your result is right if all images were the first one of `{name}`.", first, _as_it_is)


def _swapped(i: int, j: int, result: Tensor) -> Tensor:
    return result.transpose(i, j)


def _as_it_is(result: Any) -> Any:
    return result
