"""Dropout written as no fixed pattern fits it, head by head say, is right if its results spread as they should."""

from typing import Any

import torch
from torch import Tensor, nn

from vit_course.exercises.engine.exercise import Case

COPIES = 8_000  # of one image; the mean of so many is known to 1/89 of their standard deviation
SIGMAS = 7.0  # how far a mean or a covariance may lie from the reference's: chance alone gets there never


def same_spread(yours: nn.Module, right: nn.Module, case: Case) -> bool:
    """Whether two modules with the same parameters give results of the same distribution in training mode.

    Compared are the mean and the covariance of all numbers of the first result over copies of one image, whose random
    numbers must be independent from image to image.
    """
    image, *rest = case.args
    copies = image[:1].expand(COPIES, *image.shape[1:])
    with torch.no_grad():
        mine, wanted = (_first(module(copies.clone(), *rest)) for module in (yours, right))
    if not isinstance(mine, Tensor) or mine.shape != wanted.shape or mine.dtype != wanted.dtype:
        return False
    mine, wanted = mine.flatten(1), wanted.flatten(1)
    spread = wanted.std(dim=0)
    centred = [x - x.mean(dim=0) for x in (mine, wanted)]
    covariances = [x.T @ x / (COPIES - 1) for x in centred]
    bound = SIGMAS * 2 * (spread[:, None] * spread[None, :]).clamp_min(1e-12) / COPIES**0.5
    following = centred[0][:-1].T @ centred[0][1:] / (COPIES - 1)  # between an image and the next
    return bool(
        ((mine.mean(dim=0) - wanted.mean(dim=0)).abs() <= SIGMAS * 2 * spread / COPIES**0.5 + 1e-6).all()
        and ((covariances[0] - covariances[1]).abs() <= bound).all()
        and (following.abs() <= bound).all()
    )


def _first(result: Any) -> Any:
    return result[0] if isinstance(result, (list, tuple)) else result
