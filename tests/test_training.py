import copy
import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from vit_course import VisionTransformer, ViTConfig
from vit_course.datasets import LabelledImages, fashion_mnist, normalise
from vit_course.training import evaluate, fit, flip_and_shift, predict, warmup_cosine

TINY = ViTConfig(16, 32, num_heads=2, num_layers=1, image_size=28, patch_size=7, in_channels=1, num_classes=10)


@pytest.fixture(scope="module")
def garments():
    train = fashion_mnist("train")
    return LabelledImages(train.images[:512], train.labels[:512])


def fresh(config=TINY):
    torch.manual_seed(0)
    return VisionTransformer(config)


def weights(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def test_fit_learns_and_says_so(garments):
    model = fresh()
    assert evaluate(model, garments) < 0.2  # the head starts at zero
    history = fit(model, garments, steps=60, batch_size=64, warmup_steps=10, learning_rate=1e-2)
    assert len(history.loss) == len(history.accuracy) == 60
    assert history.loss[0] == pytest.approx(math.log(10), abs=1e-5)
    assert history.loss[-1] < 1.2 and sum(history.accuracy[-8:]) / 8 > 0.6
    assert evaluate(model, garments) > 0.6
    assert not model.training


def test_same_seed_same_weights(garments):
    config = replace(TINY, dropout=0.1)
    runs = []
    for seed in (1, 1, 2):
        model = fresh(config)
        torch.rand(len(runs) + 1)  # what others drew before must not matter
        history = fit(model, garments, steps=5, warmup_steps=2, augment=flip_and_shift, seed=seed)
        runs.append((weights(model), history))
    assert torch.equal(runs[0][0], runs[1][0]) and runs[0][1] == runs[1][1]
    assert not torch.equal(runs[0][0], runs[2][0])


def test_each_step_does_what_the_page_says(garments):
    """The same training with every step written out in another way."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 20), nn.Tanh(), nn.Linear(20, 10))
    other = copy.deepcopy(model)
    fit(
        model,
        garments,
        steps=4,
        batch_size=512,
        warmup_steps=2,
        learning_rate=0.01,
        weight_decay=0.3,
        label_smoothing=0.2,
    )
    optimizer = torch.optim.AdamW(other.parameters(), weight_decay=0.3)
    for rate in (0.005, 0.01, 0.01, 0.005):
        optimizer.param_groups[0]["lr"] = rate
        log_p = other(normalise(garments.images)).log_softmax(dim=1)
        target = 0.8 * nn.functional.one_hot(garments.labels, 10) + 0.2 / 10
        gradients = torch.autograd.grad(-(target * log_p).sum(dim=1).mean(), list(other.parameters()))
        norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
        for parameter, gradient in zip(other.parameters(), gradients, strict=True):
            parameter.grad = gradient / norm.clamp(min=1)
        optimizer.step()
    torch.testing.assert_close(weights(model), weights(other), atol=1e-5, rtol=0)


def test_gradients_are_clipped(garments, monkeypatch):
    seen = []
    monkeypatch.setattr(
        torch.optim.AdamW, "step", lambda self: seen.append(self.param_groups[0]["params"][0].grad.norm())
    )
    monkeypatch.setattr(torch.optim.lr_scheduler.LRScheduler, "step", lambda self: None)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10, bias=False))
    nn.init.normal_(model[1].weight, std=10)
    fit(model, garments, steps=2, warmup_steps=0)
    assert torch.stack(seen).tolist() == pytest.approx([1, 1], abs=1e-3)


def test_warm_up_must_leave_steps(garments):
    with pytest.raises(ValueError, match="warmup_steps=100 must be at least 0 and less than steps=50"):
        fit(fresh(), garments, steps=50)


@pytest.mark.parametrize(("steps", "warmup"), [(100, 10), (7, 0), (2, 1)])
def test_warmup_cosine(steps, warmup):
    rates = [warmup_cosine(step, steps, warmup) for step in range(steps + 1)]
    assert rates[:warmup] == pytest.approx([(step + 1) / warmup for step in range(warmup)])
    assert rates[warmup] == 1 and rates[-1] == 0 and min(rates[:-1]) > 0
    assert rates[warmup:] == sorted(rates[warmup:], reverse=True)
    if (steps - warmup) % 2 == 0:
        assert rates[(steps + warmup) // 2] == pytest.approx(0.5)


def test_flip_and_shift_moves_whole_images():
    """Each result is one of the images that mirroring and moving by hand can make, and all of these occur."""
    torch.manual_seed(0)
    image = torch.randint(1, 255, (3, 4, 5), dtype=torch.uint8)
    possible = []
    for mirrored in (image, image.flip(-1)):
        padded = nn.functional.pad(mirrored, (1, 1, 1, 1))
        possible += [padded[:, y : y + 4, x : x + 5] for y in range(3) for x in range(3)]
    result = flip_and_shift(image.expand(600, -1, -1, -1), most=1)
    assert result.dtype == torch.uint8 and result.shape == (600, 3, 4, 5)
    counts = torch.zeros(len(possible))
    for one in result:
        matches = [torch.equal(one, candidate) for candidate in possible]
        assert sum(matches) == 1
        counts[matches.index(True)] += 1
    assert counts.min() > 10  # of 33 on average


def test_predict_is_in_eval_mode_and_puts_the_mode_back(garments):
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(784, 10)).train()
    logits = predict(model, garments.images, batch_size=100)  # the last batch is smaller
    assert model.training and not logits.requires_grad
    torch.testing.assert_close(logits, model.eval()(normalise(garments.images)))
    predict(model, garments.images)
    assert not model.training
    expected = sum(int(a == b) for a, b in zip(logits.argmax(1), garments.labels, strict=True)) / 512
    assert evaluate(model, garments) == pytest.approx(expected)
