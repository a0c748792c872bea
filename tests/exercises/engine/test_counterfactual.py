"""A result that would be right had something else been asked: an argument ignored, two swapped, a list cut short."""

import pytest
import torch
from jaxtyping import Float
from learner import named
from torch import Tensor

from vit_course.exercises.engine.check import check_exercise
from vit_course.exercises.engine.exercise import Case, Exercise


def blend(
    first: Float[Tensor, "batch tokens hidden"],
    second: Float[Tensor, "batch tokens hidden"],
    layers: list[Float[Tensor, " hidden"]],
    rate: float = 0.1,
    eps: float = 1e-6,
    training: bool = False,
) -> Float[Tensor, "batch tokens hidden"]:
    """Something that every argument, and every place in it, has a part in."""
    x = first * rate + second.square() / (second.square().sum(dim=-1, keepdim=True) + eps)
    for layer in layers:
        x = (x + layer).tanh()
    return x * 2 if training else x


def cases():
    def case(batch, tokens, hidden, *rest):
        layers = [torch.randn(hidden) for _ in range(3)]
        return Case((torch.randn(batch, tokens, hidden), torch.randn(batch, tokens, hidden), layers, *rest))

    return [case(2, 3, 4, 0.3, 0.5, True), case(3, 2, 5, 0.4, 0.01, False), case(2, 4, 6)]


EXERCISE = Exercise("0.0", blend, cases, hints=("", "", ""))


def said(answer):
    report = check_exercise(EXERCISE, named("blend", answer))
    assert report.status == "failed"
    return report.message.split("\n")[0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda f, s, ls, rate=0.1, eps=1e-6, t=False: blend(f, s, ls, 0.1, eps, t), "with rate=0.1: is the argument"),
        (
            lambda f, s, ls, rate=0.1, eps=1e-6, t=False: blend(f, s, ls, rate, 1e-12, t),
            "with another eps, the same in all cases",
        ),
        (lambda f, s, ls, *rest: blend(s, f, ls, *rest), "right with `first` and `second` swapped"),
        (lambda f, s, ls, *rest: blend(f, s, ls[:-1], *rest), "right for `layers` without its last element"),
        (lambda f, s, ls, *rest: blend(f, s, ls[1:], *rest), "right for `layers` without its first element"),
        (lambda f, s, ls, *rest: blend(f, s, ls[::-1], *rest), "right for `layers` in reverse order"),
        (lambda f, s, ls, *rest: blend(f * 0, s, ls, *rest), "should be if `first` were zero"),
        (lambda f, s, ls, *rest: blend(-f, s, ls, *rest), "right for `first` with its sign changed"),
        (lambda f, s, ls, *rest: blend(f.flip(1), s, ls, *rest), "right for `first` read backwards along tokens"),
        (
            lambda f, s, ls, *rest: blend(f.reshape(f.shape[0], f.shape[2], -1).transpose(1, 2), s, ls, *rest),
            "right for `first` reshaped where it should be transposed (tokens and hidden)",
        ),
        (
            lambda f, s, ls, *rest: blend(f[:1].expand_as(f), s, ls, *rest),
            "if all images were the first one of `first`",
        ),
        (lambda f, s, ls, rate=0.1, eps=1e-6, t=False: blend(f, s, ls, rate, eps), "with training=False"),
    ],
)
def test_what_was_answered_instead_is_named(answer, words):
    assert words in said(answer)


def test_what_the_reference_refuses_is_no_answer():
    def halves(size: int, parts: int) -> int:
        if size % parts:
            raise ValueError(size)
        return size // parts

    exercise = Exercise("0.0", halves, lambda: [Case((8, 2)), Case((12, 3)), Case((10, 5))], hints=("", "", ""))
    message = check_exercise(exercise, named("halves", lambda size, parts: print(size // parts))).message
    assert message.startswith("Your result is None")


def test_where_nothing_else_was_answered_nothing_is_claimed():
    text = said(lambda first, *rest: torch.randn_like(first))
    assert "right" not in text.split(",")[0] or text.startswith("Shape and dtype"), text
