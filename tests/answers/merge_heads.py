# %% right: another way (by_cat)
def merge_heads(heads):
    return torch.cat(heads.unbind(dim=1), dim=-1)


# %% right: transpose and reshape
def merge_heads(heads):
    b, h, t, d = heads.shape
    return heads.transpose(1, 2).reshape(b, t, h * d)


# %% right: permute, contiguous, view
def merge_heads(heads):
    heads = heads.permute(0, 2, 1, 3).contiguous()
    return heads.view(heads.shape[0], heads.shape[1], -1)


# %% right: flatten
def merge_heads(heads):
    return heads.transpose(1, 2).flatten(2)


# %% wrong: reshape alone
def merge_heads(heads):
    b, h, t, d = heads.shape
    return heads.reshape(b, t, h * d)


# %% wrong: interleaved
def merge_heads(heads):
    return rearrange(heads, "b h t d -> b t (d h)")


# %% wrong: mean of the heads
def merge_heads(heads):
    return heads.mean(1)


# %% wrong: sum of the heads
def merge_heads(heads):
    return heads.sum(dim=1)


# %% wrong: heads joined with tokens
def merge_heads(heads):
    return heads.flatten(1, 2)


# %% wrong: not joined
def merge_heads(heads):
    return heads.transpose(1, 2)


# %% wrong: view on what is not contiguous
def merge_heads(heads):
    b, h, t, d = heads.shape
    return heads.transpose(1, 2).view(b, t, h * d)


# %% wrong: wrong axes swapped
def merge_heads(heads):
    b, h, t, d = heads.shape
    return heads.transpose(1, 3).reshape(b, t, h * d)


# %% wrong: first head only
def merge_heads(heads):
    return heads[:, 0]


# %% wrong: squeezed
def merge_heads(heads):
    return heads.transpose(1, 2).flatten(2).squeeze()
