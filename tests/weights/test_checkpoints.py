"""State dicts as people have them: in a checkpoint, with something in front of every name, without a head."""

import warnings

import pytest
import torch

from vit_course import VisionTransformer
from vit_course.exercises.engine.small import small_config
from vit_course.weights import WeightsError, load_timm, timm
from vit_course.weights.engine import expand

CONFIG = small_config(num_layers=3, num_classes=5)


def made(config=CONFIG, seed=0):
    torch.manual_seed(seed)
    model = VisionTransformer(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    return model


def timms(model):
    """The model's weights under timm's names."""
    parameters = dict(model.named_parameters())
    rows = expand(timm.table(model.config), model.config)
    heads = model.config.num_heads
    return {row.theirs: row.to_theirs(parameters, heads).detach() for row in rows if row.ours[0] in parameters}


def prefixed(tensors, prefix):
    return {prefix + name: value for name, value in tensors.items()}


def loaded_as_it_should_be(source, **options):
    model = made(seed=1)
    load_timm(model, source, **options)
    wanted = made().state_dict()
    return all(torch.equal(value, wanted[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda tensors: prefixed(tensors, "module."),
        lambda tensors: prefixed(tensors, "_orig_mod."),
        lambda tensors: prefixed(tensors, "model."),
        lambda tensors: prefixed(tensors, "backbone."),
        lambda tensors: prefixed(tensors, "module._orig_mod.model."),
        lambda tensors: {"state_dict": tensors, "epoch": 3},
        lambda tensors: {"model": tensors, "optimizer": {"state": {}}, "epoch": 3},
        lambda tensors: {"model_ema": tensors},
        lambda tensors: {"teacher": prefixed(tensors, "module.backbone."), "epoch": 3},
        lambda tensors: {"model": {"state_dict": prefixed(tensors, "module.")}},
    ],
)
def test_wrapped_state_dicts_load_without_a_word(wrapped, tmp_path):
    with warnings.catch_warnings(action="error"):
        assert loaded_as_it_should_be(wrapped(timms(made())))
        torch.save(wrapped(timms(made())), tmp_path / "checkpoint.pth")
        assert loaded_as_it_should_be(tmp_path / "checkpoint.pth")


def test_of_two_sets_of_weights_the_plain_one_is_taken_aloud():
    checkpoint = {"model_ema": timms(made(seed=2)), "model": timms(made())}
    with pytest.warns(UserWarning, match=r"'model' is taken and model_ema left"):
        assert loaded_as_it_should_be(checkpoint)


def test_what_stands_beside_a_backbone_is_left_out_aloud():
    tensors = prefixed(timms(made()), "backbone.") | {"head.mlp.0.weight": torch.ones(2, 2)}
    with pytest.warns(UserWarning, match=r"only what begins with 'backbone.' is used, not head.mlp.0.weight"):
        assert loaded_as_it_should_be(tensors)


def test_a_headless_file_leaves_a_head_of_zeros_aloud():
    """As that of a masked autoencoder, whose decoder has no place here either."""
    tensors = {name: value for name, value in timms(made()).items() if not name.startswith("head")}
    tensors |= {"mask_token": torch.zeros(1, 1, 8), "decoder_blocks.0.norm1.weight": torch.ones(8)}
    model = made(seed=1)
    with pytest.warns(UserWarning) as said:
        load_timm(model, {"model": tensors})
    texts = [str(one.message) for one in said]
    assert any("it holds no head; the model's own for 5 classes starts from zero" in text for text in texts)
    assert any("left out, for the model has no place for it: mask_token and 1 more" in text for text in texts)
    assert not model.head.weight.any() and not model.head.bias.any()
    assert torch.equal(model.embeddings.cls_token, made().embeddings.cls_token)


def test_names_of_another_layout_get_one_line_and_not_a_list():
    with pytest.raises(WeightsError) as error:
        load_timm(made(), {f"features.{i}.weight": torch.ones(3) for i in range(40)})
    text = str(error.value)
    assert len(text.splitlines()) == 1 and "none of its names is one of this layout" in text
    assert "features.0.weight and 39 more" in text and "another of the loaders" in text
