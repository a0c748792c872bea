# %% right: another way (by_rand)
def drop_path(branch, rate, training):
    if not training:
        return branch
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < 1 - rate
    return torch.where(mask, branch / (1 - rate), 0.0)
