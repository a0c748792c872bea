# %% right: another way (over_the_tree)
def count_parameters(module):
    """Every module's own parameters, told apart by identity."""
    found = {id(p): p for part in module.modules() for p in part.parameters(recurse=False)}
    total = 0
    for parameter in found.values():
        numbers = 1
        for side in parameter.shape:
            numbers *= side
        total += numbers
    return total


# %% right: sum of numel
def count_parameters(module):
    return sum(p.numel() for p in module.parameters())


# %% right: a loop over the named ones
def count_parameters(module):
    total = 0
    for _, p in module.named_parameters():
        total += p.nelement()
    return total


# %% right: math.prod
def count_parameters(module):
    return sum(math.prod(p.shape) for p in module.parameters())


# %% right: a set of the parameters
def count_parameters(module):
    seen = set()
    for m in module.modules():
        for p in m.parameters(recurse=False):
            seen.add(p)
    return sum(p.numel() for p in seen)


# %% wrong: trainable only
def count_parameters(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


# %% wrong: state dict
def count_parameters(module):
    return sum(t.numel() for t in module.state_dict().values())


# %% wrong: tensors
def count_parameters(module):
    return len(list(module.parameters()))


# %% wrong: weights only
def count_parameters(module):
    return sum(p.numel() for n, p in module.named_parameters() if "weight" in n)


# %% wrong: own only
def count_parameters(module):
    return sum(p.numel() for p in module.parameters(recurse=False))


# %% wrong: buffers too
def count_parameters(module):
    return sum(p.numel() for p in module.parameters()) + sum(b.numel() for b in module.buffers())


# %% wrong: shared twice
def count_parameters(module):
    return sum(p.numel() for m in module.modules() for p in m.parameters(recurse=False))


# %% wrong: np.prod
def count_parameters(module):
    return sum(np.prod(p.shape) for p in module.parameters())


# %% wrong: shapes as keys
def count_parameters(module):
    return sum({p.shape: p.numel() for p in module.parameters()}.values())


# %% wrong: data_ptr
def count_parameters(module):
    return sum({p.data_ptr(): p.numel() for p in module.parameters()}.values())


# %% wrong: len
def count_parameters(module):
    return sum(len(p) for p in module.parameters())


# %% wrong: rows times columns
def count_parameters(module):
    return sum(p.shape[0] * p.shape[1] for p in module.parameters())


# %% wrong: a tensor
def count_parameters(module):
    return torch.tensor(sum(p.numel() for p in module.parameters()))


# %% wrong: bytes
def count_parameters(module):
    return sum(p.numel() * p.element_size() for p in module.parameters())


# %% wrong: children only
def count_parameters(module):
    return sum(p.numel() for c in module.children() for p in c.parameters())


# %% wrong: in millions
def count_parameters(module):
    return sum(p.numel() for p in module.parameters()) / 1e6


# %% wrong: parameters is not called
def count_parameters(module):
    return sum(p.numel() for p in module.parameters)
