# %% right: a loop over heads, slices of out
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = attention.value(tokens)
    d = v.shape[-1] // attention.num_heads
    out = []
    for h in range(attention.num_heads):
        part = slice(h * d, (h + 1) * d)
        out.append(weights[:, h] @ v[..., part] @ attention.out.weight[:, part].T)
    return torch.stack(out, dim=1)


# %% right: one head among zeros, through out without its bias
def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    mixed = weights @ split_heads(attention.value(tokens), attention.num_heads)
    written = []
    for head in range(attention.num_heads):
        only = torch.zeros_like(mixed)
        only[:, head] = mixed[:, head]
        written.append(F.linear(merge_heads(only), attention.out.weight))
    return torch.stack(written, 1)


# %% right: einsum with everything named
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    value = rearrange(attention.value(tokens), "b k (h d) -> b h k d", h=attention.num_heads)
    out = rearrange(attention.out.weight, "o (h d) -> o h d", h=attention.num_heads)
    return torch.einsum("bhqk,bhkd,ohd->bhqo", weights, value, out)


# %% right: the difference that a head makes, with the layer's own forward
import copy


def head_writes(attention, tokens):
    whole = attention(tokens)[0]
    d = tokens.shape[-1] // attention.num_heads
    found = []
    for head in range(attention.num_heads):
        without = copy.deepcopy(attention)
        with torch.no_grad():
            without.out.weight[:, head * d : (head + 1) * d] = 0
        found.append(whole - without(tokens)[0])
    return torch.stack(found, dim=1)


# %% right: weights computed again, out applied to the values before mixing
def head_writes(attention, tokens):
    b, n, hidden = tokens.shape
    heads = attention.num_heads
    d = hidden // heads
    q, k, v = (
        f(tokens).view(b, n, heads, d).transpose(1, 2) for f in (attention.query, attention.key, attention.value)
    )
    a = F.softmax(q @ k.transpose(2, 3) / d**0.5, dim=-1)
    w = attention.out.weight.T.reshape(heads, d, hidden)
    return a @ (v @ w)


# %% right: each image by itself
def head_writes(attention, tokens):
    images = []
    for x in tokens:
        weights = attention(x[None], return_attention=True)[1][0]
        values = attention.value(x).chunk(attention.num_heads, dim=-1)
        columns = attention.out.weight.chunk(attention.num_heads, dim=1)
        images.append(torch.stack([w @ v @ c.T for w, v, c in zip(weights, values, columns)]))
    return torch.stack(images)


# %% wrong: rows of out
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.value(tokens), attention.num_heads)
    d = v.shape[-1]
    out = []
    for h in range(attention.num_heads):
        out.append(weights[:, h] @ v[:, h] @ attention.out.weight[h * d : (h + 1) * d])
    return torch.stack(out, dim=1)


# %% wrong: the whole layer out, with its bias, for each head
def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    mixed = weights @ split_heads(attention.value(tokens), attention.num_heads)
    written = []
    for head in range(attention.num_heads):
        only = torch.zeros_like(mixed)
        only[:, head] = mixed[:, head]
        written.append(attention.out(merge_heads(only)))
    return torch.stack(written, 1)


# %% wrong: heads interleaved by the pattern
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    value = rearrange(attention.value(tokens), "b k (d h) -> b h k d", h=attention.num_heads)
    out = rearrange(attention.out.weight, "o (d h) -> h d o", h=attention.num_heads)
    return weights @ value @ out


# %% wrong: the other heads switched off, and the bias left in
import copy


def head_writes(attention, tokens):
    d = tokens.shape[-1] // attention.num_heads
    found = []
    for head in range(attention.num_heads):
        alone = copy.deepcopy(attention)
        with torch.no_grad():
            alone.out.weight[:, : head * d] = 0
            alone.out.weight[:, (head + 1) * d :] = 0
        found.append(alone(tokens)[0])
    return torch.stack(found, dim=1)


# %% wrong: switched off in the layer that was passed in, and not put back
def head_writes(attention, tokens):
    d = tokens.shape[-1] // attention.num_heads
    found, before = [], attention(tokens)[0]
    for head in range(attention.num_heads):
        with torch.no_grad():
            attention.out.weight[:, head * d : (head + 1) * d] = 0
        after = attention(tokens)[0]
        found.append(before - after)
        before = after
    return torch.stack(found, dim=1)


# %% wrong: averaged over the heads
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1].mean(dim=1)
    v = split_heads(attention.value(tokens), attention.num_heads)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return weights[:, None] @ v @ out


# %% wrong: softmax over the wrong axis
def head_writes(attention, tokens):
    q, k, v = (split_heads(f(tokens), attention.num_heads) for f in (attention.query, attention.key, attention.value))
    weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(dim=2)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return weights @ v @ out


# %% wrong: a view in place of a split
def head_writes(attention, tokens):
    b, n, hidden = tokens.shape
    weights = attention(tokens, return_attention=True)[1]
    v = attention.value(tokens).view(b, attention.num_heads, n, -1)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return weights @ v @ out


# %% wrong: the sum
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.value(tokens), attention.num_heads)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return (weights @ v @ out).sum(dim=1) + attention.out.bias


# %% wrong: head after token
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.value(tokens), attention.num_heads)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return torch.einsum("bhqk,bhkd,hdo->bqho", weights, v, out)


# %% wrong: keys in place of values
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.key(tokens), attention.num_heads)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return weights @ v @ out


# %% wrong: weights without the scale, written out
def head_writes(attention, tokens):
    q, k, v = (split_heads(f(tokens), attention.num_heads) for f in (attention.query, attention.key, attention.value))
    weights = torch.softmax(q @ k.mT, -1)
    out = rearrange(attention.out.weight, "o (h d) -> h d o", h=attention.num_heads)
    return weights @ v @ out


# %% wrong: the transposed weight without its columns
def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.value(tokens), attention.num_heads)
    return v @ attention.out.weight.T


# %% wrong: float32 zeros to collect in
def head_writes(attention, tokens):
    b, n, hidden = tokens.shape
    heads, d = attention.num_heads, hidden // attention.num_heads
    weights = attention(tokens, return_attention=True)[1]
    v = split_heads(attention.value(tokens), heads)
    found = torch.zeros(b, heads, n, hidden, device=tokens.device)
    for h in range(heads):
        found[:, h] = weights[:, h] @ v[:, h] @ attention.out.weight[:, h * d : (h + 1) * d].T
    return found


# %% right: a loop over heads, slices of out's columns
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    value = attention.value(tokens)
    d = value.shape[-1] // attention.num_heads
    writes = []
    for h in range(attention.num_heads):
        cols = slice(h * d, (h + 1) * d)
        mixed = weights[:, h] @ value[:, :, cols]
        writes.append(mixed @ attention.out.weight[:, cols].T)
    return torch.stack(writes, dim=1)


# %% right: one einsum over weights, values and out
import torch


def head_writes(attention, tokens):
    weights = attention(tokens, return_attention=True)[1]
    H = attention.num_heads
    v = attention.value(tokens).unflatten(-1, (H, -1))
    o = attention.out.weight.unflatten(1, (H, -1))
    return torch.einsum("bhqk,bkhd,ohd->bhqo", weights, v, o)


# %% right: silence all other heads in a copy, and run the whole layer once a head
import copy

import torch


def head_writes(attention, tokens):
    results = []
    with torch.no_grad():
        for h in range(attention.num_heads):
            one = copy.deepcopy(attention)
            d = one.out.in_features // one.num_heads
            keep = torch.zeros_like(one.out.weight)
            keep[:, h * d:(h + 1) * d] = 1
            one.out.weight.mul_(keep)
            if one.out.bias is not None:
                one.out.bias.zero_()
            results.append(one(tokens, return_attention=True)[0])
    return torch.stack(results, 1)


# %% right: einops, softmax computed anew, a block-diagonal table and F.linear
import torch
import torch.nn.functional as F
from einops import rearrange


class Heads:
    def __init__(self, attention):
        self.a = attention
        self.h = attention.num_heads

    def split(self, layer, tokens):
        return rearrange(layer(tokens), "b n (h d) -> b h n d", h=self.h)

    def context(self, tokens):
        q = self.split(self.a.query, tokens)
        k = self.split(self.a.key, tokens)
        v = self.split(self.a.value, tokens)
        return F.scaled_dot_product_attention(q, k, v)

    def write(self, tokens):
        ctx = self.context(tokens)
        b, h, n, d = ctx.shape
        wide = ctx.new_zeros(b, h, n, h, d)
        for i in range(h):
            wide[:, i, :, i] = ctx[:, i]
        return F.linear(rearrange(wide, "b i n h d -> b i n (h d)"), self.a.out.weight)


def head_writes(attention, tokens):
    return Heads(attention).write(tokens)


# %% wrong: cuts the rows of out.weight, not its columns
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    b, n, hidden = tokens.shape
    d = hidden // attention.num_heads
    v = attention.value(tokens).view(b, n, attention.num_heads, d).transpose(1, 2)
    ctx = weights @ v
    w = attention.out.weight.view(attention.num_heads, d, hidden)
    return ctx @ w


# %% wrong: the bias is shared out among the heads, so that the sum is the output
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    h = attention.num_heads
    v = attention.value(tokens).unflatten(-1, (h, -1))
    ctx = torch.einsum("bhqk,bkhd->bhqd", weights, v)
    w = attention.out.weight.unflatten(-1, (h, -1))
    writes = torch.einsum("bhqd,ohd->bhqo", ctx, w)
    return writes + attention.out.bias / h


# %% wrong: values viewed as [batch, heads, tokens, head_dim] with no transpose
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    b, n, hidden = tokens.shape
    h = attention.num_heads
    v = attention.value(tokens).reshape(b, h, n, hidden // h)
    ctx = weights @ v
    w = attention.out.weight.reshape(hidden, h, hidden // h)
    return torch.einsum("bhnd,ohd->bhno", ctx, w)


# %% wrong: heads counted along the last axis, each takes every h-th number
import torch
from einops import rearrange


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    h = attention.num_heads
    v = rearrange(attention.value(tokens), "b n (d h) -> b h n d", h=h)
    w = rearrange(attention.out.weight, "o (d h) -> h d o", h=h)
    return weights @ v @ w


# %% wrong: the weights are read transposed, summed over queries
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    h = attention.num_heads
    v = attention.value(tokens).unflatten(-1, (h, -1))
    w = attention.out.weight.unflatten(-1, (h, -1))
    return torch.einsum("bhij,bihd,ohd->bhjo", weights, v, w)


# %% wrong: axes out as [batch, tokens, heads, hidden]
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    h = attention.num_heads
    v = attention.value(tokens).unflatten(-1, (h, -1)).transpose(1, 2)
    ctx = (weights @ v).transpose(1, 2)
    w = attention.out.weight.unflatten(-1, (h, -1))
    return torch.einsum("bnhd,ohd->bnho", ctx, w)


# %% wrong: the values are not mixed by the attention
import torch


def head_writes(attention, tokens):
    h = attention.num_heads
    v = attention.value(tokens).unflatten(-1, (h, -1))
    w = attention.out.weight.unflatten(-1, (h, -1))
    return torch.einsum("bnhd,ohd->bhno", v, w)


# %% wrong: a head of head_dim numbers is given to the whole out, which raises
import torch


def head_writes(attention, tokens):
    _, weights = attention(tokens, return_attention=True)
    b, n, hidden = tokens.shape
    h = attention.num_heads
    v = attention.value(tokens).view(b, n, h, hidden // h).transpose(1, 2)
    ctx = weights @ v
    return attention.out(ctx) - attention.out.bias


# %% wrong: silences the other heads in the layer itself and never puts them back
import torch


@torch.no_grad()
def head_writes(attention, tokens):
    full = attention.out.weight.clone()
    d = full.shape[1] // attention.num_heads
    writes = []
    for h in range(attention.num_heads):
        attention.out.weight.zero_()
        attention.out.weight[:, h * d:(h + 1) * d] = full[:, h * d:(h + 1) * d]
        out, _ = attention(tokens, return_attention=True)
        writes.append(out - attention.out.bias)
    return torch.stack(writes, dim=1)
