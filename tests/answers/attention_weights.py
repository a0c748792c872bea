# %% right: another way (by_einsum)
def attention_weights(query, key):
    scores = torch.einsum("b h i d, b h j d -> b h i j", query, key) * query.shape[-1] ** -0.5
    scores = torch.exp(scores - scores.amax(-1, keepdim=True))
    return scores / scores.sum(-1, keepdim=True)


# %% right: scale the queries first
def attention_weights(query, key):
    query = query / query.shape[-1] ** 0.5
    return torch.softmax(query @ key.mT, dim=-1)


# %% right: loops over images and heads
def attention_weights(query, key):
    out = torch.empty(*query.shape[:3], key.shape[2], dtype=query.dtype, device=query.device)
    rows = []
    for b in range(query.shape[0]):
        heads = []
        for h in range(query.shape[1]):
            scores = torch.matmul(query[b, h], key[b, h].t()) / math.sqrt(query.shape[-1])
            heads.append(F.softmax(scores, dim=1))
        rows.append(torch.stack(heads))
    return torch.stack(rows)


# %% right: exp after the maximum is taken away
def attention_weights(query, key):
    scores = torch.einsum("bhqd,bhkd->bhqk", query, key) / math.sqrt(key.size(-1))
    scores = scores - scores.max(dim=-1, keepdim=True).values
    e = scores.exp()
    return e / e.sum(dim=-1, keepdim=True)


# %% right: by log_softmax
def attention_weights(query, key):
    return F.log_softmax(query @ key.transpose(2, 3) * query.size(3) ** -0.5, dim=-1).exp()


# %% wrong: exp and sum, which overflows
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = scores.exp()
    return e / e.sum(-1, keepdim=True)


# %% wrong: exp after one maximum of everything is taken away
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = (scores - scores.max()).exp()
    return e / e.sum(-1, keepdim=True)


# %% wrong: no scale
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1)).softmax(-1)


# %% wrong: divided by head_dim
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1) / query.shape[-1]).softmax(-1)


# %% wrong: root cut to an integer
def attention_weights(query, key):
    scale = int(math.sqrt(query.shape[-1]))
    return (query @ key.transpose(-2, -1) / scale).softmax(-1)


# %% wrong: scaled on both sides
def attention_weights(query, key):
    scale = math.sqrt(query.shape[-1])
    return ((query / scale) @ (key / scale).transpose(-2, -1)).softmax(-1)


# %% wrong: softmax over the queries
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).softmax(-2)


# %% wrong: softmax over everything
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    return scores.flatten(-2).softmax(-1).view_as(scores)


# %% wrong: log softmax
def attention_weights(query, key):
    return F.log_softmax(query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1]), dim=-1)


# %% wrong: cosine
def attention_weights(query, key):
    query, key = F.normalize(query, dim=-1), F.normalize(key, dim=-1)
    return (query @ key.transpose(-2, -1)).softmax(-1)


# %% wrong: causal mask
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    mask = torch.ones_like(scores, dtype=torch.bool).tril()
    return scores.masked_fill(~mask, float("-inf")).softmax(-1)


# %% wrong: sqrt of the tokens
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[2])).softmax(-1)


# %% wrong: key first
def attention_weights(query, key):
    return (key @ query.transpose(-2, -1) / math.sqrt(query.shape[-1])).softmax(-1)


# %% wrong: sigmoid
def attention_weights(query, key):
    return torch.sigmoid(query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1]))


# %% wrong: divided by the sum, no exp
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    return scores / scores.sum(-1, keepdim=True)


# %% wrong: scaled after the softmax
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1)).softmax(-1) / math.sqrt(query.shape[-1])


# %% wrong: head_dim of 64 hard-coded
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1) / 8).softmax(-1)


# %% wrong: averaged over the heads
def attention_weights(query, key):
    return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).softmax(-1).mean(1)


# %% wrong: detached
def attention_weights(query, key):
    scores = query @ key.detach().transpose(-2, -1) / math.sqrt(query.shape[-1])
    return scores.softmax(-1)


# %% wrong: scale kept from the first call
def attention_weights(query, key, scale=[]):
    if not scale:
        scale.append(math.sqrt(query.shape[-1]))
    return (query @ key.transpose(-2, -1) / scale[0]).softmax(-1)


# %% right: einsum and a softmax by hand
def attention_weights(query, key):
    scores = torch.einsum("bhqd,bhkd->bhqk", query, key) / math.sqrt(query.shape[-1])
    top = scores.max(dim=-1, keepdim=True).values
    e = torch.exp(scores - top)
    return e / e.sum(dim=-1, keepdim=True)


# %% right: half of the scale on each side
def attention_weights(query, key):
    quarter = query.size(-1) ** -0.25
    scores = (query * quarter) @ (key * quarter).mT
    return nn.Softmax(dim=3)(scores)


# %% right: baddbmm over the heads of all images
def attention_weights(query, key):
    b, h, t, d = query.shape
    q = query.reshape(b * h, t, d)
    k = key.reshape(b * h, t, d)
    scores = torch.baddbmm(q.new_zeros(b * h, t, t), q, k.transpose(1, 2), beta=0, alpha=1 / math.sqrt(d))
    return scores.softmax(2).view(b, h, t, t)


# %% wrong: subtracts the largest score of the whole tensor
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = (scores - scores.max()).exp()
    return e / e.sum(-1, keepdim=True)


# %% wrong: clamps the scores so that exp stays finite
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    e = scores.clamp(-50, 50).exp()
    return e / e.sum(-1, keepdim=True)


# %% wrong: the root is cut to an integer
def attention_weights(query, key):
    root = math.isqrt(query.shape[-1])
    return F.softmax(query @ key.transpose(-2, -1) / root, dim=-1)


# %% wrong: scales the query of the caller in place
def attention_weights(query, key):
    query *= query.shape[-1] ** -0.5
    return torch.softmax(query @ key.transpose(-2, -1), dim=-1)


# %% wrong: reshapes the key in place of a transpose
def attention_weights(query, key):
    b, h, t, d = key.shape
    scores = query @ key.reshape(b, h, d, t) / math.sqrt(d)
    return scores.softmax(dim=-1)


# %% wrong: leaves the axis of the softmax to PyTorch
def attention_weights(query, key):
    scores = torch.matmul(query, key.transpose(-2, -1)) / query.shape[-1] ** 0.5
    return F.softmax(scores)


# %% right: exp of the scores less their logsumexp
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    return torch.exp(scores - torch.logsumexp(scores, dim=-1, keepdim=True))


# %% wrong: scaled by the width of all heads
def attention_weights(query, key):
    b, heads, t, head_dim = query.shape
    scores = query @ key.transpose(-2, -1)
    return torch.softmax(scores / math.sqrt(heads * head_dim), dim=-1)


# %% right: with einsum and the query scaled first
def attention_weights(query, key):
    scaled = query * query.size(-1) ** -0.5
    return torch.einsum("bhqd,bhkd->bhqk", scaled, key).softmax(dim=-1)


# %% right: through the logarithm of the sum
def attention_weights(query, key):
    scores = torch.matmul(query, key.mT) / math.sqrt(key.shape[-1])
    return torch.exp(scores - torch.logsumexp(scores, dim=-1, keepdim=True))


# %% right: the softmax by hand with the maximum taken off
def attention_weights(query, key):
    head_dim = query.shape[-1]
    scores = (query @ key.transpose(-2, -1)).div(math.sqrt(head_dim))
    powers = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    return powers / powers.sum(dim=-1, keepdim=True)


# %% wrong: the scores are not scaled
def attention_weights(query, key):
    scores = query @ key.transpose(-2, -1)
    return F.softmax(scores, dim=-1)


# %% wrong: divides by d and not by its root
def attention_weights(query, key):
    d = query.shape[-1]
    scores = query @ key.transpose(-2, -1) / d
    return scores.softmax(dim=-1)


# %% wrong: softmax over the queries again
def attention_weights(query, key):
    d = query.shape[-1]
    scores = query @ key.transpose(-2, -1) / math.sqrt(d)
    return scores.softmax(dim=-2)


# %% wrong: softmax by hand that overflows
def attention_weights(query, key):
    d = query.shape[-1]
    scores = query @ key.transpose(-2, -1) / math.sqrt(d)
    e = torch.exp(scores)
    return e / e.sum(dim=-1, keepdim=True)


# %% wrong: scales by the hidden size of all heads
def attention_weights(query, key):
    batch, heads, tokens, head_dim = query.shape
    hidden = heads * head_dim
    scores = query @ key.transpose(-2, -1) / math.sqrt(hidden)
    return scores.softmax(dim=-1)


# %% wrong: scales after the softmax
def attention_weights(query, key):
    d = query.shape[-1]
    scores = query @ key.transpose(-2, -1)
    return torch.softmax(scores, dim=-1) / math.sqrt(d)


# %% wrong: query and key changed round
def attention_weights(query, key):
    d = query.shape[-1]
    scores = key @ query.transpose(-2, -1) / math.sqrt(d)
    return scores.softmax(dim=-1)
