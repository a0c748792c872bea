"""Patches, positions and tokens."""

import copy
import functools
import re

import pytest
import torch
import torch.nn.functional as F

from vit_course import ViTConfig
from vit_course.embeddings import (
    Embeddings,
    check_inputs,
    count_patches,
    embed_any_shape,
    lecun_normal_,
    patchify,
    unpatchify,
)
from vit_course.positions import resize_position_embeddings


def small(**changes):
    numbers = dict(hidden_size=24, mlp_dim=48, num_heads=3, num_layers=1, image_size=(16, 24), patch_size=8)
    return ViTConfig(**(numbers | changes))


def test_patches_come_row_by_row_and_pixel_by_pixel():
    images = torch.arange(2 * 3 * 4 * 6.0).reshape(2, 3, 4, 6)
    patches = patchify(images, 2)
    assert patches.shape == (2, 6, 12)
    # The fourth patch begins the second row of three; its second pixel lies to the right of its first.
    assert patches[1, 3, 3:6].tolist() == images[1, :, 2, 1].tolist()
    assert patches[1, 3, 6:9].tolist() == images[1, :, 3, 0].tolist()


@pytest.mark.parametrize("shape", [(1, 1, 8, 8), (2, 3, 8, 12), (3, 5, 4, 20)])
def test_unpatchify_undoes_patchify(shape):
    images = torch.randn(shape)
    assert torch.equal(unpatchify(patchify(images, 4), 4, (shape[2] // 4, shape[3] // 4)), images)


def test_counting_patches():
    assert count_patches(224, 384, 16) == 14 * 24
    with pytest.raises(ValueError, match=r"225 x 224 pixels .* 224 x 224"):
        count_patches(225, 224, 16)


def test_what_cannot_be_cut_or_put_together_is_refused():
    with pytest.raises(ValueError, match="10 x 12 pixels"):
        patchify(torch.zeros(1, 3, 10, 12), 4)
    with pytest.raises(ValueError, match="holds 4 patches, and there are 6"):
        unpatchify(torch.zeros(1, 6, 48), 4, (2, 2))
    with pytest.raises(ValueError, match="50 values a patch cannot be 4 x 4"):
        unpatchify(torch.zeros(1, 6, 50), 4, (2, 3))


def test_the_convolution_is_a_linear_projection_of_patches():
    embeddings = Embeddings(small(positions="none", classifier="gap"))
    torch.nn.init.normal_(embeddings.patch_embeddings.bias)
    images = torch.randn(2, 3, 16, 24)
    weight = embeddings.patch_embeddings.weight.permute(0, 2, 3, 1).flatten(1)
    expected = F.linear(patchify(images, 8), weight, embeddings.patch_embeddings.bias)
    torch.testing.assert_close(embeddings(images), expected)


def test_order_of_tokens():
    embeddings = Embeddings(small(num_registers=2))
    torch.nn.init.normal_(embeddings.cls_token)
    images = torch.randn(4, 3, 16, 24)
    tokens, positions = embeddings(images), embeddings.position_embeddings
    assert tokens.shape == (4, 1 + 2 + 6, 24)
    torch.testing.assert_close(tokens[:, 0], (embeddings.cls_token + positions)[:, 0].expand(4, -1))
    torch.testing.assert_close(tokens[:, 1:3], embeddings.register_tokens.expand(4, -1, -1))
    patches = embeddings.patch_embeddings(images).flatten(2).transpose(1, 2)
    torch.testing.assert_close(tokens[:, 3:], patches + positions[:, 1:])


def test_without_class_token_registers_come_first():
    embeddings = Embeddings(small(classifier="gap", num_registers=1))
    assert embeddings.cls_token is None and embeddings.position_embeddings.shape == (1, 6, 24)
    tokens = embeddings(torch.randn(2, 3, 16, 24))
    assert tokens.shape == (2, 7, 24)
    torch.testing.assert_close(tokens[:, 0], embeddings.register_tokens[0].expand(2, -1))


def test_start():
    torch.manual_seed(0)
    embeddings = Embeddings(small(hidden_size=192, image_size=224))
    assert not embeddings.cls_token.any() and not embeddings.patch_embeddings.bias.any()
    assert abs(embeddings.position_embeddings.std().item() - 0.02) < 0.001
    assert abs(embeddings.patch_embeddings.weight.std().item() * 192**0.5 - 1) < 0.02  # 192 = 3 * 8 * 8 inputs
    assert not Embeddings(small(zero_positions=True)).position_embeddings.any()


def test_lecun_normal_is_cut_off_and_has_its_variance():
    torch.manual_seed(0)
    layer = torch.nn.Linear(100, 2000)
    lecun_normal_(layer)
    assert abs(layer.weight.std().item() - 0.1) < 0.001
    assert layer.weight.abs().max() <= 0.2 / 0.87962566
    assert not layer.bias.any()


def test_dropout_only_in_training():
    embeddings = Embeddings(small(dropout=0.5))
    images = torch.randn(1, 3, 16, 24)
    assert 0.3 < (embeddings(images)[:, 1:] == 0).float().mean() < 0.7
    assert not (embeddings.eval()(images)[:, 1:] == 0).any()


def test_sincos_positions_are_no_parameter():
    embeddings = Embeddings(small(positions="sincos"))
    assert "position_embeddings" not in embeddings.state_dict()
    assert not embeddings.position_embeddings[:, 0].any()  # the class token has no place


def loud(**changes):
    """Embeddings whose class token and positions show."""
    embeddings = Embeddings(small(**changes))
    with torch.no_grad():
        for parameter in embeddings.parameters():
            parameter.add_(0.5 * torch.randn_like(parameter))
    return embeddings


@pytest.mark.parametrize(
    "changes", [{}, {"classifier": "gap"}, {"num_registers": 2}, {"positions": "none"}, {"positions": "sincos"}]
)
def test_at_its_own_size_any_shape_is_the_module_itself(changes):
    embeddings, images = loud(**changes), torch.randn(2, 3, 16, 24)
    torch.testing.assert_close(embed_any_shape(embeddings, images), embeddings(images))


@pytest.mark.parametrize("classifier", ["token", "gap"])
@pytest.mark.parametrize("size", [(24, 16), (8, 40), (8, 8)])
def test_any_shape_is_a_module_of_that_size_with_resized_positions(classifier, size):
    embeddings, other = loud(classifier=classifier), loud(classifier=classifier, image_size=size)
    positions = resize_position_embeddings(
        embeddings.position_embeddings,
        (size[0] // 8, size[1] // 8),
        old_grid=(2, 3),
        prefix_tokens=int(classifier == "token"),
    )
    other.load_state_dict(embeddings.state_dict() | {"position_embeddings": positions})
    images = torch.randn(3, 3, *size)
    torch.testing.assert_close(embed_any_shape(embeddings, images), other(images))


def test_registers_and_dropout_at_any_shape():
    embeddings, images = loud(num_registers=2, dropout=0.5), torch.randn(2, 3, 8, 16)
    assert 0.3 < (embed_any_shape(embeddings, images) == 0).float().mean() < 0.7
    tokens = embed_any_shape(embeddings.eval(), images)
    assert tokens.shape == (2, 1 + 2 + 2, 24)
    torch.testing.assert_close(tokens[:, 1:3], embeddings.register_tokens.expand(2, -1, -1))


def test_any_shape_leaves_the_module_as_it_is_and_its_positions_can_learn():
    embeddings = loud()
    before = copy.deepcopy(embeddings.state_dict())
    embed_any_shape(embeddings, torch.randn(2, 3, 32, 8)).square().sum().backward()
    assert embeddings.config.image_size == (16, 24) and embeddings.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in embeddings.state_dict().items())
    assert (embeddings.position_embeddings.grad[0, 0] != 0).any()  # that of the class token
    assert (embeddings.position_embeddings.grad[0, 1:].norm(dim=1) > 0).any()


def test_what_no_shape_can_mend_is_refused():
    with pytest.raises(ValueError, match=r"16 x 30 pixels cannot be cut into patches of 8: .* 16 x 24"):
        embed_any_shape(loud(), torch.zeros(1, 3, 16, 30))
    with pytest.raises(ValueError, match="repeat the grey channel"):
        embed_any_shape(loud(), torch.zeros(1, 1, 16, 16))


def test_any_shape_is_what_timm_does_for_images_of_dynamic_size(monkeypatch):
    """timm interpolates bicubically, with antialiasing; set to what we do, all tokens are the same."""
    theirs = pytest.importorskip("timm.models.vision_transformer")
    ours = functools.partial(theirs.resample_abs_pos_embed, interpolation="bilinear", antialias=False)
    monkeypatch.setattr(theirs, "resample_abs_pos_embed", ours)
    embeddings = loud(image_size=24)
    model = theirs.VisionTransformer(
        img_size=24, patch_size=8, embed_dim=24, depth=1, num_heads=3, num_classes=0, dynamic_img_size=True
    ).to(embeddings.cls_token.device)
    with torch.no_grad():
        model.cls_token.copy_(embeddings.cls_token)
        model.pos_embed.copy_(embeddings.position_embeddings)
        model.patch_embed.proj.load_state_dict(embeddings.patch_embeddings.state_dict())
        for size in ((24, 24), (16, 40), (48, 8)):
            images = torch.randn(2, 3, *size)
            torch.testing.assert_close(embed_any_shape(embeddings, images), model._pos_embed(model.patch_embed(images)))


def test_wrong_inputs():
    with pytest.raises(ValueError, match="has channels=1 and the model is made for 3: repeat the grey channel"):
        Embeddings(small())(torch.zeros(1, 1, 16, 24))
    with pytest.raises(ValueError, match="has channels=4 and the model is made for 3: the fourth of RGBA"):
        Embeddings(small())(torch.zeros(1, 4, 16, 24))
    with pytest.raises(ValueError, match=r"24 x 16 and the model is made for 16 x 24: .*image_size"):
        Embeddings(small())(torch.zeros(1, 3, 24, 16))
    with pytest.raises(ValueError, match=r"shape \[3, 16, 24\] .* image\[None\]"):
        check_inputs(torch.zeros(3, 16, 24), 3, 16, 24)


@pytest.mark.parametrize(
    ("shape", "channels", "remedy"),
    [
        ((2, 8, 8, 3), 3, "images.permute(0, 3, 1, 2)"),
        ((2, 1, 8, 8), 3, "images.expand(-1, 3, -1, -1)"),
        ((2, 4, 8, 8), 3, "images[:, :3]"),
        ((2, 3, 8, 8), 1, "images.mean(dim=1, keepdim=True)"),
    ],
)
def test_advice_on_channels_is_code_that_works(shape, channels, remedy):
    images = torch.randn(shape)
    with pytest.raises(ValueError, match=re.escape(remedy)):
        check_inputs(images, channels, 8, 8)
    check_inputs(eval(remedy), channels, 8, 8)
