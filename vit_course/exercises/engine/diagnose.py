"""What is true of an answer that no known mistake explains."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from vit_course.exercises.engine import counterfactual, counts, dependence, names, relations
from vit_course.exercises.engine.circumstances import IsRight, what_they_share
from vit_course.exercises.engine.compare import silent, without_influence
from vit_course.exercises.engine.counterfactual import Compute
from vit_course.exercises.engine.counts import Counted
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.relations import Pair
from vit_course.exercises.engine.run import Outcome
from vit_course.exercises.engine.same import part_of, same

Judged = tuple[Case, Outcome, Outcome]  # a case, what came of it, what should have
Moves = Callable[[int, str], bool]  # whether in a case the answer's result changes with an argument or parameter


def findings(
    exercise: Exercise,
    judged: Sequence[Judged],
    wrong: Sequence[bool],
    rights: Sequence[Compute],
    yours: Sequence[Compute],
    moves: Moves,
    is_right: IsRight,
) -> list[str]:
    """Sentences that are true of the answer, the most telling first.

    `rights` and `yours` compute a changed case, rightly and as the answer does it; `is_right` compares the two.
    """
    failing = [one for one, is_wrong in zip(judged, wrong, strict=True) if is_wrong]
    numbers = [i for i, is_wrong in enumerate(wrong) if is_wrong]
    found = [_of_values(exercise, failing), _of_influence(failing, numbers, moves), _of_sizes(exercise, failing)]
    found.insert(0, _of_dropout(failing))
    at_once = not any(same(actual.value, expected.value) for _, actual, expected in failing)
    if all(actual.error is None and not actual.wrong_parameters for _, actual, _ in failing) and not exercise.quiz:
        right = [rights[i] for i in numbers]
        results = [(case, actual.value) for case, actual, expected in failing if not same(actual.value, expected.value)]
        if len(results) == len(failing) and failing[0][2].summary is None:
            mine = [yours[i] for i in numbers]
            found.insert(0, counterfactual.what_is_true(exercise, results, right, mine))
            found.append(_of_parts(failing))
            kinds = all(_alike(actual.value, expected.value) for _, actual, expected in failing)
            if kinds and not any(found) and exercise.stage is None:
                found.append(dependence.what_is_true(exercise, [case for case, _, _ in failing], mine, right))
    if at_once and not exercise.quiz:  # what shows on a second call need not show in every case
        found.append(what_they_share(exercise.reference, [case for case, _, _ in judged], wrong, is_right))
    return [sentence for sentence in found if sentence]


def _of_values(exercise: Exercise, failing: Sequence[Judged]) -> str:
    """What relates the first wrong part of each result to the right one."""
    axes = names.result_axes(exercise.read or exercise.reference)
    pairs, counted, places = [], [], []
    for case, actual, expected in failing:
        if actual.error is not None or actual.wrong_parameters or actual.summary is not None:
            return ""
        part = _first_wrong(actual.value, expected.value, axes)
        if part is None:
            return ""
        place, mine, wanted, words = part
        places.append(place)
        sizes = names.sizes(exercise.reference, case)
        if isinstance(wanted, Tensor):
            if isinstance(mine, Tensor):
                inputs = dict(zip(names.argument_names(exercise.reference), case.args, strict=False))
                tensors = {name: arg for name, arg in inputs.items() if isinstance(arg, Tensor)}
                here = names.named_axes(words, wanted.dim())
                pairs.append(Pair(mine.detach(), wanted.detach(), here, sizes, tensors))
        elif not exercise.quiz:
            counted.append(Counted(mine, wanted, sizes))
    if len(set(places)) > 1:
        return ""
    if counted:
        return counts.what_is_true(counted) if len(counted) == len(failing) else ""
    sentence = relations.what_is_true(pairs)
    return sentence.replace("Your result", f"Your result{places[0]}", 1) if sentence else ""


def _first_wrong(actual: Any, expected: Any, axes: Any, place: str = "") -> tuple[str, Any, Any, Any] | None:
    """Where in a result the first wrong part stands, the part, the right one, and what its axes are called."""
    if same(expected, actual):
        return None
    packed = isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple))
    if packed and len(actual) == len(expected) and any(not isinstance(part, (int, float, str)) for part in expected):
        for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
            words = axes[min(i, len(axes) - 1)] if isinstance(axes, list) else axes
            if found := _first_wrong(a, e, words, f"{place}{part_of(expected, i)}"):
                return found
    return place, actual, expected, axes


def _of_dropout(failing: Sequence[Judged]) -> str:
    """Whether more or fewer numbers go through a dropout than should, which the values may not show by themselves."""
    counts = {(case.train, (a.dropped > e.dropped) - (a.dropped < e.dropped)) for case, a, e in failing}
    if any(actual.error is not None or actual.wrong_parameters for _, actual, _ in failing):
        return ""
    if (False, 1) in counts and all(more == 1 for train, more in counts if not train):
        return (
            "Dropout acts in evaluation mode as well. F.dropout(x, p) does so unless told training=self.training; so "
            "does an nn.Dropout that is made in forward, and scaled_dot_product_attention with a dropout_p above 0."
        )
    if counts == {(True, 1)}:
        return "In training mode more is dropped than should be: a dropout is one too many, or acts on a larger tensor."
    if counts == {(True, -1)}:
        return "In training mode less is dropped than should be: a dropout is missing, or acts on a smaller tensor."
    return ""


def _alike(a: Any, b: Any) -> bool:
    """Whether two results are of the same build: tensors of the same shapes, in the same order."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return a.shape == b.shape
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_alike, a, b))
    return type(a) is type(b)


def _of_parts(failing: Sequence[Judged]) -> str:
    """Which parts of a result that has several are right in every wrong case."""
    first = failing[0][2].value
    if not isinstance(first, tuple) or any(
        not isinstance(actual.value, tuple) or len(actual.value) != len(first) for _, actual, _ in failing
    ):
        return ""
    right = [i for i in range(len(first)) if all(same(e.value[i], a.value[i]) for _, a, e in failing)]
    wrong = [i for i in range(len(first)) if not any(same(e.value[i], a.value[i]) for _, a, e in failing)]
    if not right or len(right) + len(wrong) < len(first):
        return ""
    fine, others = (" and ".join(f"result{part_of(first, i)}" for i in part) for part in (right, wrong))
    return f"Your {fine} {'is' if len(right) == 1 else 'are'} right; {others} {'is' if len(wrong) == 1 else 'are'} not."


def _of_influence(failing: Sequence[Judged], numbers: Sequence[int], moves: Moves) -> str:
    texts = {
        without_influence(actual, [name for name in silent(actual, expected) if not moves(i, name)])
        for i, (_, actual, expected) in zip(numbers, failing, strict=True)
        if actual.gradients
    }
    return texts.pop() if len(texts) == 1 else ""


def _of_sizes(exercise: Exercise, failing: Sequence[Judged]) -> str:
    """An error on a shape keeps its own words; here are the sizes in the learner's."""
    case, actual, _ = failing[0]
    text = str(actual.error).lower()
    if actual.error is None or not any(word in text for word in ("shape", "size", "dimension", "broadcast", "expand")):
        return ""
    sizes = names.sizes(exercise.reference, case)
    return "The sizes here: " + ", ".join(f"{name} {size}" for name, size in sizes.items()) + "." if sizes else ""
