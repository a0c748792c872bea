"""The five wrong conversions of lesson 07: they load, they are wrong, and in one place only."""

import dataclasses

import pytest
import torch

from vit_course import CONFIGS, VisionTransformer
from vit_course.exercises.lesson_07.five_bugs import CANDIDATES, broken_conversion, name_the_bug
from vit_course.weights.google import convert_kernel, table

CONFIG = dataclasses.replace(
    CONFIGS["ViT-Ti_16"], image_size=48, hidden_size=24, mlp_dim=32, num_heads=4, num_layers=2, num_classes=5
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    model = VisionTransformer(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.3)
    return model


@pytest.mark.parametrize("conversion", "ABCDE")
@torch.no_grad()
def test_each_loads_and_gives_other_logits(model, conversion):
    images = torch.randn(2, 3, 48, 48)
    expected = model(images)
    broken = broken_conversion(conversion, model.state_dict(), CONFIG.num_heads)
    wrong = VisionTransformer(CONFIG).eval()
    wrong.load_state_dict(broken)
    assert (wrong(images) - expected).norm() > 1e-2 * expected.norm()


WHERE = {
    "query kernel": {"query.weight"},
    "positions": {"position_embeddings"},
    "norms": {"attention_norm.weight", "attention_norm.bias", "ffn_norm.weight", "ffn_norm.bias"},
    "patch kernel": {"patch_embeddings.weight"},
    "out kernel": {"out.weight"},
}


@pytest.mark.parametrize("conversion", "ABCDE")
def test_only_the_named_tensor_is_wrong(model, conversion):
    state = model.state_dict()
    broken = broken_conversion(conversion, state, CONFIG.num_heads)
    changed = [name for name in state if not torch.equal(state[name], broken[name])]
    ends = WHERE[name_the_bug(conversion)]
    assert name_the_bug(conversion) in CANDIDATES
    assert all(any(name.endswith(end) for end in ends) for name in changed)
    # In both layers, unless it is a tensor of the embeddings.
    assert len(changed) == (1 if "embed" in changed[0] else 2 * len(ends))


def test_other_letter_is_refused(model):
    with pytest.raises(ValueError, match="'F'"):
        broken_conversion("F", model.state_dict(), 4)


@pytest.mark.parametrize("part", ["query", "key", "value", "out"])
def test_convert_kernel_does_what_the_loader_does(part):
    kernel = torch.randn(4, 6, 24) if part == "out" else torch.randn(24, 4, 6)
    (row,) = (row for row in table() if row.theirs.endswith(f"_1/{part}/kernel"))
    assert torch.equal(convert_kernel(kernel, part), row.to_ours(kernel, 4)[0])


def test_convert_kernel_keeps_the_product():
    """Applied as the original does it, by einsum over hidden, or over heads and head_dim."""
    tokens, heads = torch.randn(2, 5, 24), torch.randn(2, 5, 4, 6)
    query, out = torch.randn(24, 4, 6), torch.randn(4, 6, 24)
    torch.testing.assert_close(
        tokens @ convert_kernel(query, "query").T, torch.einsum("btd,dhe->bthe", tokens, query).flatten(2)
    )
    torch.testing.assert_close(
        heads.flatten(2) @ convert_kernel(out, "out").T, torch.einsum("bthe,hed->btd", heads, out)
    )


def test_convert_kernel_refuses_another_part():
    with pytest.raises(ValueError, match="'kernel'"):
        convert_kernel(torch.zeros(24, 4, 6), "kernel")
