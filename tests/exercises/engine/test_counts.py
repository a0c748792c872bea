"""Wrong numbers and words, and what is true of them."""

import pytest

from vit_course.exercises.engine.counts import Counted, what_is_true

SIZES = [
    {"tokens": 197, "hidden": 768, "heads": 12},
    {"tokens": 50, "hidden": 64, "heads": 4},
    {"tokens": 17, "hidden": 48, "heads": 3},
]


def said(change, right=lambda s: 8 * s["tokens"] * s["hidden"] ** 2):
    return what_is_true([Counted(change(right(sizes), sizes), right(sizes), sizes) for sizes in SIZES])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda n, s: n + 1, "is 1 too large"),
        (lambda n, s: n - 2, "is 2 too small"),
        (lambda n, s: n + s["heads"], "too large by heads"),
        (lambda n, s: 2 * n, "is 2 times what it should be"),
        (lambda n, s: n // 4, "should be 4 times as large"),
        (lambda n, s: n * s["heads"], "is heads times what it should be"),
        (lambda n, s: n + 4 * s["tokens"] * s["hidden"], "too large by 4 * tokens * hidden"),
        (lambda n, s: n - 2 * s["tokens"] ** 2, "too small by 2 * tokens**2"),
        (lambda n, s: s["tokens"] * s["hidden"], "is tokens * hidden."),
        (lambda n, s: s["tokens"] ** 2 + 1, "is one more than tokens**2"),
        (lambda n, s: 0, "is zero"),
        (lambda n, s: -n, "is negative"),
        (lambda n, s: float(n), "has the right value, as a float: a int is asked for"),
        (lambda n, s: n + 0.4, "is not a whole number"),
        (lambda n, s: n + (7 * s["tokens"]) % 31 + 3, "is too large"),
    ],
)
def test_numbers(change, words):
    assert words in said(change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pair, s: pair[::-1], "the right parts in reverse order"),
        (lambda pair, s: (pair[0] + 1, pair[1] - 1), "right sum, but it is divided in another way"),
        (lambda pair, s: (pair[0], pair[1] + 1), "result[1] is 1 too large. The rest is right"),
        (lambda pair, s: (pair[0] + 1, pair[1] + 1), "Each part of your result is 1 too large"),
    ],
)
def test_pairs_of_numbers(change, words):
    assert words in said(change, lambda s: (s["tokens"], s["hidden"]))


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (("hidden", "tokens"), "reverse order"),
        (("tokens",), "'hidden' is missing"),
        (("batch", "tokens", "hidden"), "'batch' does not belong"),
        (("batch", "hidden"), "'tokens' is missing from your result, and 'batch' does not belong there"),
    ],
)
def test_names(actual, words):
    assert words in what_is_true([Counted(actual, ("tokens", "hidden"), {})] * 2)
