"""The exercises of lesson 02, answered in other ways."""

import torch
import torch.nn.functional as F


def by_coordinates(shares):
    """Two marked cells that differ in one coordinate alone lie in one line."""
    cells = shares.nonzero().tolist()
    found = []
    for axis, name in enumerate(("batch", "tokens", "hidden")):
        lines = [tuple(cell[:axis] + cell[axis + 1 :]) for cell in cells]
        if len(set(lines)) < len(lines):
            found.append(name)
    return found


def by_moments(x, weight, bias, eps=1e-6):
    """The variance as the mean of squares less the square of the mean."""
    mean = x.mean(-1)[..., None]
    variance = (x * x).mean(-1)[..., None] - mean**2
    return weight * (x - mean) * torch.rsqrt(variance + eps) + bias


def by_rows(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    """On rows of all tokens, with PyTorch's own function for the output."""
    rows = x.reshape(-1, x.shape[-1])
    if not training:
        out = F.batch_norm(rows, running_mean, running_variance, weight, bias, training=False, eps=eps)
        return out.view_as(x), running_mean, running_variance
    out = F.batch_norm(rows, None, None, weight, bias, training=True, eps=eps)
    with torch.no_grad():
        mean, variance = rows.mean(0), rows.var(0)
    return (
        out.view_as(x),
        running_mean + momentum * (mean - running_mean),
        torch.lerp(running_variance, variance, momentum),
    )


OTHER_WAYS = {"which_axes": by_coordinates, "layer_norm": by_moments, "batch_norm": by_rows}
