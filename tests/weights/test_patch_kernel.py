"""A patch kernel for another size of patch."""

import pytest
import torch
import torch.nn.functional as F

from vit_course.weights import resize_patch_embedding


def tokens(patches, weight):
    return torch.einsum("n c h w, d c h w -> n d", patches, weight)


def resized(patches, size):
    return F.interpolate(patches, size=(size, size), mode="bilinear")


@pytest.mark.parametrize(("old", "new"), [(4, 8), (3, 5), (2, 7), (16, 32), (1, 3)])
def test_larger_patches_give_the_same_tokens(old, new):
    weight, patches = torch.randn(5, 3, old, old), torch.randn(4, 3, old, old)
    larger = resize_patch_embedding(weight, new)
    assert larger.shape == (5, 3, new, new)
    torch.testing.assert_close(tokens(resized(patches, new), larger), tokens(patches, weight), rtol=1e-4, atol=1e-4)


def test_no_other_kernel_is_nearer_for_smaller_patches():
    """Of least squares: the error cannot be made smaller, so it is at right angles to all that a change could add."""
    weight, pixels = torch.randn(2, 1, 5, 5, dtype=torch.float64), torch.eye(25, dtype=torch.float64)
    patches = pixels.reshape(25, 1, 5, 5)  # each pixel once: the mean of independent ones
    error = tokens(resized(patches, 3), resize_patch_embedding(weight, 3)) - tokens(patches, weight)
    assert error.abs().max() > 0.1
    torch.testing.assert_close(resized(patches, 3).reshape(25, 9).T @ error, torch.zeros(9, 2, dtype=torch.float64))


def test_the_same_size_changes_nothing():
    weight = torch.randn(3, 2, 4, 4)
    torch.testing.assert_close(resize_patch_embedding(weight, 4), weight)


def test_dtype_is_kept_and_gradients_flow():
    weight = torch.randn(2, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    larger = resize_patch_embedding(weight, 4)
    larger.square().sum().backward()
    assert larger.dtype == torch.float64 and weight.grad.abs().min() > 0


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="patch_size=0 is to be 1 or more"):
        resize_patch_embedding(torch.zeros(2, 1, 4, 4), 0)
