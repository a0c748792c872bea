"""Dropout by hand, by any name or fused is right; a seed inside, a wrong rate, dropout in evaluation are not."""

import pytest
import torch
import torch.nn.functional as F
from learner import named
from torch import nn

from vit_course.attention import Attention, attention_weights, merge_heads, split_heads
from vit_course.block import Mlp
from vit_course.exercises import check
from vit_course.exercises.engine.check import check_exercise
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config
from vit_course.vision_transformer import VisionTransformer


def mlp_with(dropout):
    """An Mlp whose dropout is `dropout(x, rate, training)`."""

    class Written(Mlp):
        def __init__(self, config):
            super().__init__(config)
            self.rate = config.dropout

        def forward(self, tokens):
            hidden = dropout(self.gelu(self.fc1(tokens)), self.rate, self.training)
            return dropout(self.fc2(hidden), self.rate, self.training)

    return named("Mlp", Written)


@pytest.mark.parametrize(
    "keep",
    [
        lambda x, rate: torch.rand_like(x) > rate,
        lambda x, rate: torch.rand_like(x) < 1 - rate,
        lambda x, rate: torch.rand(x.shape, device=x.device) >= rate,
        lambda x, rate: torch.rand(*x.shape, device=x.device) <= 1 - rate,
        lambda x, rate: torch.bernoulli(torch.full_like(x, 1 - rate)),
        lambda x, rate: 1 - torch.bernoulli(torch.full_like(x, rate)),
        lambda x, rate: torch.empty_like(x).bernoulli_(1 - rate),
        lambda x, rate: torch.empty_like(x).uniform_() > rate,
        lambda x, rate: torch.distributions.Bernoulli(1 - rate).sample(x.shape).to(x.device),
        lambda x, rate: (torch.rand_like(x) + 1 - rate).floor(),
    ],
)
def test_dropout_by_hand_is_right(keep):
    for _ in range(3):
        report = check(mlp_with(lambda x, rate, training: x * keep(x, rate) / (1 - rate) if training else x))
        assert report.status == "passed", report.message


@pytest.mark.parametrize(
    "dropout",
    [
        lambda x, rate, training: x * (torch.rand_like(x) > rate) if training else x,  # not scaled
        lambda x, rate, training: x * (torch.rand_like(x) < rate) / rate if training and rate else x,  # rate kept
        lambda x, rate, training: x * (torch.rand_like(x[:1]) > rate) / (1 - rate) if training else x,  # one for all
        lambda x, rate, training: x * (torch.rand_like(x) > rate) / (1 - rate),  # in evaluation, too
        lambda x, rate, training: F.dropout(x, rate),
        lambda x, rate, training: nn.Dropout(rate)(x),
    ],
)
def test_wrong_dropout_by_hand_fails(dropout):
    for _ in range(3):
        assert check(mlp_with(dropout)).status == "failed"


def test_seed_inside_is_named():
    def seeded(x, rate, training):
        torch.manual_seed(0)
        return F.dropout(x, rate, training)

    report = check(mlp_with(seeded))
    assert report.status == "failed" and "Is a seed set inside?" in report.message


def fused(rate):
    """Attention that mixes by the fused kernel, and returns written-out weights where they are asked for."""

    class Fused(Attention):
        def forward(self, tokens, return_attention=False):
            query, key, value = (split_heads(p(tokens), self.num_heads) for p in (self.query, self.key, self.value))
            mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=rate(self))
            weights = attention_weights(query, key) if return_attention else None
            return self.dropout(self.out(merge_heads(mixed))), weights

    return named("Attention", Fused)


def test_fused_attention_is_right_beside_written_out_weights():
    report = check(fused(lambda self: self.attention_dropout if self.training else 0.0))
    assert report.status == "passed", report.message


def test_fused_attention_that_drops_in_evaluation_fails():
    assert check(fused(lambda self: self.attention_dropout)).status == "failed"


def attention_by_heads(keep):
    """Attention written as a loop over the heads; `keep` drops a head's weights out."""

    class ByHeads(Attention):
        def forward(self, tokens, return_attention=False):
            query, key, value = (split_heads(p(tokens), self.num_heads) for p in (self.query, self.key, self.value))
            weights = attention_weights(query, key)
            parts = [keep(self, weights[:, i]) @ value[:, i] for i in range(self.num_heads)]
            return self.dropout(self.out(torch.cat(parts, dim=-1))), weights if return_attention else None

    return named("Attention", ByHeads)


def test_dropout_head_by_head_is_right():
    for _ in range(3):
        report = check(attention_by_heads(lambda self, w: F.dropout(w, self.attention_dropout, self.training)))
        assert report.status == "passed", report.message


@pytest.mark.parametrize(
    "keep",
    [
        lambda self, w: w,
        lambda self, w: F.dropout(w, self.attention_dropout / 2, self.training),
        lambda self, w: w * (torch.rand_like(w) > self.attention_dropout) if self.training else w,
        lambda self, w: w * F.dropout(torch.ones_like(w[:1]), self.attention_dropout, self.training),
        lambda self, w: w * F.dropout(torch.ones_like(w[..., :1]), self.attention_dropout, self.training),
    ],
)
def test_wrong_dropout_head_by_head_fails(keep):
    for _ in range(3):
        assert check(attention_by_heads(keep)).status == "failed"


def test_tokens_that_go_through_twice_are_noticed():
    class Twice(VisionTransformer):
        def forward(self, images, return_attention=False):
            logits = super().forward(images)
            return (logits, super().forward(images, True)[1]) if return_attention else logits

    cases = [
        Case(
            (torch.randn(2, 3, 8, 8), True), init=(small_config(image_size=8, dropout=0.3, num_classes=5),), train=True
        )
    ]
    exercise = Exercise("0.0", VisionTransformer, lambda: cases, hints=("", "", ""))
    assert check_exercise(exercise, VisionTransformer).status == "passed"
    assert "dropout acts more often" in check_exercise(exercise, named("VisionTransformer", Twice)).message


@pytest.mark.parametrize("skips", [lambda: torch.rand(()) < 0.1, lambda: torch.rand(1) > 0.9])
def test_a_coin_for_a_whole_layer_is_noticed_however_it_falls(skips):
    class Skipping(Mlp):
        def forward(self, tokens):
            return tokens if self.training and skips() else super().forward(tokens)

    report = check(named("Mlp", Skipping))
    assert report.status == "failed"
    assert "draws a single random number" in report.message
