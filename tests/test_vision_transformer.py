"""The whole model: what comes out, what is refused, its start, and that it behaves as a PyTorch module should."""

import copy
import dataclasses
import pickle
import subprocess
import sys
import textwrap

import pytest
import safetensors.torch
import torch

from vit_course import CONFIGS, ResNetConfig, VisionTransformer, ViTConfig
from vit_course.embeddings import patchify, unpatchify

PLAIN = ViTConfig(
    hidden_size=24, mlp_dim=40, num_heads=3, num_layers=3, image_size=(16, 24), patch_size=8, num_classes=5
)
HYBRID = dataclasses.replace(PLAIN, image_size=32, patch_size=2, resnet=ResNetConfig((1, 1)))
VARIANTS = {
    "plain": PLAIN,
    "hybrid": HYBRID,
    "stem": dataclasses.replace(HYBRID, patch_size=4, resnet=ResNetConfig(())),
    "gap": dataclasses.replace(PLAIN, classifier="gap"),
    "representation": dataclasses.replace(PLAIN, representation_size=7),
    "no head": dataclasses.replace(PLAIN, num_classes=0),
    "sincos": dataclasses.replace(PLAIN, positions="sincos"),
    "options": dataclasses.replace(PLAIN, num_registers=2, layer_scale=0.1, drop_path=0.2, dropout=0.1),
}


def made(config):
    """A model in which no parameter is zero, and none is without effect."""
    torch.manual_seed(0)
    model = VisionTransformer(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.ndim > 1 else 1)
    return model


def images_for(config, batch=2):
    return torch.randn(batch, config.in_channels, *config.image_height_width)


@pytest.mark.parametrize("variant", VARIANTS)
def test_results(variant):
    config = VARIANTS[variant]
    model, images = made(config), images_for(config)
    tokens = config.num_patches + (config.classifier == "token") + config.num_registers
    logits = model(images)
    assert logits.shape == (2, config.num_classes or 24)
    again, attention = model(images, return_attention=True)
    torch.testing.assert_close(again, logits, rtol=1e-5, atol=1e-5)
    assert [weights.shape for weights in attention] == [(2, 3, tokens, tokens)] * 3
    features = model.forward_features(images)
    assert features.shape == (2, tokens, 24)
    assert torch.equal(model.classify(features), logits)
    torch.testing.assert_close(model.encoder(model.embed(images))[0], features)


def test_head():
    model, images = made(VARIANTS["representation"]), images_for(PLAIN)
    features = model.forward_features(images)[:, 0]
    torch.testing.assert_close(model(images), model.head(torch.tanh(model.pre_logits(features))))
    model = made(VARIANTS["gap"])
    torch.testing.assert_close(model(images), model.head(model.forward_features(images).mean(dim=1)))
    model = made(VARIANTS["no head"])
    assert torch.equal(model(images), model.forward_features(images)[:, 0])


@pytest.mark.parametrize("variant", ["plain", "hybrid"])
def test_images_of_another_size_are_refused_in_pixels(variant):
    height, width = VARIANTS[variant].image_height_width
    # One pixel less gives a hybrid the same feature map: it must be refused all the same.
    with pytest.raises(ValueError, match=f"is {height - 1} x {width} .* made for {height} x {width}: .*image_size="):
        made(VARIANTS[variant])(torch.zeros(1, 3, height - 1, width))
    with pytest.raises(ValueError, match="has channels=1 and the model is made for 3"):
        made(VARIANTS[variant])(torch.zeros(1, 1, height, width))


@pytest.mark.parametrize("variant", VARIANTS)
def test_neighbours_in_the_batch_do_not_matter(variant):
    model, images = made(VARIANTS[variant]), images_for(VARIANTS[variant], batch=3)
    torch.testing.assert_close(model(images)[1:2], model(images[1:2]), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("return_attention", [False, True])
def test_every_parameter_gets_a_gradient(variant, return_attention):
    model = made(VARIANTS[variant])
    output = model(images_for(VARIANTS[variant]), return_attention=return_attention)
    (output[0] if return_attention else output).square().sum().backward()
    # The same number added to all keys changes no softmax: their bias alone has none, up to rounding.
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert [name for name in without if not name.endswith("key.bias")] == []


@pytest.mark.parametrize("classifier", ["token", "gap"])
def test_without_positions_the_order_of_patches_is_nothing(classifier):
    images = images_for(PLAIN)
    shuffled = unpatchify(patchify(images, 8)[:, [4, 1, 5, 0, 3, 2]], 8, (2, 3))
    none = made(dataclasses.replace(PLAIN, positions="none", classifier=classifier))
    torch.testing.assert_close(none(shuffled), none(images), rtol=1e-4, atol=1e-5)
    learned = made(dataclasses.replace(PLAIN, classifier=classifier))
    assert (learned(shuffled) - learned(images)).abs().max() > 0.02


def test_the_start():
    model = VisionTransformer(dataclasses.replace(PLAIN, representation_size=200))
    assert not model.head.weight.any() and not model.head.bias.any() and not model.pre_logits.bias.any()
    assert abs(model.pre_logits.weight.std().item() * 24**0.5 - 1) < 0.05
    assert not model(images_for(PLAIN)).any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_copies(variant, tmp_path):
    config = VARIANTS[variant]
    model, images = made(config), images_for(config)
    expected = model(images)
    assert torch.equal(copy.deepcopy(model)(images), expected)
    assert torch.equal(pickle.loads(pickle.dumps(model))(images), expected)
    safetensors.torch.save_file(model.state_dict(), tmp_path / "model.safetensors")
    other = VisionTransformer(config).eval()
    other.load_state_dict(safetensors.torch.load_file(tmp_path / "model.safetensors"))
    assert torch.equal(other(images), expected)


@pytest.mark.parametrize("variant", ["plain", "hybrid"])
def test_autocast_to_bfloat16(variant):
    model, images = made(VARIANTS[variant]), images_for(VARIANTS[variant])
    expected = model(images)
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(images)
        written_out, attention = model(images, return_attention=True)
    assert logits.dtype == torch.bfloat16
    # bfloat16 keeps 8 bits: a relative error of 1/256 a rounding, over some dozen of them.
    for result in (logits, written_out):
        assert (result - expected).norm() < 0.06 * expected.norm()
    torch.testing.assert_close(attention[0].float().sum(dim=-1), torch.ones(attention[0].shape[:3]), rtol=0, atol=0.02)


def test_float64():
    model = made(PLAIN).double()
    logits = model(images_for(PLAIN).double())
    assert logits.dtype == torch.float64
    torch.testing.assert_close(model(images_for(PLAIN).double(), return_attention=True)[0].shape, logits.shape)


def test_meta_device_holds_the_largest():
    with torch.device("meta"):
        assert VisionTransformer(CONFIGS["ViT-H_14"]).head.weight.device.type == "meta"


# The shape checks that these tests switch on break a graph: compile and export are tried in a process without them.
COMPILED = """
    import dataclasses, torch
    from vit_course import ResNetConfig, VisionTransformer, ViTConfig

    torch.manual_seed(0)
    plain = ViTConfig(hidden_size=24, mlp_dim=40, num_heads=3, num_layers=2, image_size=16, patch_size=8, num_classes=5,
                      num_registers=1, layer_scale=0.5)
    hybrid = dataclasses.replace(plain, image_size=32, patch_size=2, classifier="gap", resnet=ResNetConfig((1, 1)))
    for config in (plain, hybrid):
        model = VisionTransformer(config).eval()
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.3 if parameter.ndim > 1 else 1)
        images = torch.randn(2, 3, *config.image_height_width)
        expected, expected_attention = model(images, return_attention=True)
        compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
        logits, attention = compiled(images, return_attention=True)
        torch.testing.assert_close(logits, expected, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(attention, expected_attention, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(compiled(images), expected, rtol=1e-5, atol=1e-5)
        model.train()
        compiled(images).sum().backward()
        model.eval()
        exported = torch.export.export(model, (images,))
        torch.testing.assert_close(exported.module()(images), expected, rtol=1e-5, atol=1e-5)
        batches = {"images": {0: torch.export.Dim("batch")}, "return_attention": None}
        exported = torch.export.export(model, (images, True), dynamic_shapes=batches)
        more = torch.randn(5, 3, *config.image_height_width)
        torch.testing.assert_close(exported.module()(more, True)[0], model(more), rtol=1e-5, atol=1e-5)
    print("one graph each")
"""


@pytest.mark.slow
def test_compiles_to_one_graph_and_exports():
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(COMPILED)], capture_output=True, text=True, timeout=300, check=False
    )
    assert run.stdout == "one graph each\n", run.stderr
