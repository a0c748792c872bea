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


# %% right: einops patterns in a table
def convert_kernel(kernel, part):
    pattern = {"out": "heads dim hidden -> hidden (heads dim)"}.get(part, "hidden heads dim -> (heads dim) hidden")
    return rearrange(kernel, pattern)


# %% right: the heads one by one
def convert_kernel(kernel, part):
    if part == "out":
        return torch.cat([head.t() for head in kernel], dim=1)
    return torch.cat([head.t() for head in kernel.unbind(dim=1)], dim=0)


# %% right: flatten two axes and swap
def convert_kernel(kernel, part):
    first = 0 if part == "out" else 1
    return kernel.flatten(first, first + 1).swapaxes(0, 1).contiguous()


# %% wrong: permute turns round all three axes of query, key, value
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.reshape(-1, kernel.shape[-1]).t()
    hidden = kernel.shape[0]
    return kernel.permute(2, 1, 0).reshape(-1, hidden)


# %% wrong: out with the heads interleaved
def convert_kernel(kernel, part):
    if part == "out":
        return rearrange(kernel, "h d o -> o (d h)")
    return rearrange(kernel, "i h d -> (h d) i")


# %% wrong: the same permutation for every part
def convert_kernel(kernel, part):
    hidden = kernel.shape[-1] if part == "out" else kernel.shape[0]
    return kernel.permute(1, 2, 0).reshape(hidden, hidden)


# %% wrong: the scaling folded into the query
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.flatten(0, 1).t()
    weight = kernel.flatten(1, 2).t()
    if part == "query":
        weight = weight / math.sqrt(kernel.shape[-1])
    return weight


# %% wrong: value is not transposed
def convert_kernel(kernel, part):
    hidden = kernel.shape[-1] if part == "out" else kernel.shape[0]
    weight = kernel.reshape(hidden, hidden)
    if part in ("query", "key", "out"):
        weight = weight.t()
    return weight


# %% wrong: returns the layer, not the weight
def convert_kernel(kernel, part):
    if part == "out":
        weight = kernel.flatten(0, 1).t()
    else:
        weight = kernel.flatten(1, 2).t()
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.weight = nn.Parameter(weight.contiguous())
    return linear


# %% wrong: head_dim is always 64
def convert_kernel(kernel, part):
    if part == "out":
        return rearrange(kernel, "h d o -> o (h d)", d=64)
    return rearrange(kernel, "i h d -> (h d) i", d=64)


# %% wrong: resizes the caller's kernel
def convert_kernel(kernel, part):
    hidden = kernel.shape[-1] if part == "out" else kernel.shape[0]
    kernel.resize_(hidden, hidden)
    return kernel.t()


# %% right: two einops patterns
def convert_kernel(kernel, part):
    pattern = "h d o -> o (h d)" if part == "out" else "i h d -> (h d) i"
    return rearrange(kernel, pattern)


# %% right: one square, transposed
def convert_kernel(kernel, part):
    hidden = kernel.shape[-1] if part == "out" else kernel.shape[0]
    return kernel.reshape(hidden, hidden).t().contiguous()


# %% right: head by head
def convert_kernel(kernel, part):
    if part == "out":
        return torch.cat([head.transpose(0, 1) for head in kernel], dim=1)
    return torch.cat([head.transpose(0, 1) for head in kernel.unbind(1)], dim=0)


# %% wrong: nothing is transposed
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.flatten(0, 1)
    return kernel.flatten(1)


# %% wrong: the heads interleaved
def convert_kernel(kernel, part):
    if part == "out":
        return rearrange(kernel, "h d o -> o (d h)")
    return rearrange(kernel, "i h d -> (d h) i")


# %% wrong: out is not transposed
def convert_kernel(kernel, part):
    if part in ("query", "key", "value"):
        hidden = kernel.shape[0]
        return kernel.reshape(hidden, -1).T
    hidden = kernel.shape[-1]
    return kernel.reshape(-1, hidden)


# %% wrong: out read like the others
def convert_kernel(kernel, part):
    hidden, heads, head_dim = kernel.shape
    return kernel.reshape(hidden, heads * head_dim).T


# %% wrong: value taken for out
def convert_kernel(kernel, part):
    if part in ("query", "key"):
        return rearrange(kernel, "hidden heads dim -> (heads dim) hidden")
    return rearrange(kernel, "heads dim hidden -> hidden (heads dim)")


# %% wrong: the sizes of the base model
def convert_kernel(kernel, part):
    if part == "out":
        return kernel.reshape(12 * 64, 768).T
    return kernel.reshape(768, 12 * 64).T


# %% wrong: swaps two axes and lets reshape do the rest
def convert_kernel(kernel, part):
    if part == "out":
        heads, head_dim, hidden = kernel.shape
        return kernel.permute(2, 0, 1).reshape(hidden, heads * head_dim)
    hidden, heads, head_dim = kernel.shape
    return kernel.transpose(0, 1).reshape(heads * head_dim, hidden)
