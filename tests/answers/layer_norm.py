# %% right: another way (by_moments)
def layer_norm(x, weight, bias, eps=1e-6):
    """The variance as the mean of squares less the square of the mean."""
    mean = x.mean(-1)[..., None]
    variance = (x * x).mean(-1)[..., None] - mean**2
    return weight * (x - mean) * torch.rsqrt(variance + eps) + bias
