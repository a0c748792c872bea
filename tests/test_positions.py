"""Positions: as sines and cosines, and taken to another grid."""

import math

import pytest
import torch
from scipy import ndimage

from vit_course.positions import resize_position_embeddings, sincos_position_embeddings


def test_sincos_positions_tell_rows_from_columns():
    positions = sincos_position_embeddings((3, 4), 16)
    assert positions.shape == (1, 12, 16)
    grid = positions.reshape(3, 4, 16)
    # The first half depends on the column alone, the second on the row alone.
    assert torch.equal(grid[0, :, :8], grid[2, :, :8])
    assert torch.equal(grid[:, 0, 8:], grid[:, 3, 8:])
    assert len(torch.unique(positions[0], dim=0)) == 12
    torch.testing.assert_close(grid[0, 1, 0], torch.sin(torch.tensor(1.0)))


@pytest.mark.parametrize(("grid", "hidden"), [((3, 5), 4), ((1, 4), 24), ((14, 14), 16)])
def test_each_number_of_sincos_positions(grid, hidden):
    """Written out number by number, as the docstring has it."""
    quarter = hidden // 4
    frequencies = [10_000 ** (-k / (quarter - 1)) if quarter > 1 else 1.0 for k in range(quarter)]
    expected = [
        [f(place * w) for place in (x, y) for f in (math.sin, math.cos) for w in frequencies]
        for y in range(grid[0])
        for x in range(grid[1])
    ]
    positions = sincos_position_embeddings(grid, hidden)
    assert positions.dtype == torch.float32
    torch.testing.assert_close(positions, torch.tensor([expected]).to(positions), rtol=1e-5, atol=1e-5)


def test_sincos_positions_want_four_quarters():
    with pytest.raises(ValueError, match="hidden=10 cannot be cut into four quarters"):
        sincos_position_embeddings((2, 2), 10)


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
