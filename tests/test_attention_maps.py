"""Attention roll-out: against a sum over all paths, and where the answer is known."""

import itertools

import pytest
import torch

from vit_course import device
from vit_course.attention_maps import rollout


def layers(count, batch=2, heads=3, tokens=4):
    generator = torch.Generator(device()).manual_seed(0)
    return [torch.randn(batch, heads, tokens, tokens, generator=generator).softmax(-1) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_is_the_sum_over_all_paths(count):
    """Each path from a token at the end back to one at the start weighs the product of its steps."""
    attention = layers(count)
    steps = [0.5 * weights.mean(1) + 0.5 * torch.eye(4) for weights in attention]
    expected = torch.zeros(2, 4, 4)
    for path in itertools.product(range(4), repeat=count + 1):  # path[0] at the start, path[-1] at the end
        weight = torch.ones(2)
        for layer, (source, target) in zip(steps, itertools.pairwise(path), strict=True):
            weight = weight * layer[:, target, source]
        expected[:, path[-1], path[0]] += weight
    torch.testing.assert_close(rollout(attention), expected)


def test_rows_sum_to_one():
    torch.testing.assert_close(rollout(layers(12)).sum(-1), torch.ones(2, 4))


def test_tokens_that_look_at_themselves_stay_themselves():
    attention = [torch.eye(5).expand(1, 2, 5, 5)] * 3
    torch.testing.assert_close(rollout(attention), torch.eye(5)[None])


def test_first_layer_is_read_through_the_second():
    """Token 1 reads token 2 first, then token 0 reads token 1: so token 0 knows of token 2, and not the other way."""
    first, second = torch.eye(3).repeat(2, 1, 1, 1, 1)
    first[..., 1, :], second[..., 0, :] = torch.tensor([0.0, 0, 1]), torch.tensor([0.0, 1, 0])
    torch.testing.assert_close(rollout([first, second])[0, 0], torch.tensor([0.5, 0.25, 0.25]))
    torch.testing.assert_close(rollout([second, first])[0, 0], torch.tensor([0.5, 0.5, 0.0]))


def test_images_of_a_batch_do_not_mix():
    attention = layers(3)
    alone = rollout([weights[1:] for weights in attention])
    torch.testing.assert_close(rollout(attention)[1:], alone)


def test_half_precision_keeps_its_type():
    assert rollout([weights.bfloat16() for weights in layers(2)]).dtype == torch.bfloat16


@pytest.mark.parametrize("nothing", [[], ()])
def test_no_weights_are_refused(nothing):
    with pytest.raises(ValueError, match="return_attention=True"):
        rollout(nothing)
