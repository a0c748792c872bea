"""Patches, positions and tokens."""

import re

import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage

from vit_course import ViTConfig
from vit_course.embeddings import (
    Embeddings,
    check_inputs,
    count_patches,
    lecun_normal_,
    patchify,
    resize_position_embeddings,
    sincos_position_embeddings,
    unpatchify,
)


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


def test_sincos_positions_are_fixed_and_tell_rows_from_columns():
    positions = sincos_position_embeddings((3, 4), 16)
    assert positions.shape == (1, 12, 16)
    grid = positions.reshape(3, 4, 16)
    # The first half depends on the column alone, the second on the row alone.
    assert torch.equal(grid[0, :, :8], grid[2, :, :8])
    assert torch.equal(grid[:, 0, 8:], grid[:, 3, 8:])
    assert len(torch.unique(positions[0], dim=0)) == 12
    torch.testing.assert_close(grid[0, 1, 0], torch.sin(torch.tensor(1.0)))
    embeddings = Embeddings(small(positions="sincos"))
    assert "position_embeddings" not in embeddings.state_dict()
    assert not embeddings.position_embeddings[:, 0].any()  # the class token has no place


@pytest.mark.parametrize("align_corners", [True, False])
def test_resized_positions_are_linear_where_they_were(align_corners):
    rows, columns = torch.meshgrid(torch.arange(4.0), torch.arange(6.0), indexing="ij")
    old = torch.stack([rows, columns], dim=-1).reshape(1, 24, 2)
    new = resize_position_embeddings(
        old, (7, 11), old_grid=(4, 6), prefix_tokens=0, align_corners=align_corners
    ).reshape(7, 11, 2)
    cells = torch.arange(7.0)
    # With the borders kept in place the centre of cell i of 7 lies at (i + 0.5) * 4 / 7 - 0.5 of 4.
    places = cells * (3 / 6) if align_corners else ((cells + 0.5) * 4 / 7 - 0.5).clamp(0, 3)
    torch.testing.assert_close(new[:, 0, 0], places)
    torch.testing.assert_close(new[:, 5, 0], places)
    assert (new[0, 1:, 1] >= new[0, :-1, 1]).all()


def test_aligned_corners_are_what_the_original_does():
    old = torch.randn(1, 1 + 49, 8)
    new = resize_position_embeddings(old, (12, 12), align_corners=True)
    zoomed = ndimage.zoom(old[0, 1:].reshape(7, 7, 8).cpu().numpy(), (12 / 7, 12 / 7, 1), order=1)
    torch.testing.assert_close(
        new[0, 1:].reshape(12, 12, 8), torch.from_numpy(zoomed).to(new.device), rtol=1e-5, atol=2e-6
    )
    assert torch.equal(new[:, 0], old[:, 0])


def test_same_grid_is_left_alone_and_a_wrong_one_refused():
    old = torch.randn(1, 50, 8)
    assert torch.equal(resize_position_embeddings(old, (7, 7)), old)
    with pytest.raises(ValueError, match=r"50 position embeddings .* no grid of 7 x 7: say old_grid"):
        resize_position_embeddings(old, (8, 8), prefix_tokens=0)


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
