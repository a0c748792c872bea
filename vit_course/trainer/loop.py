"""The loop: the one of `vit_course.training.fit`, which may be stopped at any step and goes on where it was."""

import functools
import math
import time
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.transforms import v2

from vit_course.app.bar import progress_bar
from vit_course.datasets import LabelledImages
from vit_course.trainer.data import Data
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.interrupts import Interrupts
from vit_course.trainer.optimizers import make_optimizers, share_of_rate
from vit_course.trainer.recipe import Recipe
from vit_course.trainer.run import Run
from vit_course.trainer.state import State
from vit_course.training import flip_and_shift
from vit_course.vision_transformer import VisionTransformer

LOOK_EVERY = 50  # steps: a GPU works ahead of its losses, and would have to wait for each that is looked at


class Summary(NamedTuple):
    """What a training came to."""

    steps: int
    seconds: float  # of training, without validation and saving
    images_per_second: float
    best_step: int
    validation_accuracy: float  # at that step, from 0 to 1
    stopped_by: str | None  # the signal that ended it early


def train(run: Run, model: VisionTransformer, data: Data) -> Summary:
    """Train the model of a run until its recipe says that it ends, from the run's newest checkpoint if it has one.

    Writes checkpoints, the best weights by validation accuracy, and metrics to the run's folder. The order of images
    and all that is drawn depend on the seed and the number of the step alone: a resumed training is, on the CPU, the
    unbroken one to the last bit.

    Raises TrainingError where the batch is larger than the data, a label has no logit, the loss is not finite or the
    memory doesn't suffice.
    """
    recipe, device = run.recipe, next(model.parameters()).device
    data = data.to(device)
    count = len(data.train.labels)
    if count < recipe.batch_size:
        raise TrainingError(
            f"batch_size={recipe.batch_size} is more than the {count} training images: take {count} or less"
        )
    classes = len(run.source.classes)
    for part in data[:3]:
        if part is not None and int(part.labels.max()) >= classes:
            raise TrainingError(f"an image has label {int(part.labels.max())}, and the head knows 0 to {classes - 1}")
    if recipe.compile:
        model.compile()
    state = State(model, make_optimizers(model, recipe), recipe)
    if checkpoint := run.newest_checkpoint():
        state.restore(checkpoint)
    steps = float(recipe.max_steps or math.inf)
    if recipe.max_epochs:
        steps = float(max(round(recipe.max_epochs * (count // recipe.batch_size)), 1))
    start = state.step
    losses: list[Tensor] = []
    hits: list[Tensor] = []
    looked, rate = state.seconds, 0.0
    model.train()
    total = recipe.max_seconds or steps
    unit = "s" if recipe.max_seconds else "steps"
    with run.writing(), Interrupts() as interrupts, progress_bar(total, unit) as shown:
        run.forget_metrics_after(state.step)
        while True:
            ended = state.step >= steps or state.seconds >= (recipe.max_seconds or math.inf)
            ended = ended or interrupts.received is not None
            to_save = state.step > start and (ended or state.step % recipe.save_every == 0)
            if losses and (to_save or state.step % LOOK_EVERY == 0):
                mean = _finite_mean(losses, state, recipe, rate)  # before they are saved: lost weights stay unsaved
                speed = len(losses) * recipe.batch_size / max(state.seconds - looked, 1e-9)
                accuracy = torch.stack(hits).mean().item()
                run.note(state, loss=mean, accuracy=accuracy, rate=rate, images_per_second=round(speed, 1))
                shown.set_postfix_str(f"loss {mean:.3f}, {speed:,.0f} images/s", refresh=False)
                shown.update((state.seconds if recipe.max_seconds else state.step) - shown.n)
                losses, hits, looked = [], [], state.seconds
            if state.step > start and (ended or state.step % recipe.validate_every == 0):
                _validate(run, state, data.validation)
            if to_save:
                run.save(state)
            if ended:
                break
            began = time.perf_counter()
            expected = steps if not recipe.max_seconds else _expected_steps(state, recipe.max_seconds)
            rate = recipe.learning_rate * share_of_rate(recipe, state.step, expected)
            try:
                loss, hit = _step(run, state, data.train, rate)
            except torch.OutOfMemoryError as error:
                raise _out_of_memory(recipe) from error
            losses.append(loss)
            hits.append(hit)
            state.seconds += time.perf_counter() - began
    model.eval()
    speed = (state.step - start) * recipe.batch_size / max(state.seconds, 1e-9)
    return Summary(state.step, state.seconds, speed, state.best_step, state.best_accuracy, interrupts.received)


def _step(run: Run, state: State, data: LabelledImages, rate: float) -> tuple[Tensor, Tensor]:
    """One step of the optimiser: its loss and the share of images that were right before it."""
    recipe = run.recipe
    index = _order(len(data.labels), recipe, state.step).to(data.labels.device)
    torch.manual_seed(_seed(recipe.seed, 1, state.step))  # for augmentation and dropout
    images, labels = data.images[index], data.labels[index]
    inputs, targets = _augmented(run, images, labels)
    device = inputs.device
    total, hits = torch.zeros((), device=device), torch.zeros((), device=device)
    for part, wanted, plain in zip(*(t.chunk(recipe.accumulate) for t in (inputs, targets, labels)), strict=True):
        with torch.autocast(device.type, getattr(torch, recipe.precision), enabled=recipe.precision != "float32"):
            logits = state.model(part)
            loss = F.cross_entropy(logits, wanted, label_smoothing=recipe.label_smoothing) * (len(part) / len(inputs))
        state.scaler.scale(loss).backward()
        total += loss.detach()
        hits += (logits.detach().argmax(dim=1) == plain).sum() / len(inputs)
    for optimizer in state.optimizers:
        state.scaler.unscale_(optimizer)
        for group in optimizer.param_groups:
            group["lr"] = rate
    if recipe.clip:
        nn.utils.clip_grad_norm_(state.parameters, recipe.clip)
    for optimizer in state.optimizers:
        state.scaler.step(optimizer)
    state.scaler.update()
    for optimizer in state.optimizers:
        optimizer.zero_grad()
    state.average_weights()
    state.step += 1
    return total, hits


def _order(count: int, recipe: Recipe, step: int) -> Tensor:
    """Which images a step sees: each epoch has an order of its own, and leaves out what makes no whole batch."""
    epoch, place = divmod(step, count // recipe.batch_size)
    return _epoch(count, recipe.seed, epoch)[place * recipe.batch_size : (place + 1) * recipe.batch_size]


@functools.lru_cache(maxsize=1)
def _epoch(count: int, seed: int, epoch: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(_seed(seed, 0, epoch)))


def _seed(*numbers: int) -> int:
    """A seed from several numbers: those of neighbours have nothing in common."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


def _augmented(run: Run, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Images as the model wants them, changed as the recipe says; classes, or shares of them where images are mixed."""
    recipe, classes = run.recipe, len(run.source.classes)
    if recipe.flip or recipe.shift:
        images = flip_and_shift(images, recipe.shift, flip=recipe.flip)
    if recipe.randaugment:
        change = v2.RandAugment(num_ops=recipe.randaugment)
        images = torch.stack([change(image) for image in images])
    inputs = run.normalise(images)
    kinds = ((v2.MixUp, recipe.mixup), (v2.CutMix, recipe.cutmix))
    mixes = [kind(alpha=strength, num_classes=classes) for kind, strength in kinds if strength]
    return v2.RandomChoice(mixes)(inputs, labels) if mixes else (inputs, labels)


def _expected_steps(state: State, max_seconds: float) -> float:
    """How many steps the time will allow, judged by those that were done."""
    return max(state.step / max(state.seconds, 1e-9) * max_seconds, state.step + 1.0)


def _finite_mean(losses: list[Tensor], state: State, recipe: Recipe, rate: float) -> float:
    values = torch.stack(losses) if losses else torch.zeros(1)
    if not values.isfinite().all():
        step = state.step - len(losses) + int((~values.isfinite()).nonzero()[0])
        raise TrainingError(
            f"the loss is {values[~values.isfinite()][0].item()} at step {step}, where the learning rate is about "
            f"{rate:.1e} and the precision {recipe.precision}: try a third of the rate, a longer warm-up, clip=1, or "
            f"precision float32. The checkpoints before it are kept"
        )
    return values.mean().item()


@torch.no_grad()
def _validate(run: Run, state: State, data: LabelledImages) -> None:
    loss, accuracy = measure(state.evaluated, data, run.normalise)
    run.note(state, validation_loss=loss, validation_accuracy=accuracy)
    if accuracy > state.best_accuracy or state.best_step == 0:
        state.best_accuracy, state.best_step = accuracy, state.step
        run.save_best(state)
    state.model.train()


@torch.no_grad()
def measure(model: nn.Module, data: LabelledImages, normalise: Any, batch_size: int = 500) -> tuple[float, float]:
    """Mean loss and accuracy over some images, in eval mode."""
    model.eval()
    device = next(model.parameters()).device
    loss, hits = torch.zeros((), device=device), torch.zeros((), device=device)
    for images, labels in zip(data.images.split(batch_size), data.labels.split(batch_size), strict=True):
        logits = model(normalise(images.to(device)))
        loss += F.cross_entropy(logits, labels.to(device), reduction="sum")
        hits += (logits.argmax(dim=1) == labels.to(device)).sum()
    return loss.item() / len(data.labels), hits.item() / len(data.labels)


def _out_of_memory(recipe: Recipe) -> TrainingError:
    size, pieces = recipe.batch_size, recipe.accumulate
    return TrainingError(
        f"a batch of {math.ceil(size / pieces)} images doesn't fit into the memory of the GPU. The same training with "
        f"half of the memory: --accumulate {pieces * 2}. Or a smaller batch: --batch-size {max(size // 2, 1)}"
    )
