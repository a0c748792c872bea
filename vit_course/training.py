"""How a model learns, on one page (the paper's section 4.1, scaled down to a minute on two CPU cores)."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from vit_course.app.bar import bar
from vit_course.datasets import LabelledImages, batches, normalise


class History(NamedTuple):
    """What a training went through: one number for each step, measured on that step's batch before the step."""

    loss: list[float]
    accuracy: list[float]


def fit(
    model: nn.Module,
    data: LabelledImages,
    *,
    steps: int,
    batch_size: int = 128,
    learning_rate: float = 3e-3,
    warmup_steps: int = 100,
    weight_decay: float = 0.05,
    label_smoothing: float = 0.0,
    augment: Callable[[Tensor], Tensor] | None = None,
    seed: int = 0,
) -> History:
    """Train a classifier for `steps` batches with AdamW, and leave it in eval mode.

    `augment` changes each batch of byte images before it is normalised. The same seed gives the same order of images,
    the same augmentation and dropout and, on the CPU, the same weights to the last bit. PyTorch's global generator is
    seeded with it.

    Raises ValueError where the warm-up leaves no step for the rest.
    """
    if not 0 <= warmup_steps < steps:
        raise ValueError(f"warmup_steps={warmup_steps} must be at least 0 and less than steps={steps}")
    torch.manual_seed(seed)
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warmup_cosine(step, steps, warmup_steps))
    losses, hits = [], []
    stream = batches(data, batch_size, seed)
    model.train()
    for _ in bar(range(steps)):
        images, labels = next(stream)
        images, labels = images.to(device), labels.to(device)
        logits = model(normalise(images if augment is None else augment(images)))
        loss = F.cross_entropy(logits, labels, label_smoothing=label_smoothing)
        optimizer.zero_grad()
        loss.backward()
        # One batch that is out of the ordinary must not throw the weights far away.
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.detach())  # turned into numbers at the end: a GPU would have to wait for each
        hits.append((logits.argmax(dim=1) == labels).float().mean())
    model.eval()
    return History(torch.stack(losses).tolist(), torch.stack(hits).tolist())


def warmup_cosine(step: int, steps: int | float, warmup_steps: int) -> float:
    """The share of the learning rate that step number `step` takes, counted from 0.

    It rises linearly to 1 at the last step of the warm-up, and falls along half a cosine that reaches 0 at `steps`,
    one after the last: no step is spent on a rate of 0.
    Source: Loshchilov and Hutter (arXiv 1608.03983), equation 5, without restarts.
    """
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return 0.5 * (1 + math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps)))


def flip_and_shift(
    images: UInt8[Tensor, "batch channels height width"], most: int = 2, flip: bool = True
) -> UInt8[Tensor, "batch channels height width"]:
    """Mirror half of the images if `flip`, and move each by up to `most` pixels both ways; what comes in is black."""
    count, height, width = len(images), *images.shape[-2:]
    # Drawn on the CPU, so that every device sees the same images.
    mirrored, down, right = (
        torch.randint(bound, (count, 1), device="cpu").to(images.device)
        for bound in (1 + flip, 2 * most + 1, 2 * most + 1)
    )
    rows = torch.arange(height, device=images.device) + down
    columns = torch.arange(width, device=images.device)
    columns = torch.where(mirrored == 1, columns.flip(0), columns) + right
    padded = F.pad(images, (most,) * 4)
    image = torch.arange(count, device=images.device)
    # Indices [batch, 1, height, 1] and [batch, 1, 1, width] pick every pixel of every image; the channels come along.
    return padded[image[:, None, None], :, rows[:, :, None], columns[:, None, :]].movedim(-1, 1)


@torch.no_grad()
def predict(
    model: nn.Module, images: UInt8[Tensor, "batch channels height width"], batch_size: int = 500
) -> Float[Tensor, "batch classes"]:
    """Logits of byte images, in eval mode; afterwards the model is in the mode that it was in."""
    device = next(model.parameters()).device
    before = model.training
    model.eval()
    logits = torch.cat([model(normalise(part.to(device))) for part in images.split(batch_size)])
    model.train(before)
    return logits


def evaluate(model: nn.Module, data: LabelledImages) -> float:
    """The share of the images, from 0 to 1, whose class has the largest logit."""
    logits = predict(model, data.images)
    return (logits.argmax(dim=1) == data.labels.to(logits.device)).float().mean().item()
