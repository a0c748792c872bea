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
