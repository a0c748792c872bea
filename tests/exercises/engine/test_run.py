"""A learner's code runs on copies, with dropout and random numbers that are the same for all."""

import dataclasses
import functools

import numpy as np
import pytest
import torch
from learner import named
from torch import nn
from torch.nn.functional import dropout as dropout_by_its_own_name

from vit_course.attention import attention_weights
from vit_course.attention_maps import rollout
from vit_course.block import Block, Mlp
from vit_course.embeddings import Embeddings, patchify
from vit_course.exercises import EXERCISES, check
from vit_course.exercises.engine.check import check_exercise
from vit_course.norms import fold_norm, layer_norm
from vit_course.positions import resize_position_embeddings


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
            "not zero for 15 % of them",
        ),
        (lambda x, keep: (torch.rand(len(x), 1, 1, device=x.device) < keep).double(), "torch.float64"),
        (lambda x, keep: (torch.rand(len(x), 1, 1, device=x.device) < keep)[None], "has shape [1, 3000, 2, 3]"),
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


async def coroutine(x, weight, bias, eps=1e-6):
    return layer_norm(x, weight, bias, eps)


def generator(x, weight, bias, eps=1e-6):
    yield layer_norm(x, weight, bias, eps)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (coroutine, "Your function is `async`"),
        (generator, "has a `yield` in it"),
        (lambda *args: layer_norm(*args).detach().to_sparse(), "a sparse tensor"),
        (lambda *args: nn.functional.layer_norm(args[0], args[0].shape[-1:]), "calls PyTorch's own `layer_norm`"),
    ],
)
def test_what_only_looks_like_a_result_gets_a_sentence(answer, words, recwarn):
    report = check(named("layer_norm", answer))
    assert report.status == "failed" and words in report.message and "Traceback" not in report.message
    assert not recwarn.list  # as of a coroutine that nobody waited for


def test_answer_with_some_arguments_filled_in_is_judged():
    def norm(correction, x, weight, bias, eps=1e-6):
        variance = x.var(dim=-1, correction=correction, keepdim=True)
        return (x - x.mean(dim=-1, keepdim=True)) / (variance + eps).sqrt() * weight + bias

    norm.__name__ = "layer_norm"
    assert check(functools.partial(norm, 0)).status == "passed"
    assert check(functools.partial(norm, 1)).status == "failed"


def test_module_that_goes_by_two_names_is_right():
    class InSequence(Mlp):
        def __init__(self, config):
            super().__init__(config)
            self.branch = nn.Sequential(self.fc1, self.gelu, self.dropout, self.fc2, self.dropout)

        def forward(self, tokens):
            return self.branch(tokens)

    class InSequenceFirst(nn.Module):
        def __init__(self, config):
            super().__init__()
            gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
            one, two = nn.Linear(config.hidden_size, config.mlp_dim), nn.Linear(config.mlp_dim, config.hidden_size)
            drop = nn.Dropout(config.dropout)
            self.branch = nn.Sequential(one, gelu, drop, two, drop)
            self.fc1, self.fc2 = one, two

        def forward(self, tokens):
            return self.branch(tokens)

    for answer in (InSequence, InSequenceFirst):
        report = check(named("Mlp", answer))
        assert report.status == "passed", report.message


def test_buffer_of_ones_own_is_no_parameter_too_many():
    class WithBuffer(Mlp):
        def __init__(self, config):
            super().__init__(config)
            self.register_buffer("one", torch.ones(1))

        def forward(self, tokens):
            return super().forward(tokens * self.one)

    assert check(named("Mlp", WithBuffer)).status == "passed"


def test_what_is_kept_from_call_to_call_is_noticed():
    def growing(query, key, seen=[]):  # noqa: B006
        seen.append(query)
        return attention_weights(query, key) * (1 if len(seen) % 2 else 2)

    message = check(named("attention_weights", growing)).message
    assert "a second one with other inputs is not" in message

    def counting(query, key, seen=[]):  # noqa: B006
        seen.append(query)
        return attention_weights(query, key) + (0 if len(seen) % 3 else 1)

    message = check(named("attention_weights", counting)).message
    assert "a second one with the same input gives something else" in message

    class KeptToken(Embeddings):
        def forward(self, images):
            self.kept = getattr(self, "kept", self.cls_token.expand(len(images), -1, -1))
            tokens = self.patch_embeddings(images).flatten(2).transpose(1, 2)
            return self.dropout(torch.cat([self.kept, tokens], dim=1) + self.position_embeddings)

    assert "a token for each of its images" in check(named("Embeddings", KeptToken)).message

    class Remembering(Block):
        weights = None

        def forward(self, tokens, return_attention=False):
            tokens, weights = super().forward(tokens, return_attention)
            self.weights = weights if weights is not None else self.weights
            return tokens, self.weights

    assert check(named("Block", Remembering)).status == "failed"


def test_start_of_a_module_is_looked_at_before_its_weights_are_set():
    def start(module, config):
        return "" if not module.fc1.bias.any() else "fc1's bias is to start at zero."

    class Zero(Mlp):
        def __init__(self, config):
            super().__init__(config)
            nn.init.zeros_(self.fc1.bias)

    exercise = dataclasses.replace(EXERCISES["Mlp"], reference=Zero, start=start)
    assert check_exercise(exercise, named("Zero", Zero)).status == "passed"
    assert "fc1's bias is to start at zero." in check_exercise(exercise, named("Zero", Mlp)).message


def test_module_that_is_changed_in_place_is_named():
    def careless(norm, linear):
        folded = fold_norm(norm, linear)
        with torch.no_grad():
            linear.weight.zero_()
        return folded

    exercise = dataclasses.replace(EXERCISES["fold_norm"], mistakes=[])
    message = check_exercise(exercise, named("fold_norm", careless)).message
    assert "changes its input `linear` in place" in message


def test_module_that_comes_back_is_read_and_its_parts_have_names():
    def doubled(norm, linear):
        folded = fold_norm(norm, linear)
        with torch.no_grad():
            folded.bias += 1
        return folded

    message = check(named("fold_norm", doubled)).message
    assert "Your result.weight is right; result.bias is not." in message
    assert "Shape and dtype of result.bias are right" in message


def test_layer_that_does_the_same_with_another_weight_is_right():
    """To numbers that add up to zero, a constant more in a whole row is nothing."""

    def centred(norm, linear):
        folded = fold_norm(norm, linear)
        with torch.no_grad():
            folded.weight -= folded.weight.mean(dim=1, keepdim=True)
        return folded

    assert check(named("fold_norm", centred)).status == "passed"


def embed_any_shape_with(change):
    """The exercise that is given a module: `change` is done to the resized positions before they are added."""

    def learner(embeddings, images):
        features = embeddings.patch_embeddings(images)
        tokens, prefix = features.flatten(2).mT, 0 if embeddings.cls_token is None else 1
        if prefix:
            tokens = torch.cat([embeddings.cls_token.expand(len(tokens), -1, -1), tokens], dim=1)
        positions = resize_position_embeddings(
            embeddings.position_embeddings, tuple(features.shape[2:]), prefix_tokens=prefix
        )
        return embeddings.dropout(tokens + change(positions))

    return check(named("embed_any_shape", learner))


def test_parameters_of_a_module_among_the_arguments_count_like_those_of_a_class():
    assert embed_any_shape_with(lambda positions: positions).status == "passed"
    assert "no gradient reaches the module's positions" in embed_any_shape_with(torch.Tensor.detach).message
    unused = embed_any_shape_with(lambda positions: positions.mean() * torch.zeros_like(positions)).message
    assert "No positions are added" in unused
    other = embed_any_shape_with(lambda positions: positions.new_ones(positions.shape)).message
    assert "`embeddings.position_embeddings` has no influence" in other
