"""Exercise 8.3: accumulate."""

import copy
import weakref
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vit_course import steps as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.lesson_08.parts import Made, SmallModel, as_float, weights_of


class Steps(NamedTuple):
    """What two steps came to."""

    pieces: str  # whether the memory would have held what was in it
    mode: str  # of the model, in each pass and afterwards
    weights: Float[Tensor, " parameters"]
    losses: Float[Tensor, " steps"]


def _batches():
    def case(batch, size, channels=1, classes=3):
        model = SmallModel(nn.Flatten(), nn.Linear(4 * channels, 5), nn.Tanh(), nn.Linear(5, classes))
        images, labels = torch.randn(batch, channels, 2, 2), torch.randint(classes, (batch,))
        return Case((model, Made("SGD"), images, labels, size), gradients=False)

    # Pieces that are equal, pieces that are not, one piece, and pieces of a single image.
    return [case(7, 3, 2), case(8, 4), case(5, 9), case(6, 1, 3, 2), case(11, 4)]


@torch.enable_grad()
def _two_steps(step, model, optimizer, images, labels, size) -> Steps:
    """Two steps with gradients left from before, in either mode; notes what the graphs hold in memory at a time."""
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.5)
    F.cross_entropy(model(images.flip(0)), labels).backward()
    kept, largest, changed = _Kept(hidden=model[1].out_features), 0, False
    losses = []

    def forward(module, inputs):
        nonlocal largest, changed
        largest, changed = max(largest, len(inputs[0])), changed or module.training != wanted

    model.register_forward_pre_hook(forward)
    with torch.autograd.graph.saved_tensors_hooks(kept.keep, lambda box: box.tensor):
        for number, wanted in enumerate((False, True)):
            model.train(wanted)
            some = images.roll(number, 0), labels.roll(number, 0)
            losses.append(as_float(step(model, optimizer, *some, size)))
            changed = changed or model.training != wanted
    pieces = f"{size} images fit: so many or fewer are in memory"
    if kept.most > size:
        pieces = f"{size} images fit: {kept.most} are in memory, in pieces of {largest}"
    mode = "is changed" if changed else "stays"
    return Steps(pieces, mode, weights_of(model), torch.tensor(losses, device=images.device))


class _Box:
    """Holds a tensor that a graph has kept for the way back; it goes when the graph does."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class _Kept:
    """Counts how many images' hidden numbers lie in the graphs that are alive; `most` at any time."""

    def __init__(self, hidden: int) -> None:
        self.hidden, self.rows, self.most = hidden, 0, 0

    def keep(self, tensor: Tensor) -> _Box:
        box = _Box(tensor)
        if tensor.dim() == 2 and tensor.shape[1] == self.hidden:
            rows = len(tensor)
            self.rows += rows
            # Two keep them: tanh, its result, and the layer after it, what it reads.
            self.most = max(self.most, self.rows // 2)
            weakref.finalize(box, self._gone, rows)
        return box

    def _gone(self, rows: int) -> None:
        self.rows -= rows


exercise = Exercise(
    "8.3",
    solutions.accumulate,
    cases=_batches,
    hints=(
        "backward() adds to the gradients that are there. So the sum over pieces comes by itself; what must each "
        "piece's loss be divided by, so that the sum is the gradient of the mean over the whole batch?",
        "Empty the gradients once. For each piece: the sum of its losses, divided by the number of images in the whole "
        "batch; backward() at once, so that its graph goes. One step of the optimiser at the end.",
        "optimizer.zero_grad()\n"
        "total = 0.0\n"
        "for some, wanted in zip(images.split(size), labels.split(size)):\n"
        "    loss = F.cross_entropy(model(some), wanted, reduction='sum') / len(images)\n"
        "    loss.backward()\n"
        "    total += loss.item()\n"
        "optimizer.step()\n"
        "return total",
    ),
    stage=_two_steps,
)


def _pieces(images, labels, size):
    return list(zip(images.split(size), labels.split(size), strict=True))


def _mean(model, images, labels):
    return F.cross_entropy(model(images), labels)


def _share(model, some, wanted, images):
    return F.cross_entropy(model(some), wanted, reduction="sum") / len(images)


@exercise.mistake(
    "The gradients of the pieces' means are added up, so they are as many times too large as there are pieces. Each "
    "piece counts by its share of the batch: sum of its losses / len(images)."
)
def not_divided(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted)
        loss.backward()
        total += loss.item() * len(some) / len(images)
    optimizer.step()
    return total


@exercise.mistake(
    "The pieces' means are added up, gradients and losses: both are as many times too large as there are pieces. Each "
    "piece counts by its share of the batch: sum of its losses / len(images)."
)
def nothing_divided(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "The loss that you return is right; the gradients are the sum of the pieces' own, as many times too large as there "
    "are pieces. Divide before backward()."
)
def divided_after(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total, pieces = 0.0, _pieces(images, labels, size)
    for some, wanted in pieces:
        loss = _mean(model, some, wanted)
        loss.backward()
        total += loss.item() / len(pieces)
    optimizer.step()
    return total


@exercise.mistake(
    "You divide by the number of pieces. That is right where all are equal; a smaller last piece then counts too much. "
    "Each counts by its share of the images: len(piece) / len(images)."
)
def equal_shares(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total, pieces = 0.0, _pieces(images, labels, size)
    for some, wanted in pieces:
        loss = _mean(model, some, wanted) / len(pieces)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "You divide by the number of whole pieces, len(images) // size, and so forget that the last one may be smaller. "
    "Each piece counts by its share of the images: len(piece) / len(images)."
)
def whole_pieces(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total, count = 0.0, max(len(images) // size, 1)
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted) / count
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "Each piece's loss is divided by `size`. The mean is over the whole batch: divide the sum by len(images)."
)
def divided_by_size(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = F.cross_entropy(model(some), wanted, reduction="sum") / size
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "You add up the losses of all images. Their mean is asked for: divide each piece's sum by len(images)."
)
def summed(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = F.cross_entropy(model(some), wanted, reduction="sum")
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "The optimiser steps after each piece: these are several small steps, not one. Step once, behind the loop."
)
def many_steps(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _share(model, some, wanted, images)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


@exercise.mistake(
    "Each piece is a step of its own, with gradients of its own: these are several small steps, not one. Empty the "
    "gradients before the loop, and step behind it."
)
def a_step_each(model, optimizer, images, labels, size):
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        optimizer.zero_grad()
        loss = _mean(model, some, wanted)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(some) / len(images)
    return total


@exercise.mistake(
    "You empty the gradients in the loop, so that only the last piece counts. Empty them once, before it."
)
def only_the_last(model, optimizer, images, labels, size):
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        optimizer.zero_grad()
        loss = _share(model, some, wanted, images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake("Gradients that were left from before are added to the new ones: optimizer.zero_grad() comes first.")
def not_cleared(model, optimizer, images, labels, size):
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _share(model, some, wanted, images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "Gradients left from before count in the first step. You clear them at the end; clear them first, and it does not "
    "matter what was there."
)
def cleared_at_the_end(model, optimizer, images, labels, size):
    total = not_cleared(model, optimizer, images, labels, size)
    optimizer.zero_grad()
    return total


@exercise.mistake(
    "The images behind the last whole piece are left out. split(size) gives them as a smaller piece, which counts too."
)
def rest_left_out(model, optimizer, images, labels, size):
    count = len(images) // size * size or len(images)
    return solutions.accumulate(model, optimizer, images[:count], labels[:count], size)


@exercise.mistake(
    "The images behind the last whole piece are left out, though you divide by all of them. split(size) gives them as "
    "a smaller piece, which counts too."
)
def rest_left_out_of_the_sum(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        if len(some) == min(size, len(images)):
            loss = _share(model, some, wanted, images)
            loss.backward()
            total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "A piece that is smaller than `size` is left out, even where it is the only one. It counts too, by its share."
)
def smaller_left_out(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        if len(some) == size:
            loss = _share(model, some, wanted, images)
            loss.backward()
            total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "Each piece counts as `size` images, so that a smaller one counts too much: its share is len(piece) / len(images)."
)
def full_pieces(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted) * size / len(images)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "The weights are right; the loss that you return is that of the last piece. Add up the pieces' shares."
)
def last_loss(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    for some, wanted in _pieces(images, labels, size):
        loss = _share(model, some, wanted, images)
        loss.backward()
    optimizer.step()
    return loss.item()


@exercise.mistake(
    "The weights are right; the loss that you return is the mean of the last piece alone. Add up the pieces' shares."
)
def last_mean(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted)
        (loss * len(some) / len(images)).backward()
    optimizer.step()
    return loss.item()


@exercise.mistake(
    "The weights are right; the loss that you return is the sum of the pieces' means, and not the mean of the batch."
)
def sum_of_means(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = 0.0
    for some, wanted in _pieces(images, labels, size):
        loss = _mean(model, some, wanted)
        (loss * len(some) / len(images)).backward()
        total += loss.item()
    optimizer.step()
    return total


@exercise.mistake(
    "The weights are right; the loss that you return is the mean of the pieces' means, in which a smaller piece counts "
    "too much."
)
def mean_of_means(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total, pieces = 0.0, _pieces(images, labels, size)
    for some, wanted in pieces:
        loss = _mean(model, some, wanted)
        (loss * len(some) / len(images)).backward()
        total += loss.item() / len(pieces)
    optimizer.step()
    return total


@exercise.mistake(
    "The numbers are right, but the whole batch is in memory at once. Call the model on one piece at a time."
)
def all_at_once(model, optimizer, images, labels, size):
    return solutions.accumulate(model, optimizer, images, labels, len(images))


@exercise.mistake(
    "The numbers are right, but there is one backward() behind the loop: until then the graphs of all pieces lie in "
    "memory, which is what was to be saved. Call it for each piece."
)
def one_backward(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    loss = sum(_share(model, some, wanted, images) for some, wanted in _pieces(images, labels, size))
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.mistake("You take `size` for the number of pieces. It is how many images one piece has at most.")
def number_of_pieces(model, optimizer, images, labels, size):
    return solutions.accumulate(model, optimizer, images, labels, -(-len(images) // size))


@exercise.mistake(
    "The model does not learn: its weights stay as they were. Is optimizer.step() there, and does zero_grad() stand "
    "before the loop, and not behind it?"
)
def nothing_learned(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    return sum(_share(model, *piece, images).item() for piece in _pieces(images, labels, size))


@exercise.mistake(
    "The numbers are right, but the graphs of earlier pieces stay in memory: retain_graph=True, or a total that is not "
    "a plain number, keeps them. Let backward() free each graph, and add up loss.item()."
)
def graphs_kept(model, optimizer, images, labels, size):
    optimizer.zero_grad()
    total = torch.zeros((), device=images.device)
    for some, wanted in _pieces(images, labels, size):
        loss = _share(model, some, wanted, images)
        loss.backward(retain_graph=True)
        total = total + loss
    optimizer.step()
    return total.item()


@exercise.mistake(
    "You change the model's mode. The card leaves it as it is: whoever calls may have switched dropout off on purpose."
)
def mode_changed(model, optimizer, images, labels, size):
    model.train()
    return solutions.accumulate(model, optimizer, images, labels, size)
