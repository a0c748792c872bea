"""A learner's code runs on copies, with dropout and random numbers that are the same for all."""

import numpy as np
import pytest
import torch
from learner import named
from torch import nn
from torch.nn.functional import dropout as dropout_by_its_own_name

from vit_course.attention_maps import rollout
from vit_course.block import Mlp
from vit_course.embeddings import patchify
from vit_course.exercises import EXERCISES, check


def test_input_changed_in_place_is_named():
    def careless(images, size):
        result = patchify(images, size) + 0.0
        images += 1
        return result

    message = check(named("patchify", careless)).message
    assert "changes its input `images` in place" in message


def test_change_in_place_that_spoils_the_backward_pass_is_explained():
    class AddsInPlace(EXERCISES["Block"].reference):
        def forward(self, tokens, return_attention=False):
            branch, weights = self.attn(self.attention_norm(tokens), return_attention)
            tokens += branch
            return tokens + self.ffn(self.ffn_norm(tokens)), weights

    message = check(named("Block", AddsInPlace)).message
    assert "changed in place" in message and "raised an error" not in message


def drop_path_with(draw):
    """The exercise whose result is random: `draw` makes the mask, from the branch and the share to keep."""

    def learner(branch, rate, training):
        return branch * draw(branch, 1 - rate) / (1 - rate) if training else branch

    return named("drop_path", learner)


@pytest.mark.parametrize(
    "draw",
    [
        lambda x, keep: torch.rand(len(x), 1, 1, device=x.device) < keep,
        lambda x, keep: torch.rand(len(x), device=x.device).add(keep).floor()[:, None, None],
        lambda x, keep: x.new_empty(len(x), 1, 1).bernoulli_(keep),
        lambda x, keep: torch.tensor(np.random.rand(len(x), 1, 1) < keep, device=x.device),
    ],
)
def test_random_result_is_right_however_it_was_drawn(draw):
    for _ in range(5):
        report = check(drop_path_with(draw))
        assert report.status == "passed", report.message


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda x, keep: torch.rand(len(x), 1, 1, device=x.device), "many different factors"),
        (
            lambda x, keep: torch.rand(len(x), 1, x.shape[2], device=x.device) < keep,
            "decided for each number by itself",
        ),
        (
            lambda x, keep: torch.rand(len(x), 1, 1, device=x.device) < keep * 0.5,
            "and not zero for 40 % of the images",
        ),
        (lambda x, keep: (torch.rand(len(x), 1, 1, device=x.device) < keep).double(), "torch.float64"),
        (lambda x, keep: (torch.rand(len(x), 1, 1, device=x.device) < keep)[None], "has shape [1, 3000, 4, 3]"),
    ],
)
def test_wrong_random_result_is_described(draw, words):
    assert words in check(drop_path_with(draw)).message


def test_random_result_without_gradient_is_named():
    detached = drop_path_with(lambda x, keep: torch.rand(len(x), 1, 1, device=x.device) < keep)
    report = check(named("drop_path", lambda branch, rate, training: detached(branch.detach(), rate, training)))
    assert "no gradient flows back to `branch`" in report.message


@pytest.mark.parametrize("changed", [None, np.zeros(2), torch.zeros(2, device="meta")])
def test_element_of_a_list_that_is_no_tensor_any_more_is_named(changed):
    def careless(attention):
        result = rollout(attention)
        attention[0] = changed
        return result

    assert "changes its input `attention` in place" in check(named("rollout", careless)).message


def test_random_result_on_another_device_is_described():
    message = check(named("drop_path", lambda branch, rate, training: branch.detach().to("meta"))).message
    assert "is on meta" in message and "raised an error" not in message


@pytest.mark.parametrize(
    "dropout",
    [
        lambda x, p, training: dropout_by_its_own_name(x, p, training),
        lambda x, p, training: torch.dropout(x, p, training),
        lambda x, p, training: torch.nn.functional.dropout(x, p, training),
        lambda x, p, training: torch.nn.functional.dropout(x.clone(), p, training, inplace=True),
        lambda x, p, training: torch.dropout_(x.clone(), p, training),
        lambda x, p, training: nn.Dropout(p).train(training)(x),
    ],
)
def test_dropout_is_right_however_it_is_called(dropout):
    class Spelt(Mlp):
        def __init__(self, config):
            super().__init__(config)
            self.rate = config.dropout

        def forward(self, tokens):
            hidden = dropout(self.gelu(self.fc1(tokens)), self.rate, self.training)
            return dropout(self.fc2(hidden), self.rate, self.training)

    report = check(named("Mlp", Spelt))
    assert report.status == "passed", report.message


def test_dropout_of_the_notebook_stays_random():
    before = torch.dropout, torch._VF.dropout
    check(named("Mlp", Mlp))
    assert (torch.dropout, torch._VF.dropout) == before


def test_random_numbers_of_the_notebook_stay_as_they_were():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    check(patchify)
    assert torch.equal(torch.rand(2), expected)


def test_cases_are_drawn_afresh():
    drawn = []
    target = named("patchify", lambda images, size: drawn.append(images.detach().clone()))
    check(target), check(target)
    half = len(drawn) // 2
    assert not torch.equal(drawn[0], drawn[half])
    assert {images.shape[0] for images in drawn} >= {1, 2}
    assert any(images.shape[2] != images.shape[3] for images in drawn)


def test_tensors_in_a_list_are_copied_and_shown_by_their_shape():
    def careless(attention):
        result = rollout(attention)
        attention[0] *= 2
        return result

    message = check(named("rollout", careless)).message
    assert "changes its input `attention` in place" in message
    assert (
        "changes its input"
        in check(named("rollout", lambda attention: (rollout(attention), attention.pop())[0])).message
    )
    message = check(named("rollout", lambda attention: rollout(attention) + 1)).message
    assert "attention=[[tensor of shape [2, 4, 5, 5]], " in message and "tensor(" not in message
