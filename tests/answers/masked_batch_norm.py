# %% right: real tokens picked with the boolean mask
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    mean = tokens.mean(dim=0)
    variance = tokens.var(dim=0, unbiased=False)
    out = torch.zeros_like(x)
    out[real] = (tokens - mean) / torch.sqrt(variance + eps) * weight + bias
    return out


# %% right: sums divided by the count, filled with zeros before and after
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    padding = ~real[:, :, None]
    n = real.sum()
    mean = x.masked_fill(padding, 0).sum(dim=(0, 1)) / n
    centred = (x - mean).masked_fill(padding, 0)
    variance = centred.square().sum(dim=(0, 1)) / n
    normed = centred * torch.rsqrt(variance + eps)
    return (weight * normed + bias).masked_fill(padding, 0)


# %% right: flattened, with indices and masked_scatter
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    flat = x.reshape(-1, x.shape[-1])
    index = real.reshape(-1).nonzero().squeeze(1)
    words = flat.index_select(0, index)
    var, mean = torch.var_mean(words, dim=0, correction=0)
    scale = weight / (var + eps).sqrt()
    y = (words - mean) * scale + bias
    return torch.zeros_like(x).masked_scatter(real.unsqueeze(-1), y)


# %% right: a loop over the features
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    columns = []
    for h in range(x.shape[-1]):
        values = x[..., h][real]
        m = values.mean()
        v = ((values - m) ** 2).mean()
        column = x.new_zeros(real.shape)
        column[real] = (values - m) / (v + eps) ** 0.5 * weight[h] + bias[h]
        columns.append(column)
    return torch.stack(columns, dim=-1)


# %% right: einsum with the mask as numbers, torch.where at both ends
def masked_batch_norm(
    x: torch.Tensor, real: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float = 1e-6
) -> torch.Tensor:
    keep = rearrange(real, "b t -> b t 1")
    zeros = torch.zeros_like(x)
    clean = torch.where(keep, x, zeros)
    mask = real.to(x.dtype)
    count = mask.sum()
    mu = torch.einsum("bt,bth->h", mask, clean) / count
    diff = clean - mu
    sigma2 = torch.einsum("bt,bth->h", mask, diff * diff) / count
    y = diff / torch.sqrt(sigma2 + eps) * weight + bias
    return torch.where(keep, y, zeros)


# %% wrong: padding removed by multiplying with the mask
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    mask = real.unsqueeze(-1).to(x.dtype)
    n = mask.sum()
    mean = (x * mask).sum(dim=(0, 1)) / n
    variance = ((x - mean) ** 2 * mask).sum(dim=(0, 1)) / n
    y = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return y * mask


# %% wrong: divided by the number of all tokens
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    padding = ~real.unsqueeze(-1)
    x = x.masked_fill(padding, 0)
    mean = x.mean(dim=(0, 1))
    centred = (x - mean).masked_fill(padding, 0)
    variance = (centred ** 2).mean(dim=(0, 1))
    y = centred / torch.sqrt(variance + eps) * weight + bias
    return y.masked_fill(padding, 0)


# %% wrong: variance as pytorch gives it by default
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    mean = tokens.mean(0)
    variance = tokens.var(0)
    out = torch.zeros_like(x)
    out[real] = (tokens - mean) / torch.sqrt(variance + eps) * weight + bias
    return out


# %% wrong: the bias stands at the padding
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    mean = tokens.mean(dim=0)
    variance = tokens.var(dim=0, unbiased=False)
    normed = torch.zeros_like(x)
    normed[real] = (tokens - mean) / torch.sqrt(variance + eps)
    return normed * weight + bias


# %% wrong: statistics for each sequence of the batch
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    padding = ~real.unsqueeze(-1)
    n = real.sum(dim=1).view(-1, 1, 1)
    mean = x.masked_fill(padding, 0).sum(dim=1, keepdim=True) / n
    centred = (x - mean).masked_fill(padding, 0)
    variance = centred.pow(2).sum(dim=1, keepdim=True) / n
    y = centred / torch.sqrt(variance + eps) * weight + bias
    return y.masked_fill(padding, 0)


# %% wrong: F.batch_norm with its own eps
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    out = torch.zeros_like(x)
    out[real] = F.batch_norm(x[real], None, None, weight, bias, training=True)
    return out


# %% wrong: the input is overwritten
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    mean = tokens.mean(dim=0)
    variance = tokens.var(dim=0, unbiased=False)
    x[real] = (tokens - mean) / torch.sqrt(variance + eps) * weight + bias
    x[~real] = 0
    return x


# %% wrong: the zeros of the padding count in the variance
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    padding = ~real[..., None]
    x = x.masked_fill(padding, 0)
    n = real.sum()
    mean = x.sum(dim=(0, 1)) / n
    variance = ((x - mean) ** 2).sum(dim=(0, 1)) / n
    y = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return y.masked_fill(padding, 0)


# %% right: variance as mean of squares minus square of the mean
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    padding = ~real[..., None]
    clean = x.masked_fill(padding, 0)
    n = real.sum()
    mean = clean.sum(dim=(0, 1)) / n
    variance = (clean ** 2).sum(dim=(0, 1)) / n - mean ** 2
    y = (clean - mean) / torch.sqrt(variance + eps) * weight + bias
    return y.masked_fill(padding, 0)


# %% wrong: one mean and variance for all features
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    mean = tokens.mean()
    variance = tokens.var(unbiased=False)
    out = torch.zeros_like(x)
    out[real] = (tokens - mean) / torch.sqrt(variance + eps) * weight + bias
    return out


# %% wrong: no gradient through the statistics
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    tokens = x[real]
    with torch.no_grad():
        mean = tokens.mean(dim=0)
        variance = tokens.var(dim=0, unbiased=False)
    out = torch.zeros_like(x)
    out[real] = (tokens - mean) / torch.sqrt(variance + eps) * weight + bias
    return out


# %% wrong: lengths, as if padding were always at the end
def masked_batch_norm(x, real, weight, bias, eps=1e-6):
    lengths = real.sum(dim=1).tolist()
    tokens = torch.cat([sequence[:n] for sequence, n in zip(x, lengths)])
    mean = tokens.mean(dim=0)
    variance = tokens.var(dim=0, unbiased=False)
    out = torch.zeros_like(x)
    for i, n in enumerate(lengths):
        out[i, :n] = (x[i, :n] - mean) / torch.sqrt(variance + eps) * weight + bias
    return out


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
