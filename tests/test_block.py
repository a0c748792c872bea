"""One layer: what it computes, and where its dropouts, its drop path and LayerScale sit."""

import dataclasses
import math

import pytest
import torch
import torch.nn.functional as F

from vit_course import ViTConfig
from vit_course.block import Block, Mlp, contributions, drop_path
from vit_course.exercises.engine.small import SmallBlock

CONFIG = ViTConfig(hidden_size=24, mlp_dim=40, num_heads=3, num_layers=1)


def randomised(module):
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return module.eval()


def norm(tokens, layer):
    centred = tokens - tokens.mean(dim=-1, keepdim=True)
    return centred / (centred.square().mean(dim=-1, keepdim=True) + 1e-6).sqrt() * layer.weight + layer.bias


def test_equations_2_and_3():
    torch.manual_seed(0)
    block, tokens = randomised(Block(CONFIG)), torch.randn(2, 5, 24)
    middle = block.attn(norm(tokens, block.attention_norm))[0] + tokens
    expected = block.ffn(norm(middle, block.ffn_norm)) + middle
    output, nothing = block(tokens)
    torch.testing.assert_close(output, expected, rtol=1e-5, atol=1e-5)
    assert nothing is None
    _, weights = block(tokens, return_attention=True)
    torch.testing.assert_close(weights, block.attn(norm(tokens, block.attention_norm), True)[1])


def test_norms_add_1e_6():
    tiny = 1e-4 * torch.randn(1, 5, 24)
    block = randomised(Block(CONFIG))
    torch.testing.assert_close(block.attention_norm(tiny), norm(tiny, block.attention_norm))
    torch.testing.assert_close(block.ffn_norm(tiny), norm(tiny, block.ffn_norm))


@pytest.mark.parametrize(
    ("gelu", "formula"),
    [
        ("exact", lambda x: x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))),
        ("tanh", lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
    ],
)
def test_mlp(gelu, formula):
    mlp, tokens = randomised(Mlp(dataclasses.replace(CONFIG, gelu=gelu))), torch.randn(2, 5, 24)
    hidden = formula(F.linear(tokens, mlp.fc1.weight, mlp.fc1.bias))
    torch.testing.assert_close(mlp(tokens), F.linear(hidden, mlp.fc2.weight, mlp.fc2.bias), rtol=1e-5, atol=1e-6)


def test_mlp_start_and_dropouts():
    torch.manual_seed(0)
    mlp = Mlp(dataclasses.replace(CONFIG, hidden_size=192, mlp_dim=768, dropout=0.5))
    limit = math.sqrt(6 / (192 + 768))
    for linear in (mlp.fc1, mlp.fc2):
        assert 0.98 * limit < linear.weight.abs().max() <= limit
        assert 0 < linear.bias.abs().max() < 1e-5
    seen = []
    mlp.fc2.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    output = mlp(torch.randn(2, 50, 192))
    for dropped in (seen[0], output):
        assert 0.45 < (dropped == 0).float().mean() < 0.55


def test_zeroed_output_projections_make_the_identity():
    block, tokens = randomised(Block(CONFIG)), torch.randn(2, 5, 24)
    for linear in (block.attn.out, block.ffn.fc2):
        torch.nn.init.zeros_(linear.weight)
        torch.nn.init.zeros_(linear.bias)
    assert torch.equal(block(tokens)[0], tokens)


def test_layer_scale():
    plain = randomised(Block(CONFIG))
    scaled = Block(dataclasses.replace(CONFIG, layer_scale=0.25)).eval()
    scaled.load_state_dict(plain.state_dict(), strict=False)
    assert torch.equal(scaled.attention_scale, torch.full((24,), 0.25))
    tokens = torch.randn(2, 5, 24)
    torch.nn.init.zeros_(scaled.ffn_scale)
    expected = tokens + 0.25 * plain.attn(plain.attention_norm(tokens))[0]
    torch.testing.assert_close(scaled(tokens)[0], expected)
    torch.nn.init.zeros_(scaled.attention_scale)
    torch.nn.init.constant_(scaled.ffn_scale, 0.5)
    torch.testing.assert_close(scaled(tokens)[0], tokens + 0.5 * plain.ffn(plain.ffn_norm(tokens)))


def test_drop_path_takes_whole_images_and_keeps_the_mean():
    torch.manual_seed(0)
    branch = torch.randn(4000, 3, 2) + 1
    dropped = drop_path(branch, 0.25)
    gone = (dropped == 0).all(dim=(1, 2))
    assert 0.22 < gone.float().mean() < 0.28
    torch.testing.assert_close(dropped[~gone], branch[~gone] / 0.75)
    assert drop_path(branch, 0.25, training=False) is branch
    assert drop_path(branch, 0.0) is branch


def test_drop_path_of_a_block_spares_the_stream():
    torch.manual_seed(0)
    block, tokens = randomised(Block(CONFIG, drop_path_rate=0.5)), torch.randn(200, 2, 24)
    assert not (block(tokens)[0] == tokens).all(dim=(1, 2)).any()
    same = (block.train()(tokens)[0] == tokens).all(dim=(1, 2))
    assert 0.15 < same.float().mean() < 0.35  # both branches left out: a quarter


def test_contributions_add_up_to_the_stream():
    torch.manual_seed(0)
    blocks, tokens = [SmallBlock() for _ in range(3)], torch.randn(2, 5, 12)
    stream = tokens
    for block in blocks:
        stream = block(stream)[0]
    parts = contributions(blocks, tokens)
    assert parts.shape == (7, 2, 5, 12)
    assert torch.equal(parts[0], tokens)
    assert torch.allclose(parts.sum(dim=0), stream, atol=1e-5)
