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


# %% right: a dict by identity
def count_parameters(module):
    sizes = {id(parameter): parameter.numel() for _, parameter in module.named_parameters()}
    return sum(sizes.values())


# %% right: recursion with a set of what was seen
def count_parameters(module, seen=None):
    seen = set() if seen is None else seen
    total = 0
    for parameter in module.parameters(recurse=False):
        if id(parameter) not in seen:
            seen.add(id(parameter))
            total += parameter.numel()
    for child in module.children():
        total += count_parameters(child, seen)
    return total


# %% right: math.prod of the shapes
def count_parameters(module):
    return sum(map(math.prod, (p.shape for p in module.parameters())))


# %% wrong: buffers count too
def count_parameters(module):
    total = sum(p.numel() for p in module.parameters())
    total += sum(b.numel() for b in module.buffers())
    return total


# %% wrong: a shared one counts in every place
def count_parameters(module):
    total = 0
    for m in module.modules():
        for p in m.parameters(recurse=False):
            total += p.numel()
    return total


# %% wrong: a tensor comes back
def count_parameters(module):
    return torch.tensor([p.numel() for p in module.parameters()], dtype=torch.long).sum()


# %% wrong: only modules without children
def count_parameters(module):
    parameters = set()
    for m in module.modules():
        if len(list(m.children())) == 0:
            parameters.update(m.parameters())
    return sum(p.numel() for p in parameters)
