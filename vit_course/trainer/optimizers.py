"""The optimiser of a recipe, and the learning rate at each step."""

import torch
from torch import nn
from torch.optim import Optimizer

from vit_course.trainer.recipe import Recipe
from vit_course.training import warmup_cosine


def make_optimizers(model: nn.Module, recipe: Recipe) -> list[Optimizer]:
    """One optimiser, or two with Muon: it is made for matrices that turn one vector into another.

    Weight decay acts on matrices and kernels. A bias, a norm's scale, a class token and positions are places, not maps:
    there is nothing to be kept small.
    """
    hidden: list[nn.Parameter] = []
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if recipe.optimizer == "muon" and parameter.ndim == 2 and "encoder" in name:
            hidden.append(parameter)
        else:
            (decayed if name.endswith("weight") and parameter.ndim > 1 else free).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": free, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if recipe.optimizer == "sgd":
        return [torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=0.9, fused=True)]
    optimizers: list[Optimizer] = [torch.optim.AdamW(groups, lr=recipe.learning_rate, fused=True)] if groups else []
    if hidden:
        # Its steps are made as long as AdamW's, so that one learning rate serves both.
        muon = torch.optim.Muon(
            hidden, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        optimizers.append(muon)
    return optimizers


def share_of_rate(recipe: Recipe, step: int, steps: float) -> float:
    """The share of the learning rate for step number `step`, counted from 0, of `steps`."""
    if recipe.decay == "cosine":
        return warmup_cosine(step, max(steps, recipe.warmup_steps + 1), recipe.warmup_steps)
    if step < recipe.warmup_steps:
        return (step + 1) / recipe.warmup_steps
    if recipe.decay == "none":
        return 1.0
    return max(1 - (step - recipe.warmup_steps) / max(steps - recipe.warmup_steps, 1), 0.0)
