"""What depends on what, where nothing else is true of a wrong answer; which parts are right; how much is dropped."""

import pytest
import torch
import torch.nn.functional as F
from jaxtyping import Float
from learner import named
from torch import Tensor, nn

from vit_course.attention import Attention, attention_weights
from vit_course.block import Block, Mlp
from vit_course.exercises import check
from vit_course.exercises.engine.check import check_exercise
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.norms import batch_norm


def odd(x):
    return (3 * x).sin() + x


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        (
            "layer_norm",
            lambda x, weight, bias, eps=1e-6: odd(x - x.mean(0) + x.var((0, 1), unbiased=False)) * weight + bias,
            "What you get for one image changes with the other ones, and should not",
        ),
        (
            "layer_norm",
            lambda x, weight, bias, eps=1e-6: odd(x - x.mean(1, keepdim=True)) * weight + bias,
            "What you get for one token changes with the other ones, and should not",
        ),
        (
            "attention_weights",
            lambda query, key: attention_weights(query - query.mean(1, keepdim=True), key),
            "What you get for one head changes with the other ones, and should not",
        ),
    ],
)
def test_what_should_not_depend_is_named(name, answer, words):
    assert words in check(named(name, answer)).message


def mixed(x: Float[Tensor, "batch tokens hidden"]) -> Float[Tensor, "batch tokens hidden"]:
    return x + x.mean(dim=1, keepdim=True).exp()


def test_what_should_depend_is_named():
    exercise = Exercise("9.9", mixed, lambda: [Case((torch.randn(2, n, 4),)) for n in (3, 5)], ("", "", ""))
    message = check_exercise(exercise, named("mixed", lambda x: odd(x).exp())).message
    assert "What you get for one token does not change with the other ones, and should." in message


def test_right_parts_of_a_result_are_named():
    def answer(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
        right = batch_norm(x, weight, bias, running_mean, running_variance, training, momentum, eps)
        return odd(right[0]), right[1], right[2]

    message = check(named("batch_norm", answer)).message
    assert "Your result[1] and result[2] are right; result[0] is not." in message


class InEvaluation(Attention):
    def forward(self, tokens, return_attention=False):
        output, weights = super().forward(tokens, return_attention)
        return (output if self.training else F.dropout(output, self.dropout.p)), weights


class OneTooMany(Block):
    def __init__(self, config):
        super().__init__(config)
        self.more = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        tokens, weights = super().forward(tokens, return_attention)
        return self.more(tokens), weights


class OneMissing(Mlp):
    def forward(self, tokens):
        return F.dropout(
            self.fc2(odd(self.gelu(self.fc1(tokens))) if self.training else self.gelu(self.fc1(tokens))), 0
        )


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("Attention", InEvaluation, "Dropout acts in evaluation mode as well"),
        ("Block", OneTooMany, "more is dropped than should be"),
        ("Mlp", OneMissing, "less is dropped than should be"),
    ],
)
def test_how_much_is_dropped_is_said(name, answer, words):
    torch.manual_seed(0)
    assert words in check(named(name, answer)).message
