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


# %% right: concatenates the heads
def merge_heads(heads):
    return torch.cat(heads.unbind(dim=1), dim=-1)


# %% right: movedim and flatten
def merge_heads(heads):
    return heads.movedim(1, 2).flatten(start_dim=2)


# %% right: fills an empty tensor slice by slice
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    merged = heads.new_empty(batch, tokens, num_heads * head_dim)
    for i in range(num_heads):
        merged[..., i * head_dim : (i + 1) * head_dim] = heads[:, i]
    return merged


# %% wrong: stacks the heads on the last axis
def merge_heads(heads):
    return torch.stack(heads.unbind(dim=1), dim=-1).flatten(2)


# %% wrong: takes axis 1 for the tokens when it unpacks the shape
def merge_heads(heads):
    batch, tokens, num_heads, head_dim = heads.shape
    return heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_dim)


# %% wrong: transposes the caller's tensor
def merge_heads(heads):
    heads.transpose_(1, 2)
    return heads.reshape(heads.shape[0], heads.shape[1], -1)


# %% wrong: the new tensor is always float32
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    merged = torch.zeros(batch, tokens, num_heads * head_dim)
    for i in range(num_heads):
        merged[:, :, i * head_dim : (i + 1) * head_dim] = heads[:, i]
    return merged


# %% wrong: the heads one below the other
def merge_heads(heads):
    return torch.cat(list(heads.unbind(dim=1)), dim=1)


# %% wrong: hidden before tokens
def merge_heads(heads):
    return rearrange(heads, "b h t d -> b (h d) t")


# %% wrong: by way of numpy, without gradients
def merge_heads(heads):
    array = heads.detach().cpu().numpy()
    merged = np.concatenate([array[:, i] for i in range(array.shape[1])], axis=-1)
    return torch.from_numpy(merged)


# %% wrong: squeeze takes away axes of length one
def merge_heads(heads):
    parts = heads.chunk(heads.shape[1], dim=1)
    return torch.cat(parts, dim=-1).squeeze()


# %% right: an empty tensor filled head by head
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    merged = heads.new_empty(batch, tokens, num_heads * head_dim)
    for i in range(num_heads):
        merged[:, :, i * head_dim:(i + 1) * head_dim] = heads[:, i]
    return merged


# %% wrong: reshape without moving the axes
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    return heads.reshape(batch, tokens, num_heads * head_dim)


# %% wrong: view on a transposed tensor
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    return heads.transpose(1, 2).view(batch, tokens, num_heads * head_dim)


# %% wrong: the hidden size is written in
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    return heads.permute(0, 2, 1, 3).reshape(batch, -1, 768)


# %% wrong: the result is always float32
def merge_heads(heads):
    batch, num_heads, tokens, head_dim = heads.shape
    merged = torch.zeros(batch, tokens, num_heads * head_dim)
    for h in range(num_heads):
        start = h * head_dim
        merged[:, :, start:start + head_dim] = heads[:, h]
    return merged


# %% wrong: squeeze loses an axis of size one
def merge_heads(heads):
    images = []
    for image in heads:
        images.append(torch.cat([head for head in image], dim=-1))
    return torch.stack(images).squeeze()


# %% wrong: heads put one after another along the tokens
def merge_heads(heads):
    return torch.cat([heads[:, h] for h in range(heads.shape[1])], dim=1)
