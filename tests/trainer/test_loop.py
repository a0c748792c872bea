import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from stripes import CONFIG, RECIPE, again, begin, data, model_of, weights, without_times

from vit_course.datasets import LabelledImages
from vit_course.trainer import TrainingError, load_model, train
from vit_course.trainer.measure import measure
from vit_course.training import warmup_cosine


def test_it_learns_and_leaves_the_best_weights(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=80)
    summary = train(run, model, data())
    assert summary.steps == 80 and summary.stopped_by is None
    assert summary.validation_accuracy > 0.9
    best, again_ = load_model(run.folder, torch.device("cpu"))
    assert not best.training and again_.recipe == run.recipe
    _, accuracy = measure(best, data().validation, run.normalise)
    assert accuracy == pytest.approx(summary.validation_accuracy)


def test_the_step_that_is_kept_is_the_best_and_not_the_last(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=40, learning_rate=0.3, decay="none")  # far too large: it goes astray
    summary = train(run, model, data())
    looked = {line["step"]: line["validation_accuracy"] for line in run.metrics() if "validation_accuracy" in line}
    assert list(looked) == [8, 16, 24, 32, 40]
    assert summary.best_step == max(looked, key=lambda step: (looked[step], -step))


def test_each_step_is_the_one_on_paper(tmp_path):
    """AdamW, two groups, clipped, by hand."""
    changes = {"max_steps": 6, "flip": False, "shift": 0, "label_smoothing": 0.1, "weight_decay": 0.3}
    run, model = begin(tmp_path / "run", replace(CONFIG, dropout=0.0), **changes)
    other, images = model_of(run), data().train
    seen = []
    handle = model.register_forward_pre_hook(
        lambda module, inputs: seen.append(inputs[0].clone()) if module.training else None
    )
    train(run, model, data())
    handle.remove()
    normalised = run.normalise(images.images)
    decayed = [p for name, p in other.named_parameters() if name.endswith("weight") and p.ndim > 1]
    others = [p for name, p in other.named_parameters() if not (name.endswith("weight") and p.ndim > 1)]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.3}, {"params": others, "weight_decay": 0.0}])
    for step, batch in enumerate(seen):
        which = [int(((normalised - image).abs().amax(dim=(1, 2, 3)) < 1e-6).nonzero()[0]) for image in batch]
        for group in optimizer.param_groups:
            group["lr"] = RECIPE.learning_rate * warmup_cosine(step, 6, 4)
        optimizer.zero_grad()
        F.cross_entropy(other(batch), images.labels[which], label_smoothing=0.1).backward()
        torch.nn.utils.clip_grad_norm_(other.parameters(), 1.0)
        optimizer.step()
    with torch.no_grad():  # not the weights: the keys' biases have no gradient but rounding, and AdamW enlarges it
        torch.testing.assert_close(model(normalised), other.eval()(normalised), rtol=1e-4, atol=1e-4)


def test_every_epoch_sees_each_image_once_in_another_order(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=None, max_epochs=2, batch_size=20, flip=False, shift=0)
    seen = []
    model.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].clone()) if module.training else None)
    summary = train(run, model, data())
    assert summary.steps == 10
    epochs = [torch.cat(seen[:5]).flatten(1).sum(dim=1), torch.cat(seen[5:]).flatten(1).sum(dim=1)]
    everything = run.normalise(data().train.images).flatten(1).sum(dim=1).sort().values
    for epoch in epochs:
        torch.testing.assert_close(epoch.sort().values, everything)
    assert not torch.equal(*epochs)


def test_pieces_of_a_batch_give_the_same_weights(tmp_path):
    result = []
    for pieces in (1, 3):
        config = replace(CONFIG, dropout=0.0)
        run, model = begin(tmp_path / f"{pieces}", config, accumulate=pieces, max_steps=6)
        train(run, model, data())
        with torch.no_grad():
            result.append(model(run.normalise(data().test.images)))
    torch.testing.assert_close(*result, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "sgd"},
        {"optimizer": "muon"},
        {"mixup": 0.5, "cutmix": 1.0, "label_smoothing": 0.1},
        {"randaugment": 2},
        {"precision": "bfloat16"},
        {"precision": "float16"},
        {"decay": "linear"},
        {"ema": 0.9},
        {"clip": 0.0},
    ],
    ids=str,
)
def test_each_choice_of_a_recipe_learns(changes, tmp_path):
    run, model = begin(tmp_path / "run", max_steps=80, **changes)
    assert train(run, model, data()).validation_accuracy > 0.75


@pytest.mark.filterwarnings("ignore:Dynamo does not know")
def test_a_compiled_model_leaves_what_the_plain_one_would(tmp_path, monkeypatch):
    """Compiled by the tracer alone: what the C++ compiler makes of it is PyTorch's affair, and takes a minute."""
    seen, before = [], torch.nn.Module.compile

    def compile(module):
        before(module, backend=lambda graph, inputs: seen.append(graph) or graph.forward)

    monkeypatch.setattr(torch.nn.Module, "compile", compile)
    result = {}
    for compiled in (True, False):
        run, model = begin(tmp_path / str(compiled), max_steps=8, compile=compiled)
        train(run, model, data())
        result[compiled] = load_model(run.folder, torch.device("cpu"))[0].state_dict()
        assert bool(seen) == compiled
        seen.clear()
    assert result[True].keys() == result[False].keys()
    torch.testing.assert_close(result[True], result[False], rtol=1e-3, atol=1e-3)


def test_seconds_end_it_and_the_rate_reaches_its_end_with_them(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=None, max_seconds=2.0, warmup_steps=10)
    summary = train(run, model, data())
    assert 2.0 <= summary.seconds < 2.5
    rates = [line["rate"] for line in run.metrics() if "rate" in line]
    assert rates[-1] < 0.05 * RECIPE.learning_rate < rates[0]


def test_the_average_of_the_weights_is_what_is_kept(tmp_path):
    run, model = begin(tmp_path / "run", max_steps=8, ema=0.5)
    start = weights(model)
    train(run, model, data())
    best, _ = load_model(run.folder, torch.device("cpu"))
    assert (weights(best) - start).norm() < (weights(model).cpu() - start.cpu()).norm()


def test_a_loss_that_is_not_finite_is_told_with_its_step(tmp_path):
    run, model = begin(tmp_path / "run", save_every=2)
    calls = []

    def spoil(module, inputs, output):
        if module.training:
            calls.append(0)
            return output * (math.nan if len(calls) == 6 else 1)

    model.register_forward_hook(spoil)
    with pytest.raises(TrainingError, match=r"the loss is nan at step 5, .*learning rate is about 9\..*float32"):
        train(run, model, data())
    assert run.newest_checkpoint().facts["step"] == 4, "weights that are lost are not saved"


def test_memory_that_does_not_suffice_is_told_with_what_to_do(tmp_path):
    run, model = begin(tmp_path / "run", batch_size=16, accumulate=2)

    def fill(module, inputs):
        raise torch.OutOfMemoryError("CUDA out of memory")

    model.register_forward_pre_hook(fill)
    with pytest.raises(TrainingError, match=r"a batch of 8 images .* --accumulate 4\. .* --batch-size 8"):
        train(run, model, data())


def test_a_batch_larger_than_the_data_is_refused(tmp_path):
    run, model = begin(tmp_path / "run", batch_size=101)
    with pytest.raises(TrainingError, match="batch_size=101 is more than the 100 training images"):
        train(run, model, data())


def test_a_label_that_the_head_lacks_is_refused(tmp_path):
    run, model = begin(tmp_path / "run")
    strange = data()._replace(train=LabelledImages(data().train.images, data().train.labels * 2))
    with pytest.raises(TrainingError, match=r"label 2, .* head knows 0 to 1"):
        train(run, model, strange)


@pytest.mark.parametrize(
    "changes",
    [{}, {"optimizer": "muon", "ema": 0.9, "mixup": 0.5}, {"optimizer": "sgd"}, {"precision": "float16"}],
    ids=str,
)
@pytest.mark.parametrize("stopped_at", [8, 16])
def test_resumed_it_is_the_unbroken_one_to_the_last_bit(stopped_at, changes, tmp_path, monkeypatch):
    whole, model = begin(tmp_path / "whole", **changes)
    train(whole, model, data())
    wanted = weights(model)

    broken, model = begin(tmp_path / "broken", **changes)
    handle = model.register_forward_pre_hook(stop_after(stopped_at))
    with pytest.raises(PowerCut):
        train(broken, model, data())
    handle.remove()
    run, model = again(broken)
    torch.rand(7)  # what others drew must not matter
    there = run.newest_checkpoint().facts
    assert there["step"] == stopped_at
    summary = train(run, model, data())
    done, seconds = summary.steps - stopped_at, summary.seconds - there["seconds"]
    assert summary.images_per_second == pytest.approx(done * RECIPE.batch_size / seconds), "of this start alone"
    assert torch.equal(weights(model), wanted)
    assert without_times(run) == without_times(whole)


class PowerCut(BaseException):
    pass


def stop_after(step):
    """Break off in the middle of the third step after a checkpoint."""
    passes = []

    def hook(module, inputs):
        passes.append(module.training)
        if sum(passes) == step + 3:
            raise PowerCut

    return hook
