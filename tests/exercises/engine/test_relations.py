"""Relations between a wrong tensor and the right one, tried with made-up answers."""

import math

import pytest
import torch
from einops import rearrange

from vit_course import device
from vit_course.exercises.engine.relations import Pair, what_is_true

AXES = ("batch", "tokens", "hidden")
SIZES = {"batch": 2, "tokens": 5, "hidden": 12, "heads": 3, "head_dim": 4}


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator(device()).manual_seed(seed))


def said(change, *shape, axes=AXES, inputs=None, expected=None):
    """What is true of the answers that `change` makes of the right ones, in two cases."""
    pairs = []
    for seed in (0, 1):
        right = expected(numbers(*shape, seed=seed)) if expected else numbers(*shape, seed=seed)
        given = {name: value(seed) for name, value in (inputs or {}).items()}
        pairs.append(Pair(change(right, **given), right, axes, SIZES, given))
    return what_is_true(pairs)


def spoilt(x, index, value=7.0):
    x = x.clone()
    x[index] = value
    return x


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: x / 0, "not finite"),
        (lambda x: spoilt(x, (0, 0), math.nan), "there is nan in it"),
        (lambda x: x * 0, "zero everywhere"),
        (lambda x: x * 2, "it is sqrt(head_dim) times"),
        (lambda x: x / 12, "it is 1 / hidden times"),
        (lambda x: x * 5 / 4, "it is n / (n - 1) with n = tokens times"),
        (lambda x: x * 0.77, "it is 0.77 times"),
        (lambda x: -x, "right but for the sign"),
        (lambda x: x.exp(), "one step too far: it is exp of the right one"),
        (lambda x: x.flip(1), "in reverse: along tokens the last comes first"),
        (lambda x: x.roll(1, 1), "turned round along tokens: the last comes first"),
        (lambda x: x.roll(-1, 1), "turned round along tokens: the first comes last"),
        (lambda x: rearrange(x, "b n (h d) -> b n (d h)", h=3), "along hidden: as if a grid of 3 x 4 was read column"),
        (lambda x: x[:, torch.tensor([1, 0, 3, 2, 4])], "right at the last along tokens only"),
        (lambda x: spoilt(x, (slice(None), 0)), "right everywhere but at tokens 0, the first"),
        (lambda x: spoilt(x, (slice(None), -1)), "right everywhere but at the last along tokens"),
        (lambda x: spoilt(x, 1), "right at batch 0 only"),
        (lambda x: spoilt(x, (slice(None), slice(2, None))), "right along tokens up to number 1, and wrong from 2 on"),
        (lambda x: x + 3, "off by the same number everywhere (+3)"),
        (lambda x: x + numbers(12, seed=9), "off by an amount that is the same all along batch and tokens"),
        (lambda x: x * numbers(1, 5, 1, seed=9).exp(), "the same all along batch and hidden, and differs with tokens"),
        (lambda x: x.sort(dim=-1).values, "the right numbers, but along hidden they stand in another order"),
        (lambda x: x + 1e-3 * numbers(2, 5, 12, seed=9), "nearly right"),
        (lambda x: 3 * x + 2, "shifted and scaled"),
        (lambda x: x.transpose(1, 2), "two axes swapped: tokens and hidden"),
        (lambda x: x.permute(2, 0, 1), "its axes are [hidden, batch, tokens] and should be [batch, tokens, hidden]"),
        (lambda x: x.reshape(2, 60), "only the shape is another"),
        (lambda x: x.transpose(1, 2).reshape(10, 12), "the right numbers, all of them, in another order"),
        (lambda x: x[:, 1:], "Along tokens, the first is missing; the others are right"),
        (lambda x: x[:, :-1], "Along tokens, the last is missing; the others are right"),
        (lambda x: x.mean(dim=1), "the mean of the right one over tokens: that axis is lost"),
        (lambda x: x.sum(dim=2), "the sum of the right one over hidden: that axis is lost"),
        (lambda x: x[:, 0], "the right one at tokens 0 alone: that axis is lost"),
        (lambda x: x.mean(dim=1, keepdim=True), "the mean of the right one over tokens"),
        (lambda x: x[None], "one axis of length 1 too many"),
        (lambda x: x[:, None].expand(2, 3, 5, 12), "repeated along an axis too many"),
    ],
)
def test_what_is_true_is_said(change, words):
    assert words in said(change, 2, 5, 12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x, stream: x + stream, "the right one plus `stream`: it is added once too often"),
        (lambda x, stream: x - stream, "the right one minus `stream`"),
        (lambda x, stream: stream, "Your result is `stream` as it came"),
    ],
)
def test_an_input_that_is_added_or_left_out_is_named(change, words):
    assert words in said(change, 2, 5, 12, inputs={"stream": lambda seed: numbers(2, 5, 12, seed=seed + 10)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w: w.log(), "lacks one last step: exp of it"),
        (lambda w: w / w.norm(dim=-1, keepdim=True), "divided by its length along"),
        (lambda w: w / w.sum(dim=-2, keepdim=True), "In yours each column does"),
        (lambda w: w / w.sum(dim=(-2, -1), keepdim=True), "1 / tokens times"),
        (lambda w: w.sqrt(), "lacks one last step: the square of it"),
        (lambda w: w * torch.arange(1.0, 6), "in yours the rows do not"),
    ],
)
def test_weights_whose_rows_sum_to_one(change, words):
    assert words in said(
        change, 2, 3, 5, 5, axes=("batch", "heads", "tokens", "axis 3"), expected=lambda x: x.softmax(-1)
    )


def test_last_step_that_is_missing_is_named():
    pairs = [Pair(x, x.softmax(-1), AXES) for x in (numbers(2, 5, 12), numbers(2, 5, 12, seed=1))]
    assert "lacks one last step: softmax" in what_is_true(pairs)
    pairs = [Pair(x, x.relu(), AXES) for x in (numbers(2, 5, 12), numbers(2, 5, 12, seed=1))]
    assert "lacks one last step: ReLU" in what_is_true(pairs)


def test_axis_of_one_that_was_squeezed_is_named():
    assert "lost the axis batch, which is 1 here" in said(lambda x: x[0], 1, 5, 12)


@pytest.mark.parametrize("seed", range(30))
def test_of_unrelated_numbers_nothing_is_said(seed):
    shape = [(2, 5, 12), (1, 4, 6), (3, 2, 2), (2, 2, 2)][seed % 4]
    pairs = [Pair(numbers(*shape, seed=100 + seed + i), numbers(*shape, seed=seed + i), AXES, SIZES) for i in (0, 50)]
    assert what_is_true(pairs) == ""


def test_what_is_true_of_one_case_alone_is_the_last_resort():
    right = numbers(2, 5, 12), numbers(2, 5, 12, seed=1)
    pairs = [Pair(2 * right[0], right[0], AXES, {}), Pair(right[1] + numbers(2, 5, 12, seed=3), right[1], AXES, {})]
    assert "2 times what it should be" in what_is_true(pairs)


@pytest.mark.parametrize("other", [torch.zeros(2, 5, 12, dtype=torch.float64), torch.zeros(2, 5, 12, device="meta")])
def test_tensors_of_another_kind_are_left_to_others(other):
    assert what_is_true([Pair(other, numbers(2, 5, 12), AXES)]) == ""
