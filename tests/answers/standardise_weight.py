# %% right: another way (flattened)
def standardise_weight(weight):
    rows = weight.flatten(1)
    centred = rows - rows.mean(1)[:, None]
    return (centred / (centred.pow(2).mean(1).sqrt()[:, None] + 1e-5)).view_as(weight)


# %% right: mean and std
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% right: flattened
def standardise_weight(weight):
    flat = weight.flatten(1)
    flat = flat - flat.mean(1, keepdim=True)
    flat = flat / (flat.square().mean(1, keepdim=True).sqrt() + 1e-5)
    return flat.view_as(weight)


# %% right: filter by filter
def standardise_weight(weight):
    return torch.stack([(w - w.mean()) / (w.std(correction=0) + 1e-5) for w in weight])


# %% wrong: unbiased
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True)
    return (weight - mean) / (std + 1e-5)


# %% wrong: whole layer
def standardise_weight(weight):
    mean = weight.mean()
    std = weight.std(unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: each kernel
def standardise_weight(weight):
    mean = weight.mean(dim=(2, 3), keepdim=True)
    std = weight.std(dim=(2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: each input channel
def standardise_weight(weight):
    mean = weight.mean(dim=(0, 2, 3), keepdim=True)
    std = weight.std(dim=(0, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: no eps
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std)


# %% wrong: eps under the root
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std**2 + 1e-5).sqrt()


# %% wrong: eps of 1e-6
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-6)


# %% wrong: variance
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.var(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: not centred
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return weight / (std + 1e-5)


# %% wrong: not scaled
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return weight - mean


# %% wrong: no keepdim
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3))
    std = weight.std(dim=(1, 2, 3), unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: mean detached
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    mean = mean.detach()
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) / (std + 1e-5)


# %% wrong: in place
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    weight -= mean
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return weight / (std + 1e-5)


# %% wrong: by the norm
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = (weight - mean).flatten(1).norm(dim=1)[:, None, None, None]
    return (weight - mean) / (std + 1e-5)


# %% wrong: times the fan in
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    n = weight[0].numel()
    return n**-0.5 * (weight - mean) / (std + 1e-5)


# %% wrong: multiplied
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    std = weight.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (weight - mean) * (std + 1e-5)


# %% right: filter by filter, once more
def standardise_weight(weight):
    filters = []
    for one in weight:
        filters.append((one - one.mean()) / (one.std(unbiased=False) + 1e-5))
    return torch.stack(filters)


# %% right: the length of the centred filter
def standardise_weight(weight):
    centred = weight - reduce(weight, "o i h w -> o 1 1 1", "mean")
    n = weight[0].numel()
    length = torch.linalg.vector_norm(centred, dim=(1, 2, 3), keepdim=True)
    return centred / (length / math.sqrt(n) + 1e-5)


# %% right: std_mean on rows, then back to the shape
def standardise_weight(weight):
    rows = weight.flatten(start_dim=1)
    deviation, mean = torch.std_mean(rows, dim=1, correction=0, keepdim=True)
    return rows.sub(mean).div(deviation.add(1e-5)).view_as(weight)


# %% wrong: 1e-5 is the least deviation, not added
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    deviation = weight.std(dim=(1, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / deviation.clamp(min=1e-5)


# %% wrong: each input channel's mean is taken off
def standardise_weight(weight):
    mean = weight.mean(dim=(2, 3), keepdim=True)
    deviation = weight.std(dim=(1, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / (deviation + 1e-5)


# %% wrong: mean absolute deviation
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    centred = weight - mean
    deviation = centred.abs().mean(dim=(1, 2, 3), keepdim=True)
    return centred / (deviation + 1e-5)


# %% wrong: root mean square of the values before the shift
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    deviation = weight.square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
    return (weight - mean) / (deviation + 1e-5)


# %% wrong: n is worked out as if kernels were square
def standardise_weight(weight):
    out_channels, in_channels, kernel = weight.shape[:3]
    n = in_channels * kernel * kernel
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    variance = centred.square().sum(dim=(1, 2, 3), keepdim=True) / n
    return centred / (variance.sqrt() + 1e-5)


# %% wrong: divided by the root of the fan-in as well
def standardise_weight(weight):
    fan_in = weight[0].numel()
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    deviation = weight.std(dim=(1, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / ((deviation + 1e-5) * math.sqrt(fan_in))


# %% right: mean of squares less square of mean
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    variance = weight.square().mean(dim=(1, 2, 3), keepdim=True) - mean.square()
    return (weight - mean) / (variance.sqrt() + 1e-5)


# %% wrong: the input channels' deviations averaged
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    deviation = weight.std(dim=(2, 3), unbiased=False, keepdim=True).mean(dim=1, keepdim=True)
    return (weight - mean) / (deviation + 1e-5)


# %% right: flattened filters, deviation from the squares
def standardise_weight(weight):
    filters = weight.flatten(1)
    filters = filters - filters.mean(dim=1, keepdim=True)
    deviation = filters.pow(2).mean(dim=1, keepdim=True).sqrt()
    return (filters / (deviation + 1e-5)).view(weight.shape)


# %% right: std_mean over three axes
def standardise_weight(weight):
    std, mean = torch.std_mean(weight, dim=(1, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / (std + 1e-5)


# %% right: one filter after another, with the norm
def standardise_weight(weight):
    filters = []
    for kernel in weight:
        centred = kernel - kernel.mean()
        deviation = torch.linalg.vector_norm(centred) / math.sqrt(kernel.numel())
        filters.append(centred / (deviation + 1e-5))
    return torch.stack(filters)


# %% wrong: epsilon under the root
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    var = weight.var(dim=(1, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / torch.sqrt(var + 1e-5)


# %% wrong: over height and width only
def standardise_weight(weight):
    mean = weight.mean(dim=(2, 3), keepdim=True)
    std = weight.std(dim=(2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / (std + 1e-5)


# %% wrong: no epsilon
def standardise_weight(weight):
    flat = rearrange(weight, "o i h w -> o (i h w)")
    mean = flat.mean(dim=1)[:, None, None, None]
    std = flat.std(dim=1, unbiased=False)[:, None, None, None]
    return (weight - mean) / std


# %% wrong: for each input channel
def standardise_weight(weight):
    mean = weight.mean(dim=(0, 2, 3), keepdim=True)
    std = weight.std(dim=(0, 2, 3), unbiased=False, keepdim=True)
    return (weight - mean) / (std + 1e-5)


# %% right: mean of the squares minus square of the mean
def standardise_weight(weight):
    mean = weight.mean(dim=(1, 2, 3), keepdim=True)
    mean_of_squares = (weight ** 2).mean(dim=(1, 2, 3), keepdim=True)
    std = torch.sqrt(mean_of_squares - mean ** 2)
    return (weight - mean) / (std + 1e-5)
