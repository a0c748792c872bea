"""Attention against the formula, head by head."""

import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F
from gradients import gradcheck
from torch.utils.flop_counter import FlopCounterMode

from vit_course import ViTConfig, device
from vit_course.attention import Attention, attention_flops, attention_weights, head_writes, merge_heads, split_heads

CONFIG = ViTConfig(hidden_size=24, mlp_dim=48, num_heads=3, num_layers=1)


def made(config=CONFIG):
    torch.manual_seed(0)
    attention = Attention(config).eval()
    for parameter in attention.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return attention


def by_the_formula(attention, tokens):
    """The paper's equations, one image and one head at a time."""
    heads, size = attention.num_heads, tokens.shape[-1] // attention.num_heads
    q, k, v = (F.linear(tokens, p.weight, p.bias) for p in (attention.query, attention.key, attention.value))
    mixed, weights = torch.zeros_like(tokens), tokens.new_zeros(len(tokens), heads, tokens.shape[1], tokens.shape[1])
    for image in range(len(tokens)):
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            scores = q[image, :, part] @ k[image, :, part].T / math.sqrt(size)
            weights[image, head] = scores.exp() / scores.exp().sum(dim=1, keepdim=True)
            mixed[image, :, part] = weights[image, head] @ v[image, :, part]
    return F.linear(mixed, attention.out.weight, attention.out.bias), weights


@pytest.mark.parametrize(("heads", "tokens"), [(1, 5), (3, 5), (24, 2), (3, 1)])
def test_both_paths_are_the_formula(heads, tokens):
    attention = made(dataclasses.replace(CONFIG, num_heads=heads))
    inputs = torch.randn(2, tokens, 24)
    expected, expected_weights = by_the_formula(attention, inputs)
    output, weights = attention(inputs, return_attention=True)
    fused, nothing = attention(inputs)
    torch.testing.assert_close(output, expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(weights, expected_weights, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(fused, expected, rtol=1e-5, atol=1e-5)
    assert nothing is None


def test_in_bfloat16_weights_come_only_when_asked_for():
    attention, inputs = made(), torch.randn(2, 7, 24)
    with torch.autocast(device().type, torch.bfloat16):
        output, nothing = attention(inputs)
        same, weights = attention(inputs, return_attention=True)
    assert nothing is None and weights.shape == (2, 3, 7, 7)
    limit = 1e-5 if device().type == "cpu" else 0.05  # there the fused kernel is taken, which rounds elsewhere
    torch.testing.assert_close(output, same, rtol=limit, atol=limit)
    torch.testing.assert_close(output.float(), attention(inputs)[0], rtol=0.05, atol=0.05)


def test_both_paths_have_the_same_gradients():
    attention, inputs = made(), torch.randn(2, 7, 24, requires_grad=True)
    gradients = []
    for return_attention in (False, True):
        output, _ = attention(inputs, return_attention)
        gradients.append(torch.autograd.grad(output.square().sum(), [inputs, *attention.parameters()]))
    for fused, written_out in zip(*gradients, strict=True):
        torch.testing.assert_close(fused, written_out, rtol=1e-4, atol=1e-4)


def test_gradients_are_right_in_float64():
    attention = made().double()
    inputs = torch.randn(1, 4, 24, dtype=torch.float64, requires_grad=True)
    for return_attention in (False, True):
        assert gradcheck(lambda x, way=return_attention: attention(x, way)[0], inputs)


def test_splitting_heads():
    tokens = torch.arange(2 * 3 * 8.0).reshape(2, 3, 8)
    heads = split_heads(tokens, 4)
    assert heads.shape == (2, 4, 3, 2)
    assert heads[1, 2, 0].tolist() == tokens[1, 0, 4:6].tolist()
    assert torch.equal(merge_heads(heads), tokens)


def test_weights_of_a_token_sum_to_one_also_for_large_scores():
    weights = attention_weights(1e3 * torch.randn(1, 2, 6, 4), 1e3 * torch.randn(1, 2, 6, 4))
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(1, 2, 6))


def test_shuffled_tokens_give_shuffled_results():
    attention, inputs, order = made(), torch.randn(2, 9, 24), torch.randperm(9)
    output, weights = attention(inputs, return_attention=True)
    shuffled, shuffled_weights = attention(inputs[:, order], return_attention=True)
    torch.testing.assert_close(shuffled, output[:, order], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(shuffled_weights, weights[:, :, order][..., order], rtol=1e-5, atol=1e-6)


def test_weights_are_taken_before_dropout():
    attention = made(dataclasses.replace(CONFIG, attention_dropout=0.5)).train()
    inputs = torch.randn(2, 9, 24)
    output, weights = attention(inputs, return_attention=True)
    torch.testing.assert_close(weights, attention.eval()(inputs, return_attention=True)[1])
    assert not torch.allclose(output, attention(inputs)[0], atol=1e-3)


@pytest.mark.parametrize("return_attention", [False, True])
def test_attention_dropout_keeps_the_mean_and_rests_in_evaluation(return_attention):
    attention = made(dataclasses.replace(CONFIG, attention_dropout=0.3))
    inputs = torch.randn(1, 9, 24)
    still = attention(inputs)[0]
    torch.testing.assert_close(attention(inputs, return_attention)[0], still, rtol=1e-5, atol=1e-5)
    attention.train()
    many = torch.cat([attention(inputs.expand(500, -1, -1), return_attention)[0] for _ in range(4)])
    assert many.std(dim=0).mean() > 0.05
    torch.testing.assert_close(many.mean(dim=0), still[0], rtol=0.2, atol=0.15)


def test_dropout_after_the_output_projection():
    attention = made(dataclasses.replace(CONFIG, dropout=0.5))
    inputs = torch.randn(4, 9, 24)
    assert not (attention(inputs)[0] == 0).any()
    dropped = attention.train()(inputs)[0]
    assert 0.4 < (dropped == 0).float().mean() < 0.6
    kept = dropped != 0
    torch.testing.assert_close(dropped[kept], 2 * attention.eval()(inputs)[0][kept])


def test_start():
    attention = Attention(dataclasses.replace(CONFIG, hidden_size=192))
    for projection in (attention.query, attention.key, attention.value, attention.out):
        limit = math.sqrt(6 / (192 + 192))  # Xavier uniform of [hidden, heads * head_dim]
        assert 0.98 * limit < projection.weight.abs().max() <= limit
        assert not projection.bias.any()


@pytest.mark.parametrize(("tokens", "hidden", "heads"), [(5, 24, 1), (5, 24, 3), (17, 48, 4), (40, 8, 8)])
def test_operations_are_those_that_pytorch_counts(tokens, hidden, heads):
    attention = made(dataclasses.replace(CONFIG, hidden_size=hidden, num_heads=heads))
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        attention(torch.randn(1, tokens, hidden), return_attention=True)
    assert attention_flops(tokens, hidden, heads) == counter.get_total_flops()


@pytest.mark.parametrize("heads", [1, 3, 8])
def test_what_the_heads_write_adds_up_to_the_output(heads):
    attention, inputs = made(dataclasses.replace(CONFIG, num_heads=heads)), torch.randn(2, 5, 24)
    written = head_writes(attention, inputs)
    assert written.shape == (2, heads, 5, 24)
    torch.testing.assert_close(written.sum(dim=1) + attention.out.bias, attention(inputs)[0], rtol=1e-5, atol=1e-5)


def test_a_head_that_is_switched_off_takes_away_what_it_wrote():
    attention, inputs = made(), torch.randn(2, 5, 24)
    before, written = attention(inputs)[0], head_writes(attention, inputs)
    for head in range(3):
        without = made()
        with torch.no_grad():
            without.out.weight[:, 8 * head : 8 * head + 8] = 0
        torch.testing.assert_close(before - without(inputs)[0], written[:, head], rtol=1e-5, atol=1e-5)
