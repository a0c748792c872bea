# %% right: another way (by_chunks)
def split_heads(tokens, num_heads):
    return torch.stack(tokens.chunk(num_heads, dim=-1), dim=1)


# %% right: view and transpose
def split_heads(tokens, num_heads):
    b, t, d = tokens.shape
    return tokens.view(b, t, num_heads, d // num_heads).transpose(1, 2)


# %% right: reshape and permute
def split_heads(tokens, num_heads):
    return tokens.reshape(*tokens.shape[:2], num_heads, -1).permute(0, 2, 1, 3)


# %% right: slices
def split_heads(tokens, num_heads):
    size = tokens.shape[-1] // num_heads
    return torch.stack([tokens[:, :, h * size : (h + 1) * size] for h in range(num_heads)], dim=1)


# %% wrong: reshape alone
def split_heads(tokens, num_heads):
    b, t, d = tokens.shape
    return tokens.reshape(b, num_heads, t, d // num_heads)


# %% wrong: interleaved
def split_heads(tokens, num_heads):
    return rearrange(tokens, "b t (d h) -> b h t d", h=num_heads)


# %% wrong: heads not in front
def split_heads(tokens, num_heads):
    b, t, d = tokens.shape
    return tokens.view(b, t, num_heads, d // num_heads)


# %% wrong: num_heads taken for head_dim
def split_heads(tokens, num_heads):
    return rearrange(tokens, "b t (h d) -> b h t d", d=num_heads)


# %% wrong: axes last
def split_heads(tokens, num_heads):
    return rearrange(tokens, "b t (h d) -> b h d t", h=num_heads)


# %% wrong: chunks in the batch
def split_heads(tokens, num_heads):
    return torch.cat(tokens.chunk(num_heads, dim=-1), dim=0).unsqueeze(1)


# %% wrong: heads before the batch
def split_heads(tokens, num_heads):
    return torch.stack(tokens.chunk(num_heads, dim=-1))


# %% wrong: a list
def split_heads(tokens, num_heads):
    return list(tokens.chunk(num_heads, dim=-1))


# %% wrong: tokens cut apart
def split_heads(tokens, num_heads):
    return torch.stack(tokens.chunk(num_heads, dim=1), dim=1)


# %% wrong: head_dim of 64
def split_heads(tokens, num_heads):
    b, t, d = tokens.shape
    return tokens.reshape(b, t, -1, 64).transpose(1, 2)


# %% wrong: the batch is 1
def split_heads(tokens, num_heads):
    _, t, d = tokens.shape
    return tokens.reshape(1, t, num_heads, d // num_heads).transpose(1, 2)


# %% right: unflatten and movedim
def split_heads(tokens, num_heads):
    return tokens.unflatten(-1, (num_heads, -1)).movedim(-2, 1)


# %% right: fills a new tensor head by head
def split_heads(tokens, num_heads):
    batch, count, hidden = tokens.shape
    head_dim = hidden // num_heads
    heads = tokens.new_zeros((batch, num_heads, count, head_dim))
    for head in range(num_heads):
        heads[:, head] = tokens[..., head * head_dim : (head + 1) * head_dim]
    return heads


# %% wrong: reshapes straight to the last shape
def split_heads(tokens, num_heads):
    batch, n, hidden = tokens.shape
    return tokens.reshape(batch, num_heads, n, hidden // num_heads)


# %% wrong: the heads stay behind the tokens
def split_heads(tokens, num_heads):
    batch, n, hidden = tokens.shape
    return tokens.view(batch, n, num_heads, hidden // num_heads)


# %% wrong: a head always has 64 numbers
def split_heads(tokens, num_heads):
    batch, n, hidden = tokens.shape
    return tokens.reshape(batch, n, num_heads, 64).transpose(1, 2)


# %% wrong: takes the number of heads for their size
def split_heads(tokens, num_heads):
    batch, n, hidden = tokens.shape
    return tokens.reshape(batch, n, -1, num_heads).transpose(1, 2)


# %% wrong: the heads are folded into the batch
def split_heads(tokens, num_heads):
    return rearrange(tokens, "b t (h d) -> (b h) t d", h=num_heads)


# %% wrong: fills a tensor of the default dtype
def split_heads(tokens, num_heads):
    batch, n, hidden = tokens.shape
    head_dim = hidden // num_heads
    out = torch.zeros(batch, num_heads, n, head_dim)
    for i in range(num_heads):
        out[:, i] = tokens[:, :, i * head_dim : (i + 1) * head_dim]
    return out
