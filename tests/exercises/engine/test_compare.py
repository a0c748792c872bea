"""Where a result differs from the right one, told to a learner."""

import numpy as np
import pytest
import torch
from einops import rearrange
from learner import named, patchify_with
from torch import nn

from vit_course import device
from vit_course.attention import split_heads
from vit_course.block import Block
from vit_course.embeddings import Embeddings
from vit_course.encoder import Encoder
from vit_course.exercises import EXERCISES, check
from vit_course.exercises.engine.compare import difference, same_outcome
from vit_course.exercises.engine.run import Outcome
from vit_course.norms import batch_norm, which_axes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: None, "is there a `return`?"),
        (lambda x: x.detach().numpy(), "NumPy array"),
        (lambda x: x.tolist(), "is a list"),
        (lambda x: x[:, :-1], "has shape [2, 5, 48] and should have [2, 6, 48]"),
        (lambda x: x.double(), "torch.float64"),
        (lambda x: torch.empty_like(x, device="meta"), "is on meta"),
        (lambda x: x + 1, "The first, at [0, 0, 0]"),
    ],
)
def test_wrong_result_is_described(change, words):
    report = check(patchify_with(change))
    assert report.status == "failed"
    assert words in report.message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: x.detach(), "no gradient flows back to `tokens`"),
        (lambda x: x * 0.5 + x.detach() * 0.5, "the gradient of `tokens` is not"),
    ],
)
def test_wrong_gradient_is_described(change, words):
    report = check(named("split_heads", lambda tokens, num_heads: change(split_heads(tokens, num_heads))))
    assert report.status == "failed"
    assert words in report.message


def test_parameter_without_influence_is_named():
    class Forgetful(Block):
        def forward(self, tokens, return_attention=False):
            branch, weights = self.attn(self.attention_norm(tokens), return_attention)
            return tokens + branch + 0.5 * self.ffn(self.attention_norm(tokens)), weights

    assert "`ffn_norm` has no influence on your result" in check(named("Block", Forgetful)).message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda parts: (parts[0], parts[2], parts[1]), "other order: yours are result[0], result[2], result[1]"),
        (lambda parts: (parts[0], parts[1], None), "Your result[2] is None and should not be"),
        (lambda parts: parts[:2], "has 2 elements and should have 3"),
    ],
)
def test_parts_of_a_result_are_told_apart(change, words):
    message = check(named("batch_norm", lambda *args: change(batch_norm(*args)))).message
    assert words in message and "is there a `return`" not in message


def test_list_where_a_tuple_is_asked_for():
    message = check(named("which_axes", lambda shares: list(which_axes(shares)))).message
    assert "has the right parts, as a list; a tuple is asked for" in message


def test_shape_is_named_before_dtype_before_values():
    message = check(patchify_with(lambda x: (x + 1).double()[:, 1:])).message
    assert "shape" in message and "float64" not in message
    message = check(patchify_with(lambda x: (x + 1).double())).message
    assert "float64" in message and "differ" not in message


def test_error_shows_the_learners_own_lines_only():
    def broken(images, size):
        return rearrange(images, "batch channels height -> batch height")

    message = check(named("patchify", broken)).message
    assert 'return rearrange(images, "batch channels height -> batch height")' in message
    assert "EinopsError" in message
    assert "einops.py" not in message and "in run" not in message


def test_error_is_known_whichever_way_round_the_product_stands():
    def mask_first(branch, rate, training):
        return torch.rand(len(branch), device=branch.device).lt(1 - rate) * branch / (1 - rate) if training else branch

    report = check(named("drop_path", mask_first))
    assert any(report.message.startswith(mistake.diagnosis) for mistake in EXERCISES["drop_path"].mistakes)


def test_missing_and_misnamed_parameters_are_named():
    class Misnamed(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.inner = Embeddings(config)
            self.patch_embeddings = self.inner.patch_embeddings
            self.cls_token = self.inner.cls_token.data
            self.positions = self.inner.position_embeddings
            del self.inner

    report = check(named("Embeddings", Misnamed))
    assert "`cls_token` is a plain tensor: wrap it in nn.Parameter" in report.message
    assert "`position_embeddings` is missing: a parameter of shape [1, 7, 12]" in report.message
    assert "`positions` is not expected" in report.message


def test_many_missing_parameters_are_not_all_listed():
    class PlainList(nn.Module):
        def __init__(self, config):
            super().__init__()
            self.layer = [nn.Linear(2, 2)]
            self.encoder_norm = nn.LayerNorm(config.hidden_size)

    message = check(named("Encoder", PlainList)).message
    assert message.count("is missing") == 6 and "and 10 more" in message


def test_packed_result_is_shown_without_its_numbers():
    class Unpacked(Encoder):
        def forward(self, tokens, return_attention=False):
            return [*super().forward(tokens, return_attention), tokens][2]

    message = check(named("Encoder", Unpacked)).message
    assert "is a Tensor, [tensor of shape [1, 5, 8]], and should be a tuple" in message


def test_numbers_are_compared_as_numbers():
    def as_numpy(height, width, patch_size):
        return np.int64(height // patch_size * (width // patch_size))

    assert check(named("count_patches", as_numpy)).status == "passed"
    assert "should be an int" in check(named("count_patches", lambda *args: True)).message

    def as_tensor(height, width, patch_size):
        return torch.tensor(height // patch_size * (width // patch_size))

    assert "plain int is asked for" in check(named("count_patches", as_tensor)).message


def test_tensor_of_one_number_where_none_is_asked_for_is_described():
    message = check(named("which_axes", lambda *args: torch.tensor(True))).message
    assert "is a Tensor, [tensor of shape []], and should be a tuple" in message

    class WithANumber(Block):
        def forward(self, tokens, return_attention=False):
            return super().forward(tokens)[0], torch.tensor(0.0)

    assert "is a tensor of shape [], and should be None" in check(named("Block", WithANumber)).message


def outcome(value=None, **gradients):
    return Outcome(value=value, gradients=gradients)


def test_gradients_are_as_near_as_their_size_allows():
    large = torch.tensor([600.0, 0.01])
    nearly = large + torch.tensor([0.0, 1e-4])
    assert same_outcome(outcome(x=large), outcome(x=nearly))
    assert not same_outcome(outcome(x=large / 600), outcome(x=nearly / 600 + torch.tensor([0.0, 1e-3])))
    noise = torch.full((2,), 1e-4)  # what is left of a gradient of zero, beside large ones
    assert same_outcome(outcome(x=large, y=noise), outcome(x=large, y=None))
    assert not same_outcome(outcome(x=large / 600, y=noise), outcome(x=large / 600, y=None))
    for wrong in (float("inf"), float("nan"), 1e9):
        assert not same_outcome(outcome(x=large, y=noise), outcome(x=large, y=torch.full((2,), wrong)))


@pytest.mark.parametrize(
    "nearly", [torch.tensor([1.000110005], dtype=torch.float64), torch.tensor([100_001]), torch.tensor([True])]
)
def test_where_values_differ_the_first_place_is_found(nearly):
    """At the very edge of what is still equal, and with whole numbers, of which none is nearly another."""
    nearly = nearly.to(device())
    other = {
        torch.float64: torch.ones(1).double(),
        torch.int64: torch.tensor([100_000]),
        torch.bool: torch.tensor([False]),
    }
    pair = outcome(nearly), outcome(other[nearly.dtype])
    found = [difference(*pair), difference(*pair[::-1])]
    assert all(text is None or "The first, at [0], is" in text for text in found) and any(found)
