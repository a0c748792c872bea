"""The stack of blocks."""

import dataclasses

import pytest
import torch
from gradients import gradcheck

from vit_course import VisionTransformer, ViTConfig
from vit_course.block import Block
from vit_course.encoder import Encoder, logit_lens, order_of_blocks
from vit_course.exercises.engine.small import small_config

CONFIG = ViTConfig(hidden_size=24, mlp_dim=40, num_heads=3, num_layers=4)


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    encoder = Encoder(CONFIG).eval()
    torch.nn.init.normal_(encoder.encoder_norm.weight)
    torch.nn.init.normal_(encoder.encoder_norm.bias)
    return encoder


def test_blocks_one_after_the_other_then_the_norm(encoder):
    tokens = torch.randn(2, 5, 24)
    expected, weights = tokens, []
    for block in encoder.layer:
        expected, layer_weights = block(expected, return_attention=True)
        weights.append(layer_weights)
    output, attention = encoder(tokens, return_attention=True)
    assert torch.equal(output, encoder.encoder_norm(expected))
    assert len(attention) == 4 and all(map(torch.equal, attention, weights))
    fused, nothing = encoder(tokens)
    torch.testing.assert_close(fused, output, rtol=1e-5, atol=1e-5)
    assert nothing == []


def test_layers_are_independent_and_start_differently(encoder):
    first, second = encoder.layer[0].attn.query.weight, encoder.layer[1].attn.query.weight
    assert first is not second and not torch.equal(first, second)
    assert len(set(map(id, encoder.parameters()))) == 4 * 16 + 2


def test_drop_path_rises_linearly():
    encoder = Encoder(dataclasses.replace(CONFIG, drop_path=0.3))
    assert [block.drop_path_rate for block in encoder.layer] == pytest.approx([0, 0.1, 0.2, 0.3])
    assert [block.drop_path_rate for block in Encoder(dataclasses.replace(CONFIG, num_layers=1)).layer] == [0]


def test_no_layers_is_the_norm_alone():
    encoder = Encoder(dataclasses.replace(CONFIG, num_layers=0))
    tokens = torch.randn(2, 5, 24)
    output, attention = encoder(tokens, return_attention=True)
    assert torch.equal(output, encoder.encoder_norm(tokens)) and attention == []


def test_shuffled_tokens_give_shuffled_results(encoder):
    tokens, order = torch.randn(2, 9, 24), torch.randperm(9)
    torch.testing.assert_close(encoder(tokens[:, order])[0], encoder(tokens)[0][:, order], rtol=1e-4, atol=1e-5)


def test_gradients_of_the_norm_are_right_in_float64(encoder):
    encoder.double()
    tokens = torch.randn(1, 3, 24, dtype=torch.float64, requires_grad=True)
    assert gradcheck(encoder.encoder_norm, tokens)
    assert gradcheck(lambda x: encoder.layer[0](x)[0], tokens)


def test_logit_lens_ends_at_the_models_own_logits():
    torch.manual_seed(0)
    model = VisionTransformer(small_config(num_layers=3, num_classes=5)).eval()
    torch.nn.init.normal_(model.head.weight)
    images = torch.randn(2, 3, 16, 16)
    lens = logit_lens(model.encoder, model.head, model.embed(images))
    assert lens.shape == (4, 2, 5)
    assert torch.allclose(lens[-1], model(images), atol=1e-6)


def test_order_of_blocks_finds_it():
    torch.manual_seed(0)
    blocks = [Block(small_config()).eval() for _ in range(3)]
    depths = [torch.randn(2, 4, 12)]
    for number in (2, 0, 2, 1):
        depths.append(blocks[number](depths[-1])[0])
    assert order_of_blocks(blocks, depths) == [2, 0, 2, 1]
