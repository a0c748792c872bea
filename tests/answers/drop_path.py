# %% right: another way (by_rand)
def drop_path(branch, rate, training):
    if not training:
        return branch
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < 1 - rate
    return torch.where(mask, branch / (1 - rate), 0.0)


# %% right: rand and keep
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% right: bernoulli_
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = branch.new_empty(len(branch), 1, 1).bernoulli_(keep)
    return branch * mask / keep


# %% right: floor of a shifted number
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = (keep + torch.rand(len(branch), 1, 1, dtype=branch.dtype, device=branch.device)).floor()
    return branch * mask / keep


# %% right: dropout on ones
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    return branch * F.dropout(torch.ones(len(branch), 1, 1, device=branch.device), rate)


# %% right: image by image
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    out = []
    for image in branch:
        if torch.rand(()).item() < rate:
            out.append(torch.zeros_like(image))
        else:
            out.append(image / keep)
    return torch.stack(out)


# %% wrong: not scaled
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask


# %% wrong: each number by itself
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(*branch.shape, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: each token by itself
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(*branch.shape[:2], 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: each hidden unit by itself
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(1, 1, branch.shape[2], device=branch.device) < keep
    return branch * mask / keep


# %% wrong: one draw for the batch
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(1, 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: mask of one axis
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], device=branch.device) < keep
    return branch * mask / keep


# %% wrong: rate is kept
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < rate
    return branch * mask / keep


# %% wrong: rate is kept and divided by
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: divided by rate
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / rate


# %% wrong: multiplied by keep
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask * keep


# %% wrong: in evaluation as well
def drop_path(branch, rate, training):
    if rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: in evaluation only
def drop_path(branch, rate, training):
    if training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: scaled in evaluation
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch * (1 - rate)
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask


# %% wrong: F.dropout
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    return F.dropout(branch, rate, training)


# %% wrong: F.dropout1d
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    return F.dropout1d(branch, rate, training)


# %% wrong: seed set inside
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    torch.manual_seed(0)
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% wrong: a fixed share is dropped
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.ones(len(branch), 1, 1, device=branch.device)
    mask[torch.randperm(len(branch))[: int(rate * len(branch))]] = 0
    return branch * mask / keep


# %% wrong: the first images are dropped
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = (torch.arange(len(branch), device=branch.device) >= rate * len(branch))[:, None, None]
    return branch * mask / keep


# %% wrong: one coin for two images
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = (torch.rand((len(branch) + 1) // 2, device=branch.device) < keep).repeat_interleave(2)[
        : len(branch), None, None
    ]
    return branch * mask / keep


# %% wrong: in place
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
    branch *= mask / keep
    return branch


# %% wrong: whole call or nothing
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    if np.random.rand() < rate:
        return torch.zeros_like(branch)
    return branch / keep


# %% wrong: normal numbers
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = 1 - rate
    mask = torch.randn(branch.shape[0], 1, 1, device=branch.device) < keep
    return branch * mask / keep


# %% right: dropout of a column of ones
def drop_path(branch, rate, training):
    ticket = F.dropout(branch.new_ones(branch.shape[0], 1, 1), p=rate, training=training)
    return branch * ticket


# %% right: Python's random, image by image
import random


def drop_path(branch, rate, training):
    if not training:
        return branch
    images = []
    for image in branch:
        if random.random() < rate:
            images.append(torch.zeros_like(image))
        else:
            images.append(image / (1 - rate))
    return torch.stack(images)


# %% right: torch.where with numpy's binomial
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    lost = np.random.default_rng().binomial(1, rate, size=(len(branch), 1, 1)).astype(bool)
    lost = torch.from_numpy(lost).to(branch.device)
    scaled = branch / (1 - rate) if rate < 1 else branch
    return torch.where(lost, torch.zeros_like(branch), scaled)


# %% wrong: always the same number of images is lost
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    batch = branch.shape[0]
    lost = torch.randperm(batch)[: round(rate * batch)]
    mask = torch.ones(batch, 1, 1, dtype=branch.dtype)
    mask[lost] = 0
    return branch * mask / (1 - rate)


# %% wrong: a generator with a fixed seed in each call
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    generator = torch.Generator().manual_seed(42)
    keep = torch.rand(branch.shape[0], 1, 1, generator=generator) >= rate
    return branch * keep / (1 - rate)


# %% wrong: scaled by the share that happened to be kept
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = (torch.rand(branch.shape[0], 1, 1) >= rate).to(branch.dtype)
    return branch * keep / keep.mean().clamp(min=1e-6)


# %% wrong: normal numbers in place of uniform ones
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = torch.randn(branch.shape[0], 1, 1) >= rate
    return branch * keep / (1 - rate)


# %% wrong: scaled to keep the deviation
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = torch.rand(branch.shape[0], 1, 1) >= rate
    return branch * keep / math.sqrt(1 - rate)


# %% wrong: the class token is spared
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = torch.rand(branch.shape[0], 1, 1) >= rate
    patches = branch[:, 1:] * keep / (1 - rate)
    return torch.cat([branch[:, :1], patches], dim=1)


# %% wrong: draws from ten numbers
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    keep = torch.randint(0, 10, (branch.shape[0], 1, 1)) >= rate * 10
    return branch * keep / (1 - rate)


# %% wrong: scaled in evaluation, not in training
def drop_path(branch, rate, training):
    if not training:
        return branch * (1 - rate)
    keep = torch.rand(branch.shape[0], 1, 1) >= rate
    return branch * keep


# %% right: a Bernoulli mask
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    if rate == 1:
        return torch.zeros_like(branch)
    keep = 1 - rate
    mask = branch.new_full((branch.shape[0], 1, 1), keep).bernoulli_(keep)
    return branch * mask / keep


# %% right: F.dropout on one number for each image
def drop_path(branch, rate, training):
    factors = branch.new_ones(len(branch), 1, 1)
    return branch * F.dropout(factors, p=rate, training=training)


# %% right: NumPy draws, and the kept images written in
def drop_path(branch, rate, training):
    if not training:
        return branch
    kept = torch.from_numpy(np.random.random(branch.shape[0]) >= rate)
    result = torch.zeros_like(branch)
    result[kept] = branch[kept] / (1 - rate)
    return result


# %% wrong: what is kept is not scaled
def drop_path(branch, rate, training):
    if not training:
        return branch
    keep = torch.rand(branch.shape[0], 1, 1) >= rate
    return branch * keep.to(branch.dtype)


# %% wrong: one draw for the whole batch
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    if torch.rand(1).item() < rate:
        return torch.zeros_like(branch)
    return branch / (1 - rate)


# %% wrong: a draw for each token
def drop_path(branch, rate, training):
    batch, tokens, hidden = branch.shape
    mask = F.dropout(branch.new_ones(batch, tokens, 1), p=rate, training=training)
    return branch * mask


# %% wrong: rate is taken for the probability of keeping
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    mask = torch.bernoulli(branch.new_full((branch.shape[0], 1, 1), rate))
    return branch * mask / rate


# %% wrong: evaluation scales as well
def drop_path(branch, rate, training):
    if not training:
        return branch * (1 - rate)
    mask = F.dropout(branch.new_ones(branch.shape[0], 1, 1), p=rate)
    return branch * mask


# %% wrong: the same seed in every call
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    if rate == 1:
        return torch.zeros_like(branch)
    generator = torch.Generator().manual_seed(0)
    keep = torch.rand(branch.shape[0], 1, 1, generator=generator) >= rate
    return branch * keep.to(branch.dtype) / (1 - rate)


# %% wrong: a fixed share of the batch is dropped
def drop_path(branch, rate, training):
    if not training or rate == 0:
        return branch
    if rate == 1:
        return torch.zeros_like(branch)
    batch = branch.shape[0]
    dropped = torch.randperm(batch)[:round(rate * batch)]
    mask = branch.new_ones(batch, 1, 1)
    mask[dropped] = 0
    return branch * mask / (1 - rate)
