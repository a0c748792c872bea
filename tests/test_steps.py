"""One step of training, at once and in pieces."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from vit_course.steps import accumulate, train_step


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(8, 5), nn.Dropout(0.5), nn.Linear(5, 3)).eval()


def test_a_step_is_the_one_on_paper(model):
    model[2].p = 0.0
    images, labels = torch.randn(6, 2, 2, 2), torch.tensor([0, 1, 2, 2, 1, 0])
    start = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    F.cross_entropy(model(images.flip(0)), labels).backward()  # left by somebody
    loss = train_step(model, optimizer, schedule, images, labels)
    expected = F.cross_entropy(start(images), labels)
    gradients = torch.autograd.grad(expected, list(start.parameters()))
    assert loss == pytest.approx(expected.item()) and type(loss) is float
    for now, before, gradient in zip(model.parameters(), start.parameters(), gradients, strict=True):
        torch.testing.assert_close(now, before - 0.5 * gradient)
    assert model.training and optimizer.param_groups[0]["lr"] == 0.25


@pytest.mark.parametrize("size", [1, 4, 5, 9])
def test_pieces_make_the_step_of_the_whole(model, size):
    images, labels = torch.randn(9, 2, 2, 2), torch.randint(3, (9,))
    pieces = copy.deepcopy(model)
    losses = []
    for one, at_a_time in ((model, 9), (pieces, size)):
        optimizer = torch.optim.SGD(one.parameters(), lr=0.5, momentum=0.9)
        losses.append([accumulate(one, optimizer, images.roll(i, 0), labels.roll(i, 0), at_a_time) for i in range(3)])
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    for ours, theirs in zip(pieces.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)
    assert not model.training, "the mode stays"
