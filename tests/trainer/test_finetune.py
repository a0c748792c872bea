"""Starting from weights: of a run, of Google's files, of other libraries; frozen, or with LoRA."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from stripes import CONFIG, RECIPE, begin, data

import vit_course
from vit_course import VisionTransformer
from vit_course.trainer import Run, TrainingError, load_model, train
from vit_course.trainer.finetune import build_model, config_of, gelu_of, load_weights, pixels_of
from vit_course.trainer.source import Start
from vit_course.weights import export_google

NEW = replace(CONFIG, image_size=16, num_classes=5)


@pytest.fixture
def trained(tmp_path):
    run, model = begin(tmp_path / "trained", max_steps=60)
    train(run, model, data())
    return run


def after(run, folder, start, config=None, **changes):
    """A run that starts from another."""
    recipe = replace(RECIPE, **{"max_steps": 8, **changes})
    run = Run(folder, config or run.config, recipe, run.source, start).create()
    return run, build_model(run, vit_course.device())


def changed(before, model):
    return {name for name, value in model.state_dict().items() if not torch.equal(value.cpu(), before[name].cpu())}


def test_a_run_is_gone_on_from_with_its_weights(trained, tmp_path):
    run, model = after(trained, tmp_path / "next", Start(weights=str(trained.folder)))
    best, _ = load_model(trained.folder, vit_course.device())
    images = run.normalise(data().test.images.to(vit_course.device()))
    torch.testing.assert_close(model.eval()(images), best(images))
    assert config_of(str(trained.folder), 16, 5) == NEW
    with pytest.raises(TrainingError, match=r"--weights .*: image_size=15 cannot be cut"):
        config_of(str(trained.folder), 15, 5)
    assert pixels_of(str(trained.folder)) == (trained.source.mean, trained.source.std)


def test_other_classes_get_a_new_head_and_another_size_other_positions(trained):
    model = VisionTransformer(NEW)
    with pytest.warns(UserWarning, match="head"):
        load_weights(model, str(trained.folder))
    assert model.head.weight.count_nonzero() == 0
    best, _ = load_model(trained.folder, torch.device("cpu"))
    own = model.state_dict()
    assert own["embeddings.position_embeddings"].shape == (1, 17, 16)
    for name in ("embeddings.cls_token", "encoder.layer.1.ffn.fc1.weight"):
        assert torch.equal(own[name].cpu(), best.state_dict()[name])


@pytest.mark.parametrize("kind", ["npz", "ours", "timm", "torchvision"])
def test_files_are_known_by_their_names(kind, tmp_path):
    torch.manual_seed(1)
    config = replace(
        CONFIG, in_channels=3, gelu="exact", image_size=32, patch_size=16, hidden_size=192, num_heads=3, mlp_dim=768
    )
    images, ours = torch.randn(2, 3, 32, 32), VisionTransformer(config).eval()
    if kind == "npz":
        theirs = VisionTransformer(config).eval()
        torch.nn.init.normal_(theirs.head.weight)
        export_google(theirs, file := tmp_path / "model.npz")
    elif kind == "ours":
        theirs = VisionTransformer(config).eval()
        torch.nn.init.normal_(theirs.head.weight)
        save_file(theirs.state_dict(), file := tmp_path / "model.safetensors")
    elif kind == "timm":
        timm = pytest.importorskip("timm")
        theirs = timm.create_model("vit_tiny_patch16_224", img_size=32, depth=2, num_classes=2).eval().to(images.device)
        save_file(theirs.state_dict(), file := tmp_path / "model.safetensors")
    else:
        from torchvision.models import VisionTransformer as Theirs

        theirs = Theirs(32, 16, 2, 3, 192, 768, num_classes=2).eval().to(images.device)
        save_file(theirs.state_dict(), file := tmp_path / "model.safetensors")
    ours = ours.to(images.device)
    load_weights(ours, str(file))
    torch.testing.assert_close(ours(images), theirs.to(images.device)(images), rtol=1e-4, atol=1e-4)
    assert pixels_of(str(file)) == (((0.5,) * 3,) * 2 if kind == "npz" else None)
    assert config_of(str(file), 16, 5) is None
    assert gelu_of(str(file)) == ("tanh" if kind == "npz" else "exact")


def test_what_cannot_be_loaded_is_told(tmp_path):
    model = VisionTransformer(CONFIG)
    save_file({"something": torch.zeros(1)}, tmp_path / "other.safetensors")
    for weights, message in (
        (str(tmp_path / "nowhere.npz"), "no such file or folder"),
        (str(tmp_path / "other.safetensors"), "its names, as 'something', are those of no library"),
        ("timm:no_such_model", "timm:no_such_model could not be had"),
        ("torchvision:no_such_model", "torchvision:no_such_model could not be had"),
        (str(tmp_path), "holds no run"),
    ):
        with pytest.raises(TrainingError, match=message):
            load_weights(model, weights)


@pytest.mark.parametrize("freeze", ["backbone", "all-but-last-block"])
def test_what_is_frozen_stays(freeze, trained, tmp_path):
    run, model = after(trained, tmp_path / "next", Start(str(trained.folder), freeze))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    train(run, model, data())
    free = {"backbone": ("head",), "all-but-last-block": ("head", "encoder.layer.1", "encoder.encoder_norm")}[freeze]
    assert changed(before, model) == {name for name in before if name.startswith(free)}


def test_lora_learns_and_leaves_a_plain_model(trained, tmp_path):
    start = Start(str(trained.folder), lora=2)
    run, model = after(trained, tmp_path / "whole", start)
    assert train(run, model, data()).validation_accuracy > 0.8
    best, _ = load_model(run.folder, torch.device("cpu"))
    assert set(best.state_dict()) == set(VisionTransformer(run.config).state_dict())
    before, _ = load_model(trained.folder, torch.device("cpu"))
    touched = changed(before.state_dict(), best)
    assert touched == {f"encoder.layer.{i}.attn.{part}.weight" for i in (0, 1) for part in ("query", "value")} | {
        "head.weight",
        "head.bias",
    }


def test_lora_is_resumed_to_the_last_bit(trained, tmp_path):
    start, result = Start(str(trained.folder), lora=2), []
    for name, stops in (("whole", False), ("broken", True)):
        run, model = after(trained, tmp_path / name, start, max_steps=16)
        if stops:
            passes = []

            def stop(module, inputs, passes=passes):
                passes.append(module.training)
                if sum(passes) == 12:
                    raise KeyboardInterrupt

            model.register_forward_pre_hook(stop)
            with pytest.raises(KeyboardInterrupt):
                train(run, model, data())
            run = Run.open(run.folder)
            model = build_model(run, vit_course.device())
        train(run, model, data())
        result.append(torch.cat([p.detach().flatten() for p in model.parameters()]))
    assert torch.equal(*result)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"freeze": "body"}, "no --freeze 'body': .*Known: none, backbone"),
        ({"lora": -1}, "lora=-1 must be the rank"),
        ({"lora": 2, "freeze": "backbone"}, "without freeze"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(TrainingError, match=message):
        Start(**options)
