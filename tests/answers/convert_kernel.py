# %% right: another way (by_reshape)
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.flatten(0, 1).t()
    return kernel.permute(1, 2, 0).reshape(-1, kernel.size(0))


# %% right: reshape and T
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% right: einops
def convert_kernel(kernel, part):
    if part == "out":
        return rearrange(kernel, "h d e -> e (h d)")
    return rearrange(kernel, "e h d -> (h d) e")


# %% right: flatten
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.flatten(1).t().contiguous()


# %% wrong: no transpose
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden)
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim)


# %% wrong: no transpose for out
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden)
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: no transpose for the three
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim)


# %% wrong: out like the others
def convert_kernel(kernel, part):
    if part == "nothing":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: all like out
def convert_kernel(kernel, part):
    return kernel.flatten(0, 1).T


# %% wrong: interleaved
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.transpose(1, 2).reshape(hidden, -1).T


# %% wrong: heads in front by reshape
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.transpose(0, 1).reshape(heads * head_dim, hidden)


# %% wrong: straight reshape
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(heads * head_dim, hidden)


# %% wrong: three axes
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.permute(1, 2, 0)


# %% wrong: value treated like out
def convert_kernel(kernel, part):
    if part in ("out", "value"):
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: numpy
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.detach().cpu().numpy().reshape(hidden, -1).T


# %% wrong: nothing for out
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        kernel.reshape(heads * head_dim, hidden).T
        return
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: float32
def convert_kernel(kernel, part):
    kernel = kernel.float()
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: heads of 64
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.reshape(heads * head_dim, hidden).T
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, -1, 64).flatten(1).T * 1.0 if hidden % 64 == 0 else kernel.reshape(hidden, 64).T
