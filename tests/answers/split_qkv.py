# %% right: the one line of einops
def split_qkv(weight, num_heads, order):
    query, key, value = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)
    return query, key, value


# %% right: view and movedim, whatever the words
def split_qkv(weight, num_heads, order):
    words = order.split()
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": weight.shape[0] // (3 * num_heads)}
    parts = weight.reshape(*[sizes[word] for word in words], *weight.shape[1:])
    parts = parts.permute(*[words.index(word) for word in ("qkv", "heads", "head_dim")], *range(3, parts.dim()))
    return tuple(part.flatten(0, 1) for part in parts)


# %% right: the number of each row, in a loop
def split_qkv(weight, num_heads, order):
    head_dim = len(weight) // 3 // num_heads
    found = []
    for part in range(3):
        rows = []
        for head in range(num_heads):
            for number in range(head_dim):
                if order == "qkv heads head_dim":
                    rows.append((part * num_heads + head) * head_dim + number)
                elif order == "heads qkv head_dim":
                    rows.append((head * 3 + part) * head_dim + number)
                else:
                    rows.append((head * head_dim + number) * 3 + part)
        found.append(weight[rows])
    return found[0], found[1], found[2]


# %% right: chunks, chunks of each head, every third row
def split_qkv(weight, num_heads, order):
    if order == "qkv heads head_dim":
        return weight.chunk(3)
    if order == "heads head_dim qkv":
        return weight[0::3], weight[1::3], weight[2::3]
    heads = [head.chunk(3) for head in weight.chunk(num_heads)]
    return tuple(torch.cat([head[i] for head in heads]) for i in range(3))


# %% right: three index tensors from arange
def split_qkv(weight, num_heads, order):
    numbers = np.arange(weight.shape[0]).reshape([{"qkv": 3, "heads": num_heads}.get(w, -1) for w in order.split()])
    rows = np.moveaxis(numbers, order.split().index("qkv"), 0).reshape(3, -1)
    return tuple(weight[torch.as_tensor(one, device=weight.device)] for one in rows)


# %% right: as a list, a bias treated as one column
def split_qkv(weight, num_heads, order):
    matrix = weight if weight.dim() == 2 else weight[:, None]
    parts = rearrange(matrix, f"({order}) i -> qkv (heads head_dim) i", qkv=3, heads=num_heads)
    return [part if weight.dim() == 2 else part[:, 0] for part in parts]


# %% wrong: torch.chunk for every order
def split_qkv(weight, num_heads, order):
    return torch.chunk(weight, 3, dim=0)


# %% wrong: every third row unless all queries come first
def split_qkv(weight, num_heads, order):
    if order.startswith("qkv"):
        return weight.chunk(3)
    return weight[::3], weight[1::3], weight[2::3]


# %% wrong: each head in thirds unless all queries come first
def split_qkv(weight, num_heads, order):
    if order == "qkv heads head_dim":
        return weight.split(len(weight) // 3)
    heads = weight.unflatten(0, (num_heads, 3, -1))
    return heads[:, 0].flatten(0, 1), heads[:, 1].flatten(0, 1), heads[:, 2].flatten(0, 1)


# %% wrong: key and value exchanged
def split_qkv(weight, num_heads, order):
    query, key, value = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)
    return query, value, key


# %% wrong: the size of a head where the number of heads should be
def split_qkv(weight, num_heads, order):
    return tuple(rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, head_dim=num_heads))


# %% wrong: head_dim before heads in the result
def split_qkv(weight, num_heads, order):
    return tuple(rearrange(weight, f"({order}) ... -> qkv (head_dim heads) ...", qkv=3, heads=num_heads))


# %% wrong: heads keep an axis of their own
def split_qkv(weight, num_heads, order):
    q, k, v = rearrange(weight, f"({order}) ... -> qkv heads head_dim ...", qkv=3, heads=num_heads)
    return q, k, v


# %% wrong: one tensor
def split_qkv(weight, num_heads, order):
    return rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)


# %% wrong: a matrix only
def split_qkv(weight, num_heads, order):
    q, k, v = rearrange(weight, f"({order}) i -> qkv (heads head_dim) i", qkv=3, heads=num_heads)
    return q, k, v


# %% wrong: the bias is only cut in three
def split_qkv(weight, num_heads, order):
    if weight.dim() == 1:
        return weight.chunk(3)
    q, k, v = rearrange(weight, f"({order}) i -> qkv (heads head_dim) i", qkv=3, heads=num_heads)
    return q, k, v


# %% wrong: reshaped to the result's axes without regard to the order
def split_qkv(weight, num_heads, order):
    parts = weight.reshape(num_heads, 3, -1, *weight.shape[1:])
    return tuple(parts[:, i].flatten(0, 1) for i in range(3))


# %% wrong: the last axis instead of the rows
def split_qkv(weight, num_heads, order):
    return weight.chunk(3, dim=-1)


# %% wrong: transposed as for JAX
def split_qkv(weight, num_heads, order):
    q, k, v = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)
    return (q.T, k.T, v.T) if weight.dim() == 2 else (q, k, v)


# %% right: detached, for weights from a file
def split_qkv(weight, num_heads, order):
    q, k, v = rearrange(weight.detach(), f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)
    return q, k, v


# %% right: three ifs, reshape and permute
import torch


def split_qkv(weight, num_heads, order):
    hidden = weight.shape[0] // 3
    d = hidden // num_heads
    rest = weight.shape[1:]
    if order == "qkv heads head_dim":
        q, k, v = weight.chunk(3, dim=0)
        return q, k, v
    elif order == "heads qkv head_dim":
        w = weight.reshape(num_heads, 3, d, *rest)
        return tuple(w[:, i].reshape(hidden, *rest) for i in range(3))
    elif order == "heads head_dim qkv":
        w = weight.reshape(num_heads, d, 3, *rest)
        return tuple(w[:, :, i].reshape(hidden, *rest) for i in range(3))
    raise ValueError(order)


# %% right: the order itself as an einops pattern
from einops import rearrange


def split_qkv(weight, num_heads, order):
    q, k, v = rearrange(
        weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads
    )
    return q, k, v


# %% right: a loop over rows that counts like an odometer
import itertools

import torch


def split_qkv(weight, num_heads, order):
    names = order.split()
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": weight.shape[0] // 3 // num_heads}
    parts = [{}, {}, {}]
    for row, counts in zip(weight, itertools.product(*(range(sizes[n]) for n in names))):
        at = dict(zip(names, counts))
        parts[at["qkv"]][at["heads"], at["head_dim"]] = row
    return [torch.stack([part[key] for key in sorted(part)]) for part in parts]


# %% right: row numbers worked out in numpy, then index_select
import numpy as np
import torch


def split_qkv(weight, num_heads, order):
    total = weight.shape[0]
    size = dict(qkv=3, heads=num_heads, head_dim=total // (3 * num_heads))
    axes = order.split(" ")
    numbers = np.arange(total).reshape([size[a] for a in axes])
    numbers = np.transpose(numbers, [axes.index(a) for a in ("qkv", "heads", "head_dim")])
    numbers = torch.as_tensor(numbers.reshape(3, -1).copy(), device=weight.device)
    return tuple(torch.index_select(weight, 0, n) for n in numbers)


# %% wrong: order is ignored, always three chunks
import torch


def split_qkv(weight, num_heads, order):
    query, key, value = torch.chunk(weight, 3, dim=0)
    return query, key, value


# %% wrong: heads are left as an axis of their own
import torch


def split_qkv(weight, num_heads, order):
    head_dim = weight.shape[0] // 3 // num_heads
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": head_dim}
    axes = order.split()
    w = weight.reshape(*[sizes[a] for a in axes], *weight.shape[1:])
    return w.unbind(axes.index("qkv"))


# %% wrong: only for matrices, a bias raises
import torch


def split_qkv(weight, num_heads, order):
    hidden = weight.shape[1]
    head_dim = hidden // num_heads
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": head_dim}
    axes = order.split()
    w = weight.reshape(*[sizes[a] for a in axes], hidden)
    return tuple(part.reshape(hidden, hidden) for part in w.unbind(axes.index("qkv")))


# %% wrong: permute with the inverse of the permutation
import torch


def split_qkv(weight, num_heads, order):
    hidden = weight.shape[0] // 3
    wanted = ["qkv", "heads", "head_dim"]
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": hidden // num_heads}
    axes = order.split()
    w = weight.reshape([sizes[a] for a in axes] + list(weight.shape[1:]))
    perm = [wanted.index(a) for a in axes]
    w = w.permute(perm + list(range(3, w.dim())))
    w = w.reshape(3, hidden, *weight.shape[1:])
    return w[0], w[1], w[2]


# %% wrong: "heads qkv head_dim" read as every third row
import torch


def split_qkv(weight, num_heads, order):
    if order.startswith("qkv"):
        return weight.chunk(3)
    return weight[0::3], weight[1::3], weight[2::3]


# %% wrong: the two orders that start with heads are read alike, in blocks of head_dim
import torch


def split_qkv(weight, num_heads, order):
    if order == "qkv heads head_dim":
        return weight.chunk(3, dim=0)
    q, k, v = [], [], []
    for head in weight.chunk(num_heads, dim=0):
        a, b, c = head.chunk(3, dim=0)
        q.append(a)
        k.append(b)
        v.append(c)
    return torch.cat(q), torch.cat(k), torch.cat(v)


# %% wrong: num_heads and head_dim mixed up
from einops import rearrange


def split_qkv(weight, num_heads, order):
    w = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, head_dim=num_heads)
    return w[0], w[1], w[2]


# %% wrong: heads end up interleaved, head_dim before heads
from einops import rearrange


def split_qkv(weight, num_heads, order):
    w = rearrange(weight, f"({order}) ... -> qkv (head_dim heads) ...", qkv=3, heads=num_heads)
    return w[0], w[1], w[2]


# %% wrong: view after moving the axes, raises as the memory is not in a row
import torch


def split_qkv(weight, num_heads, order):
    hidden = weight.shape[0] // 3
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": hidden // num_heads}
    axes = order.split()
    w = weight.view(*[sizes[a] for a in axes], *weight.shape[1:])
    w = w.movedim(axes.index("qkv"), 0)
    w = w.view(3, hidden, *weight.shape[1:])
    return w[0], w[1], w[2]


# %% wrong: the columns are split, not the rows (a weight of x @ W in mind), by transposing first
import torch


def split_qkv(weight, num_heads, order):
    hidden = weight.shape[0] // 3
    sizes = {"qkv": 3, "heads": num_heads, "head_dim": hidden // num_heads}
    axes = order.split()
    w = weight.T if weight.dim() == 2 else weight
    w = w.reshape(*w.shape[:-1], *[sizes[a] for a in axes])
    start = w.dim() - 3
    w = w.movedim(start + axes.index("qkv"), 0)
    w = w.reshape(3, *w.shape[1:-2], hidden)
    return w[0], w[1], w[2]
