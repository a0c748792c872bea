"""The original computes in JAX. Here are its layers in flax, and our model beside them with the same weights.

Flax names the parameters itself, in the style of its newer releases: `load_google` reads them as they come.
Optional: `pip install vit-course[original]`.
"""

import dataclasses

import numpy as np
import pytest
import torch

from vit_course import CONFIGS, VisionTransformer, ViTConfig
from vit_course.weights import load_google

from .conftest import relative_error

jax = pytest.importorskip("jax")
nn = pytest.importorskip("flax.linen")
from flax.traverse_util import flatten_dict, unflatten_dict  # noqa: E402

pytestmark = pytest.mark.slow


class StandardisedConv(nn.Module):
    features: int
    size: int
    stride: int = 1

    @nn.compact
    def __call__(self, x):
        shape = (self.size, self.size, x.shape[-1], self.features)
        kernel = self.param("kernel", nn.initializers.lecun_normal(), shape)
        kernel = kernel - kernel.mean(axis=(0, 1, 2))
        kernel = kernel / (kernel.std(axis=(0, 1, 2)) + 1e-5)
        layout = ("NHWC", "HWIO", "NHWC")
        return jax.lax.conv_general_dilated(x, kernel, (self.stride, self.stride), "SAME", dimension_numbers=layout)


class Unit(nn.Module):
    features: int
    stride: int

    @nn.compact
    def __call__(self, x):
        shortcut = x
        if self.stride > 1 or x.shape[-1] != 4 * self.features:
            shortcut = StandardisedConv(4 * self.features, 1, self.stride, name="conv_proj")(x)
            shortcut = nn.GroupNorm(name="gn_proj")(shortcut)
        x = nn.relu(nn.GroupNorm(name="gn1")(StandardisedConv(self.features, 1, name="conv1")(x)))
        x = nn.relu(nn.GroupNorm(name="gn2")(StandardisedConv(self.features, 3, self.stride, name="conv2")(x)))
        x = nn.GroupNorm(name="gn3")(StandardisedConv(4 * self.features, 1, name="conv3")(x))
        return nn.relu(shortcut + x)


class Stage(nn.Module):
    features: int
    units: int
    stride: int

    @nn.compact
    def __call__(self, x):
        for i in range(self.units):
            x = Unit(self.features, self.stride if i == 0 else 1, name=f"unit{i + 1}")(x)
        return x


class MlpBlock(nn.Module):
    mlp_dim: int

    @nn.compact
    def __call__(self, x):
        hidden = nn.gelu(nn.Dense(self.mlp_dim)(x))  # flax's default, which is the tanh approximation
        return nn.Dense(x.shape[-1])(hidden)


class EncoderBlock(nn.Module):
    config: ViTConfig

    @nn.compact
    def __call__(self, x):
        normed = nn.LayerNorm()(x)
        x = x + nn.MultiHeadDotProductAttention(self.config.num_heads)(normed)
        normed = nn.LayerNorm()(x)
        return x + MlpBlock(self.config.mlp_dim)(normed)


class Positions(nn.Module):
    @nn.compact
    def __call__(self, x):
        return x + self.param("pos_embedding", nn.initializers.normal(0.02), (1, *x.shape[1:]))


class Encoder(nn.Module):
    config: ViTConfig

    @nn.compact
    def __call__(self, x):
        x = Positions(name="posembed_input")(x)
        for i in range(self.config.num_layers):
            x = EncoderBlock(self.config, name=f"encoderblock_{i}")(x)
        return nn.LayerNorm(name="encoder_norm")(x)


class Original(nn.Module):
    config: ViTConfig

    @nn.compact
    def __call__(self, x):
        config = self.config
        if config.resnet:
            width = config.resnet.stem_channels
            x = nn.relu(nn.GroupNorm(name="gn_root")(StandardisedConv(width, 7, 2, name="conv_root")(x)))
            x = nn.max_pool(x, (3, 3), strides=(2, 2), padding="SAME")
            for i, units in enumerate(config.resnet.num_layers):
                x = Stage(width * 2**i, units, 1 if i == 0 else 2, name=f"block{i + 1}")(x)
        size = (config.patch_size, config.patch_size)
        x = nn.Conv(config.hidden_size, size, strides=size, padding="VALID", name="embedding")(x)
        x = x.reshape(len(x), -1, config.hidden_size)
        if config.classifier == "token":
            token = self.param("cls", nn.initializers.zeros, (1, 1, config.hidden_size))
            x = jax.numpy.concatenate([jax.numpy.tile(token, (len(x), 1, 1)), x], axis=1)
        x = Encoder(config, name="Transformer")(x)
        x = x[:, 0] if config.classifier == "token" else x.mean(axis=1)
        if config.representation_size:
            x = nn.tanh(nn.Dense(config.representation_size, name="pre_logits")(x))
        return nn.Dense(config.num_classes, name="head")(x)


def random_weights(module, images):
    """Flax's own start for the kernels, and random numbers where it starts from zeros and ones."""
    draw = np.random.default_rng(0)
    shapes = jax.eval_shape(module.init, jax.random.key(0), images)["params"]
    arrays = {}
    for path, shape in flatten_dict(shapes).items():
        numbers = draw.standard_normal(shape.shape, dtype=np.float32)
        if path[-1] == "kernel":
            outputs = shape.shape[-1] if "out" in path or len(shape.shape) != 3 else np.prod(shape.shape[1:])
            arrays["/".join(path)] = numbers * np.float32((outputs / numbers.size) ** 0.5)
        else:
            centre = (0.3 if "gn3" in path else 1) if path[-1] == "scale" else 0
            arrays["/".join(path)] = np.float32(centre) + np.float32(0.1) * numbers
    return arrays


CASES = {
    "plain": ("ViT-Ti_16", {}),
    "plain, average and representation layer": (
        "ViT-S_32",
        {"num_layers": 2, "classifier": "gap", "representation_size": 96},
    ),
    "hybrid": ("R50-ViT-B_16", {}),
    "hybrid of four stages": ("R26-ViT-S_32", {"num_layers": 2}),
    "hybrid of the stem": ("R-ViT-Ti_16", {"num_layers": 2}),
}


def compared(case, dtype):
    """The original's logits and ours, with the same weights and the same noise as the image."""
    name, changes = CASES[case]
    config = dataclasses.replace(CONFIGS[name], **changes)
    original = Original(config)
    images = np.random.default_rng(1).standard_normal((1, 224, 224, 3), dtype=np.float32)
    arrays = random_weights(original, images.astype(dtype))
    nested = unflatten_dict({tuple(path.split("/")): array.astype(dtype) for path, array in arrays.items()})
    expected = jax.jit(original.apply)({"params": nested}, images.astype(dtype))

    model = VisionTransformer(config).eval()
    load_google(model, arrays)
    images = torch.from_numpy(images.astype(dtype)).permute(0, 3, 1, 2)
    return torch.from_numpy(np.array(expected)), model.to(images.dtype)(images)


@pytest.mark.parametrize("case", CASES)
def test_formulas_are_the_originals_to_the_rounding_of_float64(case):
    with jax.enable_x64(True):
        theirs, ours = compared(case, np.float64)
        assert theirs.dtype == ours.dtype == torch.float64
    error = relative_error(ours, theirs)
    print(f"{case}: relative error {error:.1e} in float64")
    assert error < 1e-12


@pytest.mark.parametrize("case", CASES)
def test_rounding_in_float32_is_no_larger_than_the_originals(case):
    """Each is compared with the original in float64: what differs between the two in float32 is rounding of both."""
    with jax.enable_x64(True):
        exact, _ = compared(case, np.float64)
    theirs, ours = compared(case, np.float32)
    errors = {"the original": relative_error(theirs, exact), "ours": relative_error(ours, exact)}
    print(f"{case}: relative error in float32", {name: f"{error:.1e}" for name, error in errors.items()})
    assert errors["ours"] < 2 * errors["the original"] + 2e-6
