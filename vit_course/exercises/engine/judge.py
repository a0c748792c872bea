"""The verdict on an answer, and the sentence that goes with it."""

import contextlib
import copy
import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from vit_course.exercises.engine import debugger, limits
from vit_course.exercises.engine.compare import difference, is_unwritten, same_at_a_glance, same_outcome, shown
from vit_course.exercises.engine.diagnose import findings
from vit_course.exercises.engine.dice import Dice
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.names import argument_names, other_default
from vit_course.exercises.engine.run import Outcome, build, run
from vit_course.exercises.engine.same import same
from vit_course.exercises.engine.spread import same_spread


class Trial:
    """An exercise's cases, drawn once, and what the reference makes of them."""

    def __init__(self, exercise: Exercise, cases: Sequence[Case]) -> None:
        self.exercise, self.cases = exercise, cases
        self.seed = torch.initial_seed()
        references = [run(exercise, exercise.reference, case, self.seed) for case in cases]
        self.expected = [outcome for outcome, _ in references]
        self.states = [state for _, state in references]

    def judge(self, target: Callable[..., Any], printed: limits.FirstCharacters) -> tuple[Any, str]:
        """The status of the learner's answer and the message; what it prints goes to `printed`."""
        dice = Dice()
        actual = self._limited(target, printed, dice)
        if any(is_unwritten(outcome) for outcome in actual):
            return (
                "not attempted",
                f"Write it in the cell above, then run both cells. Stuck? hint({self.exercise.name})",
            )
        found = self._differences(actual)
        if dice.coins or (any(found) and dice.thrown):
            # Dropout written by hand is right in either of two ways; a coin for a whole layer has to be right in both.
            again = self._limited(target, printed, Dice(mirrored=True))
            others = self._differences(again)
            if (any(others) and not any(found)) if dice.coins else not any(others):
                actual, found = again, others
        wrong = [i for i, message in enumerate(found) if message]
        diagnosis = self._known_mistake(actual, wrong)
        # Dropout head by head, say, is right, and fits no pattern.
        with self._guarded(printed):
            right = not (diagnosis or dice.coins) and all(self._spreads(target, i, actual[i]) for i in wrong)
        if right:
            other = other_default(target, self.exercise.reference)
            if other:
                return "failed", other
            return "passed", f"{len(self.cases)} cases drawn afresh, all as they should be."
        where = f"Seen with {_described(self.cases[wrong[0]], argument_names(self.exercise.asked))}"
        if len(wrong) < len(self.cases):
            where += f" (right in {len(self.cases) - len(wrong)} of {len(self.cases)} cases)"
        if diagnosis:
            return "failed", f"{diagnosis}\n{where}. {found[wrong[0]]}"
        judged = list(zip(self.cases, actual, self.expected, strict=True))
        rights = [self._computed_by(self.exercise.reference, i) for i in range(len(self.cases))]
        with self._guarded(printed):
            yours = [self._computed_by(target, i) for i in range(len(self.cases))]
            moves = functools.partial(self._moves, target)
            is_right = functools.partial(self._is_right, target)
            bad = [message is not None for message in found]
            true = findings(self.exercise, judged, bad, rights, yours, moves, is_right)
        if dice.coins:
            true = ["Your code draws a single random number. A dropout draws one for each number of a tensor.", *true]
        return "failed", "\n".join([*true, str(found[wrong[0]]), f"{where}."])

    @contextlib.contextmanager
    def _guarded(self, printed: limits.FirstCharacters) -> Iterator[None]:
        """A block in which the learner's code runs."""
        with (
            limits.time_limit(limits.SECONDS) as lift,
            debugger.prompt_kept(lift),
            contextlib.redirect_stdout(printed),
        ):
            yield

    def _limited(self, target: Callable[..., Any], printed: limits.FirstCharacters, dice: Dice) -> list[Outcome]:
        with self._guarded(printed):
            return [self._outcome(target, i, dice) for i in range(len(self.cases))]

    def _outcome(self, implementation: Callable[..., Any], i: int, dice: Dice, glance: bool = False) -> Outcome:
        return run(self.exercise, implementation, self.cases[i], self.seed, self.states[i], dice, glance)[0]

    def _spreads(self, target: Callable[..., Any], i: int, actual: Outcome) -> bool:
        """Whether an answer whose values differ in training mode has the reference's distribution."""
        if not (self.exercise.is_module and self.cases[i].train and actual.varies):
            return False
        if actual.error is not None or actual.wrong_parameters:
            return False
        if same_at_a_glance(actual, self.expected[i]):  # then it is something else that is wrong
            return False
        if isinstance(actual.value, tuple) and not same(actual.value[1:], self.expected[i].value[1:]):
            return False
        case, state, ignored = self.cases[i], self.states[i], Outcome()
        both = (target, self.exercise.reference)
        yours, right = (build(self.exercise, one, case, state, ignored)[0] for one in both)
        return same_spread(yours, right, case)

    def _differences(self, actual: Sequence[Outcome]) -> list[str | None]:
        found = [difference(a, e) for a, e in zip(actual, self.expected, strict=True)]
        if self.exercise.quiz:
            for i, outcome in enumerate(actual):
                if found[i] and outcome.error is None and outcome.value is not None:
                    found[i] = f"Your result is {shown(outcome.value)}, and that is not it."
        return found

    def _known_mistake(self, actual: Sequence[Outcome], wrong: Sequence[int]) -> str:
        """The diagnosis of the known mistake that has the same outcome in every case; "" where there is none."""
        if not wrong:
            return ""
        first = wrong[0]
        # The wrong cases first: there most mistakes differ from this one, and need not be run any further.
        right = [i for i in range(len(self.cases)) if i not in wrong]
        order = [first] if self.exercise.quiz else [*wrong, *right]
        for mistake in self.exercise.mistakes:
            if same_at_a_glance(
                actual[first], self._outcome(mistake.implementation, first, Dice(), glance=True)
            ) and all(same_outcome(actual[i], self._outcome(mistake.implementation, i, Dice())) for i in order):
                return mistake.diagnosis
        return ""

    def _moves(self, target: Callable[..., Any], i: int, name: str) -> bool:
        """Whether in case number i the answer's result changes when an argument or a parameter does."""
        case, state = self.cases[i], self.states[i]
        args = [
            _moved(arg, one, name) for one, arg in zip(argument_names(self.exercise.asked), case.args, strict=False)
        ]
        case = dataclasses.replace(case, args=(*args, *case.args[len(args) :]))
        state = {one: _another(tensor) if one == name else tensor for one, tensor in state.items()}
        values = [
            run(self.exercise, target, *both, Dice(), glance=True)[0].value
            for both in ((self.cases[i], self.seed, self.states[i]), (case, self.seed, state))
        ]
        return not same(*values)

    def _is_right(self, target: Callable[..., Any], i: int, case: Case) -> bool | None:
        """Whether the answer is right in case number i as changed; None where the reference itself fails there."""
        mine, right = (
            run(self.exercise, one, case, self.seed, self.states[i], Dice(), glance=True)[0]
            for one in (target, self.exercise.reference)
        )
        if right.error is not None or right.wrong_parameters:
            return None
        return mine.error is None and not mine.wrong_parameters and same(mine.value, right.value)

    def _computed_by(self, implementation: Callable[..., Any], i: int) -> Callable[[Case], Any]:
        """What an implementation, with the parameters of case number i, makes of another case."""
        return lambda case: run(self.exercise, implementation, case, self.seed, self.states[i], glance=True)[0].value


def _moved(arg: Any, its_name: str, name: str) -> Any:
    """An argument, with other numbers where it has this name, or a parameter of it has."""
    if isinstance(arg, nn.Module) and name.startswith(f"{its_name}."):
        arg = copy.deepcopy(arg)
        with torch.no_grad():
            parameter = arg.get_parameter(name.removeprefix(f"{its_name}."))
            parameter.copy_(_another(parameter))
        return arg
    return _another(arg) if its_name == name else arg


def _another(tensor: Tensor) -> Tensor:
    """Other numbers, neither shifted nor scaled alone, which a norm would not notice."""
    return tensor + torch.arange(1.0, 1 + tensor.numel(), device=tensor.device).sin().reshape(tensor.shape).to(tensor)


def _described(case: Case, names: Sequence[str]) -> str:
    parts = [
        f"{name} of shape {list(arg.shape)}" if isinstance(arg, Tensor) else f"{name}={shown(arg)}"
        for name, arg in zip(names, case.args, strict=False)
    ]
    return ", ".join(parts) + (", in training mode" if case.train else "")
