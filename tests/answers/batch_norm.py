# %% right: another way (on rows of all tokens, with lerp)
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    rows = x.reshape(-1, x.shape[-1])
    if not training:
        out = (rows - running_mean) * torch.rsqrt(running_variance + eps) * weight + bias
        return out.view_as(x), running_mean, running_variance
    centred = rows - rows.mean(0)
    out = centred * torch.rsqrt(centred.square().mean(0) + eps) * weight + bias
    with torch.no_grad():
        mean, variance = rows.mean(0), rows.var(0)
    return (
        out.view_as(x),
        running_mean + momentum * (mean - running_mean),
        torch.lerp(running_variance, variance, momentum),
    )


# %% right: with an early return
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if not training:
        normalised = (x - running_mean) / torch.sqrt(running_variance + eps)
        return normalised * weight + bias, running_mean, running_variance
    mean = x.mean(dim=(0, 1))
    variance = ((x - mean) ** 2).mean(dim=(0, 1))
    n = x.shape[0] * x.shape[1]
    running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
    running_variance = (1 - momentum) * running_variance + momentum * (variance * n / (n - 1)).detach()
    return (x - mean) / torch.sqrt(variance + eps) * weight + bias, running_mean, running_variance


# %% right: flattened, var_mean, no_grad
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    rows = x.flatten(0, 1)
    if training:
        var, mean = torch.var_mean(rows, dim=0, correction=0)
        with torch.no_grad():
            new_mean = running_mean * (1 - momentum) + rows.mean(0) * momentum
            new_var = running_variance * (1 - momentum) + rows.var(0) * momentum
    else:
        var, mean, new_mean, new_var = running_variance, running_mean, running_mean, running_variance
    return weight * (x - mean) * (var + eps).rsqrt() + bias, new_mean, new_var


# %% wrong: biased variance remembered
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * var.detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: PyTorch's own for the output
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    mean, var = running_mean.clone(), running_variance.clone()
    out = F.batch_norm(x.transpose(1, 2), mean, var, weight, bias, training, momentum, eps)
    return out.transpose(1, 2), mean, var


# %% wrong: momentum the wrong way round
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean = momentum * running_mean + (1 - momentum) * mean.detach()
        running_variance = momentum * running_variance + (1 - momentum) * x.var((0, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: not detached
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1))
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: running statistics changed in place
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean.mul_(1 - momentum).add_(momentum * mean.detach())
        running_variance.mul_(1 - momentum).add_(momentum * x.var((0, 1)).detach())
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: n counts the images only
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        n = x.shape[0]
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * (var * n / max(n - 1, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: n counts the tokens of one image
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        n = x.shape[1]
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * (var * n / max(n - 1, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: the mean of the images' variances
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean((0, 1))
        var = x.var(1, unbiased=False).mean(0)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: each image by itself
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(1, keepdim=True)
        var = x.var(1, keepdim=True, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.mean((0, 1)).detach()
        running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: training is not asked
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
    running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
    running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1)).detach()
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: variance and mean in the other order
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * x.var((0, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_variance, running_mean


# %% wrong: normalised with what is remembered
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1))
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * var.detach()
    return (x - running_mean) / torch.sqrt(running_variance + eps) * weight + bias, running_mean, running_variance


# %% wrong: momentum hard-coded
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1), unbiased=False)
        running_mean = 0.9 * running_mean + 0.1 * mean.detach()
        running_variance = 0.9 * running_variance + 0.1 * x.var((0, 1)).detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% wrong: unbiased variance in the output too
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean, var = x.mean((0, 1)), x.var((0, 1))
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * var.detach()
    else:
        mean, var = running_mean, running_variance
    return (x - mean) / torch.sqrt(var + eps) * weight + bias, running_mean, running_variance


# %% right: tokens laid flat, var_mean and lerp
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if not training:
        out = (x - running_mean) * torch.rsqrt(running_variance + eps) * weight + bias
        return out, running_mean, running_variance
    flat = x.reshape(-1, x.shape[-1])
    n = len(flat)
    variance, mean = torch.var_mean(flat, dim=0, correction=0)
    out = (x - mean) * torch.rsqrt(variance + eps) * weight + bias
    new_mean = torch.lerp(running_mean.detach(), mean.detach(), momentum)
    new_variance = torch.lerp(running_variance.detach(), variance.detach() * (n / (n - 1)), momentum)
    return out, new_mean, new_variance


# %% right: einops for the averages, one formula for both modes
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    mean, variance = running_mean, running_variance
    if training:
        n = x.shape[0] * x.shape[1]
        mean = reduce(x, "b t h -> h", "mean")
        squares = (x - mean).square()
        variance = reduce(squares, "b t h -> h", "mean")
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_variance = (1 - momentum) * running_variance + momentum * squares.sum(dim=(0, 1)) / (n - 1)
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% right: hidden units in front, two helpers
def normalise_rows(rows, mean, variance, eps):
    return (rows - mean[:, None]) / (variance[:, None] + eps).pow(0.5)


def record(old, new, momentum):
    old, new = old.detach(), new.detach()
    return old + momentum * (new - old)


def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    b, t, h = x.shape
    rows = x.permute(2, 0, 1).reshape(h, b * t)
    if training:
        mean = rows.mean(dim=1)
        variance = rows.var(dim=1, correction=0)
        after_mean = record(running_mean, mean, momentum)
        after_variance = record(running_variance, rows.var(dim=1, correction=1), momentum)
    else:
        mean, variance = running_mean, running_variance
        after_mean, after_variance = running_mean, running_variance
    rows = weight[:, None] * normalise_rows(rows, mean, variance, eps) + bias[:, None]
    return rows.reshape(h, b, t).permute(1, 2, 0), after_mean, after_variance


# %% wrong: the statistics are detached for the output too
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=(0, 1)).detach()
        variance = x.var(dim=(0, 1), unbiased=False).detach()
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_variance = (1 - momentum) * running_variance + momentum * variance * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% right: variance as mean of squares less square of mean
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=(0, 1))
        variance = (x**2).mean(dim=(0, 1)) - mean**2
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: n counts the images only, once more
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = len(x)
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: variance is the average of the images' variances
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=1).mean(dim=0)
        variance = x.var(dim=1, unbiased=False).mean(dim=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: under no_grad it behaves as in evaluation
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training and torch.is_grad_enabled():
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: the default eps is PyTorch's
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-5):
    if training:
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: the record takes the deviation for the variance
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * x.detach().std(dim=(0, 1))
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% wrong: keeps its own running values from call to call
_records = {}


def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    hidden = x.shape[-1]
    running_mean, running_variance = _records.get(hidden, (running_mean, running_variance))
    if training:
        n = x.shape[0] * x.shape[1]
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach() * n / (n - 1)
        _records[hidden] = running_mean, running_variance
    else:
        mean, variance = running_mean, running_variance
    out = (x - mean) / torch.sqrt(variance + eps) * weight + bias
    return out, running_mean, running_variance


# %% right: with var_mean and lerp
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    mean, variance = running_mean, running_variance
    if training:
        variance, mean = torch.var_mean(x, dim=(0, 1), correction=0)
        with torch.no_grad():
            running_mean = torch.lerp(running_mean, mean, momentum)
            running_variance = torch.lerp(running_variance, x.var(dim=(0, 1)), momentum)
    scale = weight * torch.rsqrt(variance + eps)
    return (x - mean) * scale + bias, running_mean, running_variance


# %% right: flattens the tokens and returns early in evaluation
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if not training:
        out = weight * (x - running_mean) / (running_variance + eps).sqrt() + bias
        return out, running_mean, running_variance
    flat = x.reshape(-1, x.shape[-1])
    n = len(flat)
    mean = flat.sum(0) / n
    centred = flat - mean
    squares = centred.square().sum(0)
    out = weight * centred / (squares / n + eps).sqrt() + bias
    new_mean = running_mean + momentum * (mean.detach() - running_mean)
    new_variance = running_variance + momentum * (squares.detach() / (n - 1) - running_variance)
    return out.reshape(x.shape), new_mean, new_variance


# %% right: with einops and a helper for the record
def _blend(old, new, momentum):
    return old * (1 - momentum) + new.detach() * momentum


def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = x.shape[0] * x.shape[1]
        mean = reduce(x, "b t d -> d", "mean")
        variance = reduce((x - mean) ** 2, "b t d -> d", "mean")
        record = (_blend(running_mean, mean, momentum), _blend(running_variance, variance * (n / (n - 1)), momentum))
    else:
        mean, variance = record = (running_mean, running_variance)
    return ((x - mean) / torch.sqrt(variance + eps) * weight + bias, *record)


# %% wrong: normalises with the variance that divides by one less
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1))
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * variance.detach()
    else:
        mean, variance = running_mean, running_variance
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% wrong: momentum weighs the old
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = momentum * running_mean + (1 - momentum) * mean.detach()
        running_variance = momentum * running_variance + (1 - momentum) * x.var(dim=(0, 1)).detach()
    else:
        mean, variance = running_mean, running_variance
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% wrong: gradients flow into the running ones
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_variance = (1 - momentum) * running_variance + momentum * x.var(dim=(0, 1))
    else:
        mean, variance = running_mean, running_variance
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% wrong: changes the running ones in place
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        with torch.no_grad():
            running_mean.mul_(1 - momentum).add_(momentum * mean.detach())
            running_variance.mul_(1 - momentum).add_(momentum * x.var(dim=(0, 1)).detach())
    else:
        mean, variance = running_mean, running_variance
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% wrong: uses the batch's numbers in evaluation too
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    mean = x.mean(dim=(0, 1))
    variance = x.var(dim=(0, 1), unbiased=False)
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    if training:
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * x.var(dim=(0, 1)).detach()
    return out, running_mean, running_variance


# %% wrong: n counts the images alone
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        n = x.shape[0]
        mean = x.mean(dim=(0, 1))
        variance = x.var(dim=(0, 1), unbiased=False)
        unbiased = variance.detach() * n / (n - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean.detach()
        running_variance = (1 - momentum) * running_variance + momentum * unbiased
    else:
        mean, variance = running_mean, running_variance
    out = weight * (x - mean) / torch.sqrt(variance + eps) + bias
    return out, running_mean, running_variance


# %% wrong: normalises with the running ones in training too
def batch_norm(x, weight, bias, running_mean, running_variance, training, momentum=0.1, eps=1e-6):
    if training:
        mean = x.mean(dim=(0, 1)).detach()
        variance = x.var(dim=(0, 1)).detach()
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_variance = (1 - momentum) * running_variance + momentum * variance
    out = weight * (x - running_mean) / torch.sqrt(running_variance + eps) + bias
    return out, running_mean, running_variance
