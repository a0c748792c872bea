# %% right: another way (by_moments)
def layer_norm(x, weight, bias, eps=1e-6):
    """The variance as the mean of squares less the square of the mean."""
    mean = x.mean(-1)[..., None]
    variance = (x * x).mean(-1)[..., None] - mean**2
    return weight * (x - mean) * torch.rsqrt(variance + eps) + bias


# %% right: var with correction=0
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True, correction=0)
    return (x - mean) / (var + eps).sqrt() * weight + bias


# %% right: var_mean at once
def layer_norm(x, weight, bias, eps=1e-6):
    variance, mean = torch.var_mean(x, dim=2, keepdim=True, unbiased=False)
    normalised = (x - mean) * torch.rsqrt(variance + eps)
    return torch.addcmul(bias, normalised, weight)


# %% right: token by token in loops
def layer_norm(x, weight, bias, eps=1e-6):
    images = []
    for image in x:
        tokens = []
        for token in image:
            centred = token - token.sum() / token.numel()
            variance = (centred * centred).sum() / token.numel()
            tokens.append(centred / (variance + eps) ** 0.5 * weight + bias)
        images.append(torch.stack(tokens))
    return torch.stack(images)


# %% right: einops reduce
def layer_norm(x, weight, bias, eps=1e-6):
    mean = reduce(x, "b t h -> b t 1", "mean")
    variance = reduce((x - mean) ** 2, "b t h -> b t 1", "mean")
    return weight * (x - mean) / torch.sqrt(variance + eps) + bias


# %% wrong: unbiased variance
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: eps added to the standard deviation
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, keepdim=True, unbiased=False)
    return weight * (x - mean) / (std + eps) + bias


# %% wrong: RMS, no mean taken away
def layer_norm(x, weight, bias, eps=1e-6):
    rms = torch.sqrt((x**2).mean(-1, keepdim=True) + eps)
    return x / rms * weight + bias


# %% wrong: weight and bias first
def layer_norm(x, weight, bias, eps=1e-6):
    x = x * weight + bias
    mean = x.mean(-1, keepdim=True)
    var = ((x - mean) ** 2).mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(var + eps)


# %% wrong: eps hard-coded
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + 1e-5) * weight + bias


# %% wrong: PyTorch's default eps
def layer_norm(x, weight, bias, eps=1e-5):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: PyTorch's own
def layer_norm(x, weight, bias, eps=1e-6):
    return F.layer_norm(x, (x.shape[-1],), weight, bias, eps)


# %% wrong: nn.LayerNorm made inside
def layer_norm(x, weight, bias, eps=1e-6):
    norm = nn.LayerNorm(x.shape[-1], eps=eps)
    norm.weight.data, norm.bias.data = weight, bias
    return norm(x)


# %% wrong: statistics without gradient
def layer_norm(x, weight, bias, eps=1e-6):
    with torch.no_grad():
        mean = x.mean(-1, keepdim=True)
        var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: over the tokens
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(1, keepdim=True)
    var = x.var(1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: over tokens and hidden
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean((-2, -1), keepdim=True)
    var = x.var((-2, -1), keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: without keepdim
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1)
    var = x.var(-1, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: mean and std of everything
def layer_norm(x, weight, bias, eps=1e-6):
    return (x - x.mean()) / (x.std() + eps) * weight + bias


# %% wrong: brackets around the difference are missing
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return x - mean / torch.sqrt(var + eps) * weight + bias


# %% wrong: without the root
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / (var + eps) * weight + bias


# %% wrong: bias is left out
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight


# %% wrong: weight is left out
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: input changed in place
def layer_norm(x, weight, bias, eps=1e-6):
    x -= x.mean(-1, keepdim=True)
    return x / torch.sqrt((x**2).mean(-1, keepdim=True) + eps) * weight + bias


# %% wrong: float32 whatever comes in
def layer_norm(x, weight, bias, eps=1e-6):
    x = x.float()
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * weight.float() + bias.float()


# %% wrong: 1 + weight, as some libraries keep it
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * (1 + weight) + bias


# %% right: var_mean and rsqrt
def layer_norm(x, weight, bias, eps=1e-6):
    var, mean = torch.var_mean(x, dim=-1, unbiased=False, keepdim=True)
    return bias + weight * ((x - mean) * torch.rsqrt(var + eps))


# %% right: reduce of einops for both means
def layer_norm(x, weight, bias, eps=1e-6):
    centred = x - reduce(x, "b t h -> b t 1", "mean")
    spread = reduce(centred.square(), "b t h -> b t 1", "mean")
    return centred / (spread + eps) ** 0.5 * weight + bias


# %% right: sums with einsum
def layer_norm(x, weight, bias, eps=1e-6):
    hidden = x.shape[-1]
    mean = torch.einsum("bth->bt", x) / hidden
    centred = x - mean[..., None]
    var = torch.einsum("bth,bth->bt", centred, centred) / hidden
    return centred / torch.sqrt(var + eps)[..., None] * weight + bias


# %% right: variance as the mean of squares less the square of the mean
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = (x.pow(2).mean(-1, keepdim=True) - mean.pow(2)).clamp(min=0)
    return (x - mean) / torch.sqrt(var + eps) * weight + bias


# %% wrong: eps as a lower bound
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, unbiased=False, keepdim=True).clamp(min=eps)
    return (x - mean) / var.sqrt() * weight + bias


# %% wrong: the weight goes in before the statistics
def layer_norm(x, weight, bias, eps=1e-6):
    x = x * weight
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True, correction=0)
    return (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: the weight counted from one
def layer_norm(x, weight, bias, eps=1e-6):
    centred = x - x.mean(-1, keepdim=True)
    var = (centred * centred).mean(-1, keepdim=True)
    return centred * torch.rsqrt(var + eps) * (1 + weight) + bias


# %% wrong: computes in float32 and goes back to the dtype of the converted x
def layer_norm(x, weight, bias, eps=1e-6):
    x = x.float()
    mean = x.mean(-1, keepdim=True)
    var = x.var(-1, keepdim=True, unbiased=False)
    out = (x - mean) / torch.sqrt(var + eps) * weight + bias
    return out.to(x.dtype)


# %% wrong: the squares are divided by the number of tokens
def layer_norm(x, weight, bias, eps=1e-6):
    b, n, h = x.shape
    centred = x - x.mean(dim=2, keepdim=True)
    var = (centred**2).sum(dim=2, keepdim=True) / n
    return centred / (var + eps).sqrt() * weight + bias


# %% wrong: eps squared under the root
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(-1, keepdim=True)
    std = x.std(-1, keepdim=True, unbiased=False)
    return weight * (x - mean) / torch.sqrt(std**2 + eps**2) + bias


# %% wrong: mean absolute deviation for the spread
def layer_norm(x, weight, bias, eps=1e-6):
    centred = x - x.mean(-1, keepdim=True)
    spread = centred.abs().mean(-1, keepdim=True)
    return centred / torch.sqrt(spread**2 + eps) * weight + bias


# %% right: with var_mean and correction zero
def layer_norm(x, weight, bias, eps=1e-6):
    variance, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    return torch.add(bias, torch.mul(weight, (x - mean) * torch.rsqrt(variance + eps)))


# %% right: sums and the number of hidden units
def layer_norm(x, weight, bias, eps=1e-6):
    hidden = x.size(-1)
    centred = x - x.sum(dim=2, keepdim=True) / hidden
    variance = (centred * centred).sum(dim=2, keepdim=True) / hidden
    return centred / (variance + eps).sqrt() * weight + bias


# %% right: with einops for the means
def layer_norm(x, weight, bias, eps=1e-6):
    centred = x - reduce(x, "b t d -> b t 1", "mean")
    variance = reduce(centred**2, "b t d -> b t 1", "mean")
    return weight * centred * (variance + eps) ** -0.5 + bias


# %% wrong: the variance divides by one less
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True)
    return weight * (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: eps outside the root
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=-1, keepdim=True)
    std = x.std(dim=-1, keepdim=True, unbiased=False)
    return weight * (x - mean) / (std + eps) + bias


# %% wrong: all tokens of an image together
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=(1, 2), keepdim=True)
    var = x.var(dim=(1, 2), keepdim=True, unbiased=False)
    return weight * (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: the bias is added before the weight
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True, unbiased=False)
    x = (x - mean) / torch.sqrt(var + eps)
    return (x + bias) * weight


# %% right: the mean of squares less the square of the mean
def layer_norm(x, weight, bias, eps=1e-6):
    mean = x.mean(dim=-1, keepdim=True)
    var = (x**2).mean(dim=-1, keepdim=True) - mean**2
    return weight * (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: no gradient through mean and variance
def layer_norm(x, weight, bias, eps=1e-6):
    with torch.no_grad():
        mean = x.mean(dim=-1, keepdim=True)
        var = x.var(dim=-1, keepdim=True, unbiased=False)
    return weight * (x - mean) / torch.sqrt(var + eps) + bias


# %% wrong: fills a tensor of the default dtype
def layer_norm(x, weight, bias, eps=1e-6):
    batch, tokens, hidden = x.shape
    out = torch.zeros(batch, tokens, hidden)
    for b in range(batch):
        for t in range(tokens):
            token = x[b, t]
            var = token.var(unbiased=False)
            out[b, t] = weight * (token - token.mean()) / torch.sqrt(var + eps) + bias
    return out
