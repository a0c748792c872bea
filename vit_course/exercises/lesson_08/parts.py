"""What the exercises on single steps have in common."""

import numbers
from typing import Any

import torch
from torch import Tensor, nn

from vit_course.exercises.engine.run import Unusable


class Made:
    """Stands in a case for an optimiser or a schedule, of which each call gets one of its own."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return self.words


class SmallModel(nn.Sequential):
    """A model that a message can name in two words."""

    def __repr__(self) -> str:
        return "a small model"


def as_float(loss: Any) -> float:
    """The loss that a step returned. Raises Unusable where it is no number of Python's."""
    if loss is None:
        raise Unusable("Your function returns nothing: the loss is missing, as a Python number: return loss.item()")
    if isinstance(loss, Tensor):
        raise Unusable(
            "You return the loss as a tensor, which keeps the whole graph of the step alive. loss.item() is its number."
        )
    if not isinstance(loss, numbers.Real):
        raise Unusable(f"You return a {type(loss).__name__}. The loss is asked for, as a Python number: loss.item()")
    return float(loss)


def weights_of(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
