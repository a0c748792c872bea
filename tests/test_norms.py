"""Each normalisation against PyTorch's: outputs, gradients, running statistics."""

import pytest
import torch
import torch.nn.functional as F
from gradients import gradcheck
from torch import nn

from vit_course import VisionTransformer, ViTConfig, device
from vit_course.norms import (
    BatchNorm,
    LayerNorm,
    RMSNorm,
    batch_norm,
    fold_batch_norm,
    fold_norm,
    group_norm,
    instance_norm,
    layer_norm,
    masked_batch_norm,
    replace_norms,
    rms_norm,
    which_axes,
)

EPS = 1e-3  # large enough that its place, inside the root, shows
SHAPES = [(2, 3, 8), (5, 1, 12), (1, 7, 4), (4, 50, 64)]


def swapped(x):
    """PyTorch has the hidden units second, as channels."""
    return x.transpose(1, 2)


def ours_and_pytorchs(kind, x, weight, bias, statistics, training=True):
    mean, variance = statistics
    if kind == "layer":
        return layer_norm(x, weight, bias, EPS), F.layer_norm(x, x.shape[-1:], weight, bias, EPS)
    if kind == "rms":
        return rms_norm(x, weight, EPS), F.rms_norm(x, x.shape[-1:], weight, EPS)
    if kind == "batch":
        ours, _, _ = batch_norm(x, weight, bias, mean, variance, training=training, eps=EPS)
        theirs = F.batch_norm(swapped(x), mean.clone(), variance.clone(), weight, bias, training=training, eps=EPS)
    elif kind == "group":
        ours = group_norm(x, 4, weight, bias, EPS)
        theirs = F.group_norm(swapped(x), 4, weight, bias, EPS)
    else:
        ours = instance_norm(x, weight, bias, EPS)
        theirs = F.instance_norm(swapped(x), weight=weight, bias=bias, eps=EPS)
    return ours, swapped(theirs)


def numbers(shape, dtype=torch.float64):
    """Input, weight, bias, statistics and an upstream gradient, none of them near what a module begins with."""
    generator = torch.Generator(device()).manual_seed(sum(shape))
    hidden = shape[-1]
    x = 2 + 3 * torch.randn(shape, generator=generator, dtype=dtype)
    weight, bias, mean, gradient = (torch.randn(s, generator=generator, dtype=dtype) for s in (hidden,) * 3 + (shape,))
    variance = 0.5 + torch.rand(hidden, generator=generator, dtype=dtype)
    return x.requires_grad_(), weight.requires_grad_(), bias.requires_grad_(), (mean, variance), gradient


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (kind, shape)
        for kind in ("layer", "rms", "batch", "batch, evaluation", "group", "instance")
        for shape in SHAPES
        if kind != "instance" or shape[1] > 1  # PyTorch refuses one token: its variance is 0
    ],
    ids=str,
)
def test_equals_pytorch_in_output_and_gradients(kind, shape, dtype):
    x, weight, bias, statistics, upstream = numbers(shape, dtype)
    ours, theirs = ours_and_pytorchs(kind.split(",")[0], x, weight, bias, statistics, training="," not in kind)
    assert ours.dtype == dtype and ours.shape == x.shape
    tolerance = 1e-6 if dtype == torch.float32 else 1e-12
    torch.testing.assert_close(ours, theirs, atol=tolerance, rtol=tolerance)
    parameters = [x, weight] if kind == "rms" else [x, weight, bias]
    gradients = [torch.autograd.grad(output, parameters, upstream, retain_graph=True) for output in (ours, theirs)]
    for our_gradient, their_gradient in zip(*gradients, strict=True):
        scale = their_gradient.abs().max().clamp(min=1)  # a weight's gradient is a sum over all tokens
        torch.testing.assert_close(our_gradient / scale, their_gradient / scale, atol=tolerance, rtol=0)


@pytest.mark.parametrize("kind", ["layer", "rms", "batch", "group", "instance"])
def test_gradcheck(kind):
    x, weight, bias, statistics, _ = numbers((2, 3, 8))
    assert gradcheck(lambda x, weight, bias: ours_and_pytorchs(kind, x, weight, bias, statistics)[0], (x, weight, bias))


@pytest.mark.parametrize("momentum", [0.1, 0.7])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_running_statistics_equal_pytorchs_over_several_batches(shape, momentum):
    torch.manual_seed(0)
    ours, theirs = BatchNorm(shape[-1], momentum, EPS), nn.BatchNorm1d(shape[-1], EPS, momentum)
    for step in range(4):
        x = step + (1 + step) * torch.randn(shape)
        torch.testing.assert_close(ours(x), swapped(theirs(swapped(x))), atol=1e-6, rtol=1e-6)
        torch.testing.assert_close(ours.running_mean, theirs.running_mean, atol=1e-6, rtol=1e-6)
        torch.testing.assert_close(ours.running_var, theirs.running_var, atol=1e-6, rtol=1e-6)
    before = ours.running_mean.clone(), ours.running_var.clone()
    ours.eval(), theirs.eval()
    torch.testing.assert_close(ours(x), swapped(theirs(swapped(x))), atol=1e-6, rtol=1e-6)
    assert torch.equal(ours.running_mean, before[0]) and torch.equal(ours.running_var, before[1])


def test_running_statistics_hold_no_graph_and_are_saved():
    norm = BatchNorm(8)
    norm(torch.randn(4, 5, 8, requires_grad=True))
    assert not norm.running_mean.requires_grad and not norm.running_var.requires_grad
    assert set(norm.state_dict()) == set(nn.BatchNorm1d(8).state_dict()) - {"num_batches_tracked"}
    copy = BatchNorm(8)
    copy.load_state_dict(norm.state_dict())
    assert torch.equal(copy.running_var, norm.running_var)


def test_batch_norm_leaves_the_statistics_that_it_was_given():
    mean, variance = torch.zeros(8), torch.ones(8)
    batch_norm(torch.randn(4, 8), torch.ones(8), torch.zeros(8), mean, variance, training=True)
    assert torch.equal(mean, torch.zeros(8)) and torch.equal(variance, torch.ones(8))


def test_batch_norm_of_chosen_tokens():
    """Rows without a batch of their own, as masked statistics need them, equal PyTorch's [batch, channels]."""
    x, weight, bias, (mean, variance), _ = numbers((4, 5, 8))
    chosen = x[torch.rand(4, 5) < 0.5]
    ours, _, _ = batch_norm(chosen, weight, bias, mean, variance, training=True, eps=EPS)
    theirs = F.batch_norm(chosen, mean.clone(), variance.clone(), weight, bias, training=True, eps=EPS)
    torch.testing.assert_close(ours, theirs)


def test_images_are_blocks_of_tokens_too():
    """[batch, channels, height, width] with its pixels as tokens equals PyTorch's GroupNorm and BatchNorm2d."""
    images = torch.randn(2, 8, 5, 3)
    tokens = images.flatten(2).transpose(1, 2)
    ours = group_norm(tokens, 2, torch.ones(8), torch.zeros(8))
    torch.testing.assert_close(ours, nn.GroupNorm(2, 8, 1e-6)(images).flatten(2).transpose(1, 2), atol=1e-6, rtol=1e-6)
    theirs = nn.BatchNorm2d(8, 1e-6)(images).flatten(2).transpose(1, 2)
    torch.testing.assert_close(BatchNorm(8)(tokens), theirs, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "axes"),
    [
        ("batch", ("batch", "tokens")),
        ("layer", ("hidden",)),
        ("rms", ("hidden",)),
        ("instance", ("tokens",)),
        ("group", ("tokens", "hidden")),
    ],
)
def test_the_axes_that_share_statistics_are_those_that_the_gradient_finds(kind, axes):
    x, weight, bias, statistics, _ = numbers((3, 5, 8))
    output, _ = ours_and_pytorchs(kind, x, weight, bias, statistics)
    (gradient,) = torch.autograd.grad(output[1, 2, 3], x)
    assert which_axes(gradient != 0) == axes


def test_a_cell_that_shares_with_nobody_has_no_axis():
    alone = torch.zeros(2, 3, 4, dtype=torch.bool)
    alone[1, 2, 3] = True
    assert which_axes(alone) == ()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"1 number for each hidden unit.*larger batch, or eval mode"):
        BatchNorm(8)(torch.randn(1, 1, 8))
    assert BatchNorm(8).eval()(torch.randn(1, 1, 8)).isfinite().all()
    with pytest.raises(ValueError, match=r"8 hidden units.*groups=3"):
        group_norm(torch.randn(2, 3, 8), 3, torch.ones(8), torch.zeros(8))


@pytest.mark.parametrize("norm", [LayerNorm, BatchNorm, RMSNorm, nn.Identity])
@pytest.mark.parametrize("start", [nn.LayerNorm, LayerNorm])
def test_replace_norms(norm, start):
    model = nn.Sequential(start(8), nn.Sequential(nn.Linear(8, 6), start(6))).double()
    assert replace_norms(model, norm) is model
    assert type(model[0]) is norm and type(model[1][1]) is norm
    output = model(torch.randn(2, 3, 8, dtype=torch.float64))
    assert output.shape == (2, 3, 6) and output.dtype == torch.float64
    output.sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert all(number.dtype == torch.float64 for number in model.state_dict().values())


def test_replace_norms_of_a_vision_transformer():
    model = VisionTransformer(ViTConfig(8, 16, num_heads=2, num_layers=3, image_size=28, patch_size=14, in_channels=1))
    replace_norms(model, BatchNorm)
    norms = [name for name, part in model.named_modules() if isinstance(part, BatchNorm)]
    assert len(norms) == 2 * 3 + 1  # attention and MLP of each block, and the encoder's last
    model(torch.randn(4, 1, 28, 28))
    assert all(model.get_submodule(name).running_mean.any() for name in norms)


def test_replace_norms_where_there_is_none():
    with pytest.raises(ValueError, match="Linear has no LayerNorm"):
        replace_norms(nn.Linear(3, 3), BatchNorm)


def test_masked_batch_norm_is_batch_norm_of_the_real_tokens():
    torch.manual_seed(0)
    x, weight, bias = torch.randn(3, 5, 4, dtype=torch.float64), torch.randn(4).double(), torch.randn(4).double()
    real = torch.rand(3, 5) > 0.4
    found = masked_batch_norm(x, real, weight, bias, EPS)
    expected = F.batch_norm(x[real], None, None, weight, bias, training=True, eps=EPS)
    assert torch.allclose(found[real], expected, atol=1e-12)
    assert (found[~real] == 0).all()


def test_folded_layer_computes_what_norm_and_layer_do():
    torch.manual_seed(0)
    linear, norm = nn.Linear(6, 3).double(), nn.BatchNorm1d(6, eps=EPS).double()
    norm(torch.randn(50, 6).double() * 3 + 1)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    x = torch.randn(7, 6).double()
    statistics = norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.eps
    folded = F.linear(x, *fold_batch_norm(linear.weight, linear.bias, *statistics))
    assert torch.allclose(folded, linear(norm.eval()(x)), atol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_folded_layer_needs_no_scale_and_shift(bias):
    torch.manual_seed(0)
    norm, linear = nn.LayerNorm(6, eps=EPS).double(), nn.Linear(6, 4, bias=bias).double()
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    before = {
        name: tensor.clone() for part in (norm, linear) for name, tensor in part.state_dict(prefix=str(part)).items()
    }
    folded = fold_norm(norm, linear)
    x = 3 + 2 * torch.randn(2, 5, 6).double()
    plain = F.layer_norm(x, (6,), eps=EPS)
    assert torch.allclose(folded(plain), linear(norm(x)), atol=1e-12)
    assert folded.weight.dtype == torch.float64 and folded.weight.device == linear.weight.device
    after = {name: tensor for part in (norm, linear) for name, tensor in part.state_dict(prefix=str(part)).items()}
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    folded.weight.sum().backward()
    assert linear.weight.grad is None  # a layer of its own


def test_folding_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"normalises \(5,\), and .* reads 6 numbers"):
        fold_norm(nn.LayerNorm(5), nn.Linear(6, 2))
    for norm in (nn.LayerNorm(6, elementwise_affine=False), nn.LayerNorm(6, bias=False)):
        with pytest.raises(ValueError, match="no scale and shift to fold"):
            fold_norm(norm, nn.Linear(6, 2))
