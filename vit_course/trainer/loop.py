"""The loop: the one of `vit_course.training.fit`, which may be stopped at any step and goes on where it was."""

import math
import signal
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vit_course.app.bar import progress_bar
from vit_course.datasets import LabelledImages
from vit_course.trainer.batch import make_batch
from vit_course.trainer.data import Data
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.interrupts import Interrupts
from vit_course.trainer.measure import measure
from vit_course.trainer.optimizers import share_of_rate
from vit_course.trainer.processes import Processes
from vit_course.trainer.recipe import Recipe
from vit_course.trainer.run import Run
from vit_course.trainer.state import State
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


@dataclass
class _Lately:
    """The steps since their losses were last looked at, which a GPU would have to wait for."""

    since: float  # seconds of training
    losses: list[Tensor] = field(default_factory=list)
    hits: list[Tensor] = field(default_factory=list)


def train(run: Run, model: VisionTransformer, data: Data, those: Processes | None = None) -> Summary:
    """Train the model of a run until its recipe says that it ends, from the run's newest checkpoint if it has one.

    Writes checkpoints, the best weights by validation accuracy, and metrics to the run's folder. The order of images
    and all that is drawn depend on the seed and the number of the step alone: a resumed training is, on the CPU, the
    unbroken one to the last bit. In several processes each computes a part of every batch, and the first one writes.

    Raises TrainingError where the batch is larger than the data, a label has no logit, the loss is not finite or the
    memory doesn't suffice.
    """
    recipe, device = run.recipe, next(model.parameters()).device
    those = those or Processes(0, 1, device)
    refuse_what_cannot_be_learned(recipe, data, len(run.source.classes), those)
    data, steps = data.to(device), recipe.steps(len(data.train.labels))
    if recipe.compile:
        model.compile()
    state = State(model, recipe, those)
    if checkpoint := run.newest_checkpoint():
        state.restore(checkpoint)
    start, before, rate = state.step, state.seconds, 0.0
    lately = _Lately(state.seconds)
    model.train()
    total, unit = (recipe.max_seconds, "s") if recipe.max_seconds else (steps, "steps")
    writing = run.writing() if those.first else nullcontext()
    with writing, Interrupts() as interrupts, progress_bar(total, unit) as shown:
        if those.first:
            run.forget_metrics_after(state.step)
        while True:
            state.seconds = those.of_the_first(state.seconds)
            signalled = int(those.largest(float(interrupts.received)))
            ended = bool(signalled) or state.step >= steps or state.seconds >= (recipe.max_seconds or math.inf)
            to_save = state.step > start and (ended or state.step % recipe.save_every == 0)
            if lately.losses and (to_save or state.step % LOOK_EVERY == 0):
                # Before they are saved: weights that are lost stay unsaved.
                seen = _look(run, state, lately, rate, those)
                shown.set_postfix_str(f"loss {seen['loss']:.3f}, {seen['images_per_second']:,.0f} images/s", False)
                shown.update((state.seconds if recipe.max_seconds else state.step) - shown.n)
                lately = _Lately(state.seconds)
            if state.step > start and (ended or state.step % recipe.validate_every == 0):
                _validate(run, state, data.validation, those)
            if to_save:
                checkpoint = state.checkpoint()
                if those.first:
                    run.save(checkpoint)
            if ended:
                break
            began = time.perf_counter()
            expected = steps if not recipe.max_seconds else _expected_steps(state, recipe.max_seconds)
            rate = recipe.learning_rate * share_of_rate(recipe, state.step, expected)
            try:
                loss, hit = _step(run, state, data.train, rate, those)
            except torch.OutOfMemoryError as error:
                raise _out_of_memory(recipe) from error
            lately.losses.append(loss)
            lately.hits.append(hit)
            state.seconds += time.perf_counter() - began
    model.eval()
    speed = (state.step - start) * recipe.batch_size / max(state.seconds - before, 1e-9)
    stopped_by = signal.Signals(signalled).name if signalled else None
    return Summary(state.step, state.seconds, speed, state.best_step, state.best_accuracy, stopped_by)


def refuse_what_cannot_be_learned(recipe: Recipe, data: Data, classes: int, those: Processes) -> None:
    """Raise TrainingError where a training would fail, before it begins."""
    recipe.steps(len(data.train.labels))
    if recipe.batch_size % those.count:
        raise TrainingError(
            f"batch_size={recipe.batch_size} cannot be shared out among {those.count} processes: take a multiple of "
            f"{those.count}"
        )
    for part in data[:3]:
        if part is not None and int(part.labels.max()) >= classes:
            raise TrainingError(f"an image has label {int(part.labels.max())}, and the head knows 0 to {classes - 1}")


def _step(run: Run, state: State, data: LabelledImages, rate: float, those: Processes) -> tuple[Tensor, Tensor]:
    """One step of the optimiser: its loss and the share of images that were right before it, of this process."""
    recipe = run.recipe
    batch = make_batch(run, data, state.step, those)
    count, device = len(batch.labels), those.device
    total, hits = torch.zeros((), device=device), torch.zeros((), device=device)
    pieces = list(zip(*(whole.chunk(recipe.accumulate) for whole in batch), strict=True))
    for number, (inputs, targets, labels) in enumerate(pieces, 1):
        state.exchange_gradients(number == len(pieces))  # once for the batch, and not for each piece of it
        with torch.autocast(device.type, getattr(torch, recipe.precision), enabled=recipe.precision != "float32"):
            logits = state.shared(inputs)
            loss = F.cross_entropy(logits, targets, label_smoothing=recipe.label_smoothing) * (len(inputs) / count)
        state.scaler.scale(loss).backward()
        total += loss.detach()
        hits += (logits.detach().argmax(dim=1) == labels).sum() / count
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


def _expected_steps(state: State, max_seconds: float) -> float:
    """How many steps the time will allow, judged by those that were done."""
    return max(state.step / max(state.seconds, 1e-9) * max_seconds, state.step + 1.0)


def _look(run: Run, state: State, lately: _Lately, rate: float, those: Processes) -> dict[str, float]:
    """Note what the steps lately came to. Raises TrainingError for a loss that is not finite."""
    losses = those.total(torch.stack(lately.losses)) / those.count
    if not losses.isfinite().all():
        step = state.step - len(losses) + int((~losses.isfinite()).nonzero()[0])
        raise TrainingError(
            f"the loss is {losses[~losses.isfinite()][0].item()} at step {step}, where the learning rate is about "
            f"{rate:.1e} and the precision {run.recipe.precision}: try a third of the rate, a longer warm-up, clip=1, "
            f"or precision float32. The checkpoints before it are kept"
        )
    speed = len(losses) * run.recipe.batch_size / max(state.seconds - lately.since, 1e-9)
    accuracy = those.total(torch.stack(lately.hits)).mean().item() / those.count
    seen = {"loss": losses.mean().item(), "accuracy": accuracy, "rate": rate, "images_per_second": round(speed, 1)}
    if those.first:
        run.note(state, **seen)
    return seen


@torch.no_grad()
def _validate(run: Run, state: State, data: LabelledImages, those: Processes) -> None:
    loss, accuracy = measure(state.evaluated, data, run.normalise, those)
    if those.first:
        run.note(state, validation_loss=loss, validation_accuracy=accuracy)
    if accuracy > state.best_accuracy or state.best_step == 0:
        state.best_accuracy, state.best_step = accuracy, state.step
        weights = state.weights()  # with parts of them in each process, all take part
        if those.first:
            run.save_best(state, weights)
    state.model.train()


def _out_of_memory(recipe: Recipe) -> TrainingError:
    size, pieces = recipe.batch_size, recipe.accumulate
    return TrainingError(
        f"a batch of {math.ceil(size / pieces)} images doesn't fit into the memory of the GPU. The same training with "
        f"half of the memory: --accumulate {pieces * 2}. Or a smaller batch: --batch-size {max(size // 2, 1)}"
    )
