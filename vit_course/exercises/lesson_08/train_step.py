"""Exercise 8.2: train_step."""

import copy
import warnings
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vit_course import steps as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.lesson_08.parts import Made, SmallModel, as_float, weights_of


class Steps(NamedTuple):
    """What three steps came to."""

    losses: Float[Tensor, " steps"]
    weights: Float[Tensor, " parameters"]
    rate: float  # after the last
    training_mode: bool


def _models():
    def case(batch, channels, side, classes):
        inputs = channels * side * side
        # BatchNorm tells training mode from evaluation mode.
        model = SmallModel(nn.Flatten(), nn.Linear(inputs, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, classes))
        nn.init.normal_(model[-1].weight, std=3.0)  # gradients longer than 1, which clipping would cut
        images, labels = torch.randn(batch, channels, side, side), torch.randint(classes, (batch,))
        return Case((model, Made("SGD"), Made("a schedule"), images, labels), gradients=False)

    return [case(5, 1, 2, 3), case(4, 3, 2, 4), case(8, 2, 3, 2)]


@torch.enable_grad()
def _three_steps(step, model, optimizer, schedule, images, labels) -> Steps:
    """Three steps from evaluation mode, with gradients left from before."""
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda number: 1 / (1 + number))
    F.cross_entropy(model(images.flip(0)), labels).backward()
    model[-1].bias.grad = None  # one that is fresh has none
    losses = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's own on the order of schedule and optimiser
        for number in range(3):
            model.eval()
            some = images.roll(number, 0), labels.roll(number, 0)
            losses.append(as_float(step(model, optimizer, schedule, *some)))
    rate = optimizer.param_groups[0]["lr"]
    return Steps(torch.tensor(losses, device=images.device), weights_of(model), rate, model.training)


exercise = Exercise(
    "8.2",
    solutions.train_step,
    cases=_models,
    hints=(
        "Six things happen, and their order matters. Which of them fills the gradients, which one reads them, and when "
        "must they be empty?",
        "Training mode; loss of the logits; empty the gradients; fill them (backward); let the optimiser step; let the "
        "schedule step. Then the loss as a Python number.",
        "model.train()\n"
        "loss = F.cross_entropy(model(images), labels)\n"
        "optimizer.zero_grad()\n"
        "loss.backward()\n"
        "optimizer.step()\n"
        "schedule.step()\n"
        "return loss.item()",
    ),
    stage=_three_steps,
)


def _step(model, optimizer, images, labels, loss=F.cross_entropy):
    loss = loss(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.mistake(
    "Gradients that were left from before are added to the new ones: optimizer.zero_grad() is missing, or stands at "
    "the end only, where it does not clear what somebody else has left."
)
def not_cleared(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    schedule.step()
    return loss.item()


@exercise.mistake(
    "Gradients left from before count in the first step. You clear them after the step; clear them before backward(), "
    "and it does not matter what was there."
)
def cleared_at_the_end(model, optimizer, schedule, images, labels):
    loss = not_cleared(model, optimizer, schedule, images, labels)
    optimizer.zero_grad()
    return loss


@exercise.mistake(
    "The model does not learn: its weights stay as they were. Is optimizer.step() there, and backward() before it? "
    "Does zero_grad() stand between the two, where it clears what backward() has just made?"
)
def nothing_learned(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    schedule.step()
    return loss.item()


@exercise.mistake(
    "The optimiser steps before backward(), with the gradients of an earlier batch. First backward() fills them, then "
    "the optimiser reads them."
)
def one_batch_late(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    schedule.step()
    return loss.item()


@exercise.mistake(
    "The schedule steps before the optimiser, so the first rate is never used. PyTorch wants optimizer.step(), then "
    "schedule.step()."
)
def schedule_first(model, optimizer, schedule, images, labels):
    model.train()
    schedule.step()
    return _step(model, optimizer, images, labels)


@exercise.mistake("The learning rate never moves: schedule.step() is missing, once for each step of the optimiser.")
def no_schedule(model, optimizer, schedule, images, labels):
    model.train()
    return _step(model, optimizer, images, labels)


@exercise.mistake(
    "The schedule steps more than once for a step of the optimiser: once each is right, after optimizer.step()."
)
def schedule_twice(model, optimizer, schedule, images, labels):
    model.train()
    loss = _step(model, optimizer, images, labels)
    schedule.step()
    schedule.step()
    return loss


@exercise.mistake(
    "The step is one in evaluation mode, without dropout. Whoever evaluated the model left it so: model.train() comes "
    "first."
)
def mode_left(model, optimizer, schedule, images, labels):
    loss = _step(model, optimizer, images, labels)
    schedule.step()
    return loss


@exercise.mistake(
    "You call model.train() after the images have gone through the model: this step is one in evaluation mode. It "
    "comes first."
)
def mode_late(model, optimizer, schedule, images, labels):
    loss = _step(model, optimizer, images, labels)
    schedule.step()
    model.train()
    return loss


@exercise.mistake(
    "All is right but the mode afterwards: you leave the model in evaluation mode, and the card asks for training mode."
)
def mode_after(model, optimizer, schedule, images, labels):
    model.train()
    loss = _step(model, optimizer, images, labels)
    schedule.step()
    model.eval()
    return loss


@exercise.mistake(
    "You take a softmax first. F.cross_entropy does that itself, and wants logits: twice, it flattens the gradients."
)
def softmax_first(model, optimizer, schedule, images, labels):
    model.train()
    loss = _step(model, optimizer, images, labels, lambda x, wanted: F.cross_entropy(x.softmax(dim=1), wanted))
    schedule.step()
    return loss


@exercise.mistake(
    "You add up the losses of the images. Their mean is asked for: with the sum, a larger batch takes larger steps."
)
def summed(model, optimizer, schedule, images, labels):
    model.train()
    loss = _step(model, optimizer, images, labels, lambda x, wanted: F.cross_entropy(x, wanted, reduction="sum"))
    schedule.step()
    return loss


@exercise.mistake("The weights are right; the loss is that after the step. Return the one that the step was made from.")
def loss_after(model, optimizer, schedule, images, labels):
    model.train()
    _step(model, optimizer, images, labels)
    schedule.step()
    return F.cross_entropy(model(images), labels).item()


@exercise.mistake("The weights are right; what you return is not the loss but the share of images that are right.")
def accuracy(model, optimizer, schedule, images, labels):
    model.train()
    right = (copy.deepcopy(model)(images).argmax(dim=1) == labels).float().mean().item()
    _step(model, optimizer, images, labels)
    schedule.step()
    return right


@exercise.mistake(
    "You cut gradients to a length. It is a good habit, which the card leaves out: the step is to be the plain one."
)
def clipped(model, optimizer, schedule, images, labels):
    model.train()
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return loss.item()
