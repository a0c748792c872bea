"""The hybrid's ResNet: weight standardisation, "SAME" padding, units and stages."""

import math

import pytest
import torch
import torch.nn.functional as F
from gradients import gradcheck

from vit_course import ResNetConfig, resnet
from vit_course.resnet import (
    Bottleneck,
    MaxPool2dSame,
    ResNetV2,
    StdConv2d,
    feature_map_size,
    pad_same,
    same_padding,
    standardise_weight,
)


def randomised(module):
    torch.manual_seed(0)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.3 if parameter.ndim > 1 else 1)
    return module.eval()


def test_standardised_weight():
    weight = 3 + 2 * torch.randn(5, 4, 3, 3, dtype=torch.float64)
    standard = standardise_weight(weight)
    torch.testing.assert_close(standard.mean(dim=(1, 2, 3)), torch.zeros(5, dtype=torch.float64))
    # A deviation of d becomes d / (d + 1e-5): visible for small filters, and where it differs from eps in the variance.
    small = standardise_weight(1e-4 * weight)
    deviation = 1e-4 * weight.flatten(1).std(dim=1, correction=0)
    torch.testing.assert_close(small.flatten(1).std(dim=1, correction=0), deviation / (deviation + 1e-5))


@pytest.mark.parametrize("size", range(1, 20))
@pytest.mark.parametrize(("kernel_size", "stride"), [(1, 1), (3, 1), (7, 1), (1, 2), (3, 2), (7, 2), (5, 3), (2, 2)])
def test_same_padding(size, kernel_size, stride):
    before, after = same_padding(size, kernel_size, stride)
    assert 0 <= before <= after <= before + 1
    padded = size + before + after
    assert (padded - kernel_size) // stride + 1 == math.ceil(size / stride)
    if before + after:  # and no more than that
        assert (padded - 1 - kernel_size) // stride + 1 < math.ceil(size / stride)


def test_paddings_at_224():
    assert same_padding(224, 7, 2) == (2, 3)
    assert same_padding(112, 3, 2) == same_padding(56, 3, 2) == (0, 1)


@pytest.mark.parametrize("shape", [(8, 8), (9, 12), (1, 7)])
@pytest.mark.parametrize(("kernel_size", "stride"), [(1, 1), (3, 1), (1, 2), (3, 2), (7, 2)])
def test_convolution(shape, kernel_size, stride):
    convolution, inputs = randomised(StdConv2d(2, 4, kernel_size, stride)), torch.randn(2, 2, *shape)
    top, bottom = same_padding(shape[0], kernel_size, stride)
    left, right = same_padding(shape[1], kernel_size, stride)
    padded = torch.zeros(2, 2, shape[0] + top + bottom, shape[1] + left + right)
    padded[:, :, top : top + shape[0], left : left + shape[1]] = inputs
    expected = F.conv2d(padded, standardise_weight(convolution.weight), stride=stride)
    torch.testing.assert_close(convolution(inputs), expected, rtol=1e-5, atol=1e-5)
    assert convolution.bias is None


@pytest.mark.parametrize("size", [(6, 6), (7, 7), (6, 9)])
def test_pooling_pads_with_nothing_that_could_win(size):
    inputs = -1 - torch.rand(1, 2, *size)
    pooled = MaxPool2dSame()(inputs)
    assert pooled.shape[2:] == (math.ceil(size[0] / 2), math.ceil(size[1] / 2))
    assert pooled.max() <= -1
    top, left = same_padding(size[0], 3, 2)[0], same_padding(size[1], 3, 2)[0]
    assert torch.equal(pooled[:, :, 0, 0], inputs[:, :, : 3 - top, : 3 - left].amax(dim=(2, 3)))


def test_pad_same_says_where():
    padded = pad_same(torch.ones(1, 1, 4, 5), kernel_size=3, stride=2, value=7.0)
    assert padded[0, 0].tolist() == [[7, 1, 1, 1, 1, 1, 7]] * 4 + [[7] * 7]


def group_norm(inputs, norm):
    groups = inputs.reshape(len(inputs), 32, -1)
    groups = groups - groups.mean(dim=2, keepdim=True)
    groups = groups / (groups.square().mean(dim=2, keepdim=True) + 1e-6).sqrt()
    return groups.reshape(inputs.shape) * norm.weight[:, None, None] + norm.bias[:, None, None]


@pytest.mark.parametrize(("arriving", "stride", "projects"), [(128, 1, False), (128, 2, True), (64, 1, True)])
def test_bottleneck(arriving, stride, projects):
    unit, inputs = randomised(Bottleneck(arriving, 32, stride)), 1e-2 * torch.randn(2, arriving, 6, 6)
    assert unit.project is projects
    shortcut = group_norm(unit.conv_proj(inputs), unit.norm_proj) if projects else inputs
    branch = group_norm(unit.conv1(inputs), unit.norm1).relu()
    branch = group_norm(unit.conv2(branch), unit.norm2).relu()
    expected = (shortcut + group_norm(unit.conv3(branch), unit.norm3)).relu()
    before = inputs.clone()
    torch.testing.assert_close(unit(inputs), expected, rtol=1e-4, atol=1e-4)
    assert torch.equal(inputs, before)
    assert [c.stride[0] for c in (unit.conv1, unit.conv2, unit.conv3)] == [1, stride, 1]


def test_a_unit_starts_by_passing_its_shortcut_on():
    inputs = torch.rand(2, 128, 6, 6)
    assert torch.equal(Bottleneck(128, 32)(inputs), inputs)


@pytest.mark.parametrize(
    ("layers", "width", "channels", "cells"),
    [((), 1.0, 64, 16), ((1, 1, 1), 1.0, 1024, 4), ((1, 2, 1, 1), 1.0, 2048, 2), ((2,), 2.0, 512, 16)],
)
def test_feature_map(layers, width, channels, cells):
    config = ResNetConfig(layers, width)
    features = ResNetV2(config)(torch.randn(1, 3, 64, 64))
    assert features.shape == (1, channels, cells, cells)
    assert (config.out_channels, 64 // config.stride, feature_map_size(64, config)) == (channels, cells, cells)


@pytest.mark.parametrize("size", [31, 33, 50])
def test_size_of_the_feature_map_rounds_up(size):
    config = ResNetConfig((1, 1, 1))
    assert ResNetV2(config)(torch.randn(1, 3, size, 32)).shape[2:] == (feature_map_size(size, config), 2)


def test_every_unit_is_there_and_gets_a_gradient():
    resnet = randomised(ResNetV2(ResNetConfig((3, 4, 9)), in_channels=1))
    assert [len(stage) for stage in resnet.body] == [3, 4, 9]
    resnet(torch.randn(1, 1, 32, 32)).square().sum().backward()
    assert all(parameter.grad.any() for parameter in resnet.parameters())


def test_gradients_are_right_in_float64():
    convolution = randomised(StdConv2d(2, 3, 3, 2)).double()
    inputs = torch.randn(1, 2, 6, 6, dtype=torch.float64, requires_grad=True)
    assert gradcheck(convolution, inputs)
    assert gradcheck(standardise_weight, convolution.weight)
    norm = torch.nn.GroupNorm(2, 4, eps=1e-6).double()
    assert gradcheck(norm, torch.randn(1, 4, 3, 3, dtype=torch.float64, requires_grad=True))


def test_filter_of_equal_weights_has_a_finite_gradient():
    weight = torch.ones(2, 3, 3, 3, requires_grad=True)
    standardise_weight(weight).square().sum().backward()
    assert weight.grad.isfinite().all()


@pytest.mark.parametrize(
    ("size", "kernel", "stride"), [((8, 11), 3, 2), ((7, 6), 5, 3), ((9, 4), 1, 2), ((5, 10), 3, 1)]
)
def test_convolve_same_is_pytorchs_own_at_stride_1_and_every_strideth_of_the_padded_otherwise(size, kernel, stride):
    torch.manual_seed(0)
    images, weight = torch.randn(2, 3, *size), torch.randn(4, 3, kernel, kernel)
    found = resnet.convolve_same(images, weight, stride)
    assert found.shape[2:] == tuple(math.ceil(side / stride) for side in size)
    if stride == 1:
        assert torch.allclose(found, F.conv2d(images, weight, padding="same"), atol=1e-5)
    padded = resnet.pad_same(images, kernel, stride)
    assert torch.allclose(found, F.conv2d(padded, weight)[:, :, ::stride, ::stride], atol=1e-5)
