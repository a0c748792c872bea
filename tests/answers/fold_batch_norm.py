# %% right: s and t, then multiplied out
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    return linear_weight * s, linear_weight @ t + linear_bias


# %% right: a diagonal matrix and F.linear
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    scale = weight * torch.rsqrt(running_variance + eps)
    shift = bias - scale * running_mean
    new_weight = torch.matmul(linear_weight, torch.diag(scale))
    new_bias = F.linear(shift, linear_weight, linear_bias)
    return new_weight, new_bias


# %% right: both layers as matrices with one more row and column
def augmented(matrix, vector):
    out_size, in_size = matrix.shape
    top = torch.cat([matrix, vector.unsqueeze(1)], dim=1)
    bottom = torch.cat([matrix.new_zeros(1, in_size), matrix.new_ones(1, 1)], dim=1)
    return torch.cat([top, bottom], dim=0)


def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / (running_variance + eps).sqrt()
    norm = augmented(torch.diag(s), bias - running_mean * s)
    both = augmented(linear_weight, linear_bias) @ norm
    return both[:-1, :-1], both[:-1, -1]


# %% right: a loop over the outputs
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    std = (running_variance + eps) ** 0.5
    rows, biases = [], []
    for row, c in zip(linear_weight, linear_bias):
        rows.append(row * weight / std)
        biases.append(c + (row * (bias - weight * running_mean / std)).sum())
    return torch.stack(rows), torch.stack(biases)


# %% right: einsum, the mean taken through the folded weight
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    folded = torch.einsum("oh,h->oh", linear_weight, weight / torch.sqrt(running_variance + eps))
    through_norm = torch.einsum("oh,h->o", linear_weight, bias)
    through_mean = torch.einsum("oh,h->o", folded, running_mean)
    return folded, linear_bias + through_norm - through_mean


# %% wrong: as for a norm after the layer
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return linear_weight * s[:, None], (linear_bias - running_mean) * s + bias


# %% wrong: eps forgotten
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance)
    t = bias - running_mean * s
    return linear_weight * s, linear_weight @ t + linear_bias


# %% wrong: eps hard-coded as in nn.BatchNorm1d
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + 1e-5)
    t = bias - running_mean * s
    return linear_weight * s, linear_weight @ t + linear_bias


# %% wrong: mean not scaled in the shift
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean
    return linear_weight * s, linear_weight @ t + linear_bias


# %% wrong: mean added instead of subtracted
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias + running_mean * s
    return linear_weight * s, linear_weight @ t + linear_bias


# %% wrong: shift goes through the folded weight
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    new_weight = linear_weight * s
    new_bias = new_weight @ t + linear_bias
    return new_weight, new_bias


# %% wrong: the linear layer's own bias forgotten
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    return linear_weight * s, linear_weight @ t


# %% wrong: pair swapped
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    new_bias = linear_weight @ t + linear_bias
    new_weight = linear_weight * s
    return new_bias, new_weight


# %% wrong: shift added without the linear weight
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    return linear_weight * s, linear_bias + t


# %% wrong: the norm's weight missing in the shift
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    std = torch.sqrt(running_variance + eps)
    s = weight / std
    t = bias - running_mean / std
    return linear_weight * s, linear_weight @ t + linear_bias


# %% wrong: the linear layer is overwritten
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    linear_bias += linear_weight @ t
    linear_weight *= s
    return linear_weight, linear_bias


# %% wrong: a layer returned instead of the pair
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    t = bias - running_mean * s
    out_features, in_features = linear_weight.shape
    linear = nn.Linear(in_features, out_features)
    with torch.no_grad():
        linear.weight.copy_(linear_weight * s)
        linear.bias.copy_(linear_weight @ t + linear_bias)
    return linear


# %% right: with a diagonal matrix
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight * torch.rsqrt(running_variance + eps)
    t = bias - s * running_mean
    return linear_weight @ torch.diag(s), linear_weight @ t + linear_bias


# %% right: by einsum
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    std = (running_variance + eps).sqrt()
    new_weight = torch.einsum("oh,h->oh", linear_weight, weight / std)
    new_bias = linear_bias + torch.einsum("oh,h->o", linear_weight, bias) - new_weight @ running_mean
    return new_weight, new_bias


# %% right: by trying zero and unit vectors
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    def both(x):
        x = (x - running_mean) / torch.sqrt(running_variance + eps) * weight + bias
        return x @ linear_weight.T + linear_bias

    zero = both(torch.zeros_like(running_mean))
    units = both(torch.eye(len(running_mean), dtype=linear_weight.dtype, device=linear_weight.device))
    return (units - zero).T, zero


# %% wrong: the sign of the mean
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return linear_weight * s, linear_bias + linear_weight @ (bias + running_mean * s)


# %% wrong: the bias does not pass the layer
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return linear_weight * s, linear_bias - linear_weight @ (running_mean * s) + bias.mean()


# %% wrong: the pair the other way round
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return linear_bias + linear_weight @ (bias - running_mean * s), linear_weight * s


# %% wrong: the weight comes back transposed
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return (linear_weight * s).T, linear_bias + linear_weight @ (bias - running_mean * s)


# %% wrong: PyTorch's default eps
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + 1e-5)
    return linear_weight * s, linear_bias + linear_weight @ (bias - running_mean * s)


# %% wrong: only the weight is folded
def fold_batch_norm(linear_weight, linear_bias, weight, bias, running_mean, running_variance, eps=1e-6):
    s = weight / torch.sqrt(running_variance + eps)
    return linear_weight * s, linear_bias
