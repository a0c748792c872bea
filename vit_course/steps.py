"""One step of training, by itself: on a batch at once, and on a batch that the memory holds only in pieces."""

import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


def train_step(
    model: nn.Module,
    optimizer: Optimizer,
    schedule: LRScheduler,
    images: Float[Tensor, "batch channels height width"],
    labels: Int64[Tensor, " batch"],
) -> float:
    """Train on one batch, in training mode, and move the learning rate on; returns the loss before the step."""
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()  # what an earlier step left would be added to
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


def accumulate(
    model: nn.Module,
    optimizer: Optimizer,
    images: Float[Tensor, "batch channels height width"],
    labels: Int64[Tensor, " batch"],
    size: int,
) -> float:
    """The same step with at most `size` images in the model at a time; returns the mean loss of the whole batch."""
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in zip(images.split(size), labels.split(size), strict=True):
        # The sum over the piece, divided by the whole: pieces need not be equal.
        loss = F.cross_entropy(model(some), wanted, reduction="sum") / len(images)
        loss.backward()  # adds to the gradients that are there
        total += loss.item()
    optimizer.step()
    return total
