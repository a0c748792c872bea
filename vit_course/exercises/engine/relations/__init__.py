"""What is true of a wrong tensor: right up to a factor, two axes swapped, right on the first token only, and so on.

Each relation looks at one pair, an actual tensor beside the expected one, and returns sentences that are true of it,
the most telling first. `what_is_true` looks for one that is true of all wrong pairs.
"""

from collections.abc import Callable, Iterator, Sequence

from vit_course.exercises.engine.relations import order, shape, values
from vit_course.exercises.engine.relations.pair import Pair

__all__ = ["Pair", "what_is_true"]

ENOUGH = 4  # numbers that a tensor must have: of fewer, much is true by chance
RELATIONS: tuple[Callable[[Pair], Iterator[str]], ...] = (  # the most telling first
    values.not_finite,
    values.as_it_came,
    order.axes_in_another_order,
    values.plus_an_input,
    values.factor,
    values.transformed,
    order.reversed_or_rolled,
    order.regrouped,
    shape.another_shape,
    values.sums,
    order.right_in_part,
    values.offset,
    values.factor_along,
    order.same_numbers,
    values.nearly,
    values.proportional,
)
# In a single one of several cases these two are easily true by chance.
FOR_ONE = tuple(relation for relation in RELATIONS if relation not in (values.nearly, order.right_in_part))


def what_is_true(pairs: Sequence[Pair]) -> str:
    """A sentence that is true of all pairs; else one that is true of the first; "" where nothing is found."""
    pairs = [pair for pair in pairs if pair.expected.numel() >= ENOUGH and _comparable(pair)]
    if not pairs:
        return ""
    for these in (pairs, pairs[:1]):
        for relation in RELATIONS if len(these) == len(pairs) else FOR_ONE:
            first, *others = (list(relation(pair)) for pair in these)
            for sentence in first:
                if all(sentence in other for other in others):
                    everywhere = len(these) == len(pairs)
                    return sentence if everywhere else f"In the case below: {sentence}"
    return ""


def _comparable(pair: Pair) -> bool:
    a, e = pair.actual, pair.expected
    return a.is_floating_point() and a.dtype == e.dtype and a.device == e.device
