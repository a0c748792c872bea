# %% right: with a mask as numbers
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    mask = real.to(x.dtype)[:, :, None]
    count = mask.sum()
    x = torch.where(real[:, :, None], x, torch.zeros_like(x))
    mean = x.sum(dim=(0, 1)) / count
    variance = (((x - mean) ** 2) * mask).sum(dim=(0, 1)) / count
    return ((x - mean) / torch.sqrt(variance + eps) * weight + bias) * mask


# %% right: put back by index
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    words = x[real]
    out = torch.zeros_like(x)
    out[real] = (words - words.mean(0)) * torch.rsqrt(words.var(0, correction=0) + eps) * weight + bias
    return out


# %% right: masked_fill at the end
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    var, mean = torch.var_mean(x[real], dim=0, unbiased=False)
    return ((x - mean) / (var + eps) ** 0.5 * weight + bias).masked_fill(~real.unsqueeze(-1), 0.0)


# %% wrong: the padding is counted in the mean
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    mean = x.mean(dim=(0, 1))
    var = x[real].var(0, unbiased=False)
    out = (x - mean) / torch.sqrt(var + eps) * weight + bias
    return out * real[..., None]


# %% wrong: the bias is left in the padding
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    words = x[real]
    normed = (x - words.mean(0)) / torch.sqrt(words.var(0, unbiased=False) + eps)
    return normed * real[..., None] * weight + bias


# %% wrong: divided by all places
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    mask = real[..., None].to(x.dtype)
    n = x.shape[0] * x.shape[1]
    x = x * mask
    mean = x.sum((0, 1)) / n
    var = ((x - mean) ** 2 * mask).sum((0, 1)) / n
    return ((x - mean) / torch.sqrt(var + eps) * weight + bias) * mask


# %% wrong: eps outside the root
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    words = x[real]
    out = (x - words.mean(0)) / (words.std(0, unbiased=False) + eps) * weight + bias
    return torch.where(real[..., None], out, torch.zeros_like(out))


# %% wrong: one mean for all hidden units
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    words = x[real]
    out = (x - words.mean()) / torch.sqrt(words.var(unbiased=False) + eps) * weight + bias
    return torch.where(real[..., None], out, torch.zeros_like(out))


# %% wrong: weight and bias forgotten
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    words = x[real]
    out = (x - words.mean(0)) / torch.sqrt(words.var(0, unbiased=False) + eps)
    return torch.where(real[..., None], out, torch.zeros_like(out))
