import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from stripes import CONFIG

from vit_course import VisionTransformer
from vit_course.trainer import RECIPES, Recipe, TrainingError
from vit_course.trainer.optimizers import make_optimizers, share_of_rate


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"learning_rate": 0.0}, "learning_rate=0.0 must be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate=nan must be above 0"),
        ({"batch_size": 0}, "batch_size=0 must be at least 1"),
        ({"warmup_steps": -1}, "warmup_steps=-1 must be at least 0"),
        ({"ema": 1.0}, "ema=1.0 must be from 0 to below 1"),
        ({"accumulate": 300}, "accumulate=300 makes more pieces than batch_size=128 has"),
        ({"optimizer": "adam"}, "there is no optimizer 'adam': did you mean 'adamw'"),
        ({"max_steps": 5}, "max_steps and max_seconds are given"),
        ({"max_seconds": None}, "nothing is given"),
        ({"max_seconds": 0.0}, "max_seconds=0.0 must be above 0"),
    ],
)
def test_values_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(TrainingError, match=message):
        replace(RECIPES["minute-plain"], **changes)


def test_a_recipe_says_after_how_many_steps_it_ends_or_why_it_cannot():
    recipe = Recipe(max_steps=20, warmup_steps=4, batch_size=10)
    assert recipe.steps(10) == 20
    assert replace(recipe, max_steps=None, max_epochs=1.5).steps(49) == 6
    assert replace(recipe, max_steps=None, max_seconds=3).steps(49) == math.inf
    with pytest.raises(TrainingError, match="warmup_steps=20 must be less than the 20 steps in all"):
        replace(recipe, warmup_steps=20).steps(10)
    with pytest.raises(TrainingError, match="warmup_steps=4 must be less than the 4 steps in all"):
        replace(recipe, max_steps=None, max_epochs=1).steps(40)
    with pytest.raises(TrainingError, match="batch_size=10 is more than the 9 training images"):
        recipe.steps(9)


def test_muon_turns_the_matrices_of_the_encoder_and_adamw_the_rest():
    model = VisionTransformer(CONFIG)
    adamw, muon = make_optimizers(model, Recipe(max_steps=1, optimizer="muon", weight_decay=0.2))
    names = {parameter: name for name, parameter in model.named_parameters()}
    turned = {names[p] for group in muon.param_groups for p in group["params"]}
    assert turned == {n for n, p in model.named_parameters() if p.ndim == 2 and n.startswith("encoder.")}
    decayed = {names[p] for group in adamw.param_groups if group["weight_decay"] for p in group["params"]}
    assert decayed == {"embeddings.patch_embeddings.weight", "head.weight"}
    everything = [p for optimizer in (adamw, muon) for group in optimizer.param_groups for p in group["params"]]
    assert {*everything} == {*model.parameters()} and len(everything) == len({*everything})


def test_what_is_frozen_is_left_alone():
    model = VisionTransformer(CONFIG)
    model.encoder.requires_grad_(False)
    (adamw,) = make_optimizers(model, Recipe(max_steps=1, optimizer="muon"))
    assert sum(len(group["params"]) for group in adamw.param_groups) == 6


@pytest.mark.parametrize("decay", ["cosine", "linear", "none"])
def test_the_rate_rises_and_falls(decay):
    recipe = Recipe(max_steps=20, warmup_steps=4, decay=decay)
    shares = [share_of_rate(recipe, step, 20.0) for step in range(20)]
    assert shares[:4] == [0.25, 0.5, 0.75, 1.0]
    ends = {"cosine": 0.0096, "linear": 1 / 16, "none": 1.0}
    assert shares[-1] == pytest.approx(ends[decay], abs=1e-4)
    assert all(after <= before for before, after in pairwise(shares[4:]))


def test_the_papers_recipe_is_the_papers():
    paper = RECIPES["paper"]
    assert (paper.optimizer, paper.learning_rate, paper.batch_size, paper.warmup_steps) == ("sgd", 0.03, 512, 500)
    assert (paper.decay, paper.clip, paper.weight_decay) == ("cosine", 1.0, 0.0)
    (sgd,) = make_optimizers(VisionTransformer(CONFIG), paper)
    assert {group["momentum"] for group in sgd.param_groups} == {0.9}
    assert isinstance(sgd, torch.optim.SGD)
