# %% right: meshgrid and four pieces joined
def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = torch.pow(10000.0, -torch.linspace(0, 1, q))
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    x = x.reshape(-1, 1) * omega
    y = y.reshape(-1, 1) * omega
    return torch.cat((torch.sin(x), torch.cos(x), torch.sin(y), torch.cos(y)), dim=-1).unsqueeze(0)


# %% right: loops and the math module
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    vectors = []
    for y in range(grid[0]):
        for x in range(grid[1]):
            w = [1.0 if q == 1 else 10_000 ** (-k / (q - 1)) for k in range(q)]
            vector = [f(place * one) for place in (x, y) for f in (math.sin, math.cos) for one in w]
            vectors.append(vector)
    return torch.tensor([vectors])


# %% right: NumPy, in double precision until the end
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    w = np.exp(-np.log(10000.0) * np.arange(q) / max(q - 1, 1))
    places = np.stack(np.indices(grid)[::-1], axis=-1).reshape(-1, 2)
    angles = places[:, :, None] * w
    parts = np.stack([np.sin(angles), np.cos(angles)], axis=2)
    return torch.from_numpy(parts.reshape(1, len(places), hidden)).float()


# %% right: einops, each half made for one axis and repeated along the other
def sincos_position_embeddings(grid, hidden):
    w = torch.logspace(0, -4, hidden // 4)

    def along(n):
        angles = torch.einsum("n,q->nq", torch.arange(n).float(), w)
        return torch.cat([angles.sin(), angles.cos()], dim=1)

    x = repeat(along(grid[1]), "c d -> r c d", r=grid[0])
    y = repeat(along(grid[0]), "r d -> r c d", c=grid[1])
    return rearrange(torch.cat([x, y], dim=-1), "r c d -> 1 (r c) d")


# %% right: complex numbers
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    n = torch.arange(grid[0] * grid[1])
    out = torch.empty(1, len(n), hidden)
    for i, place in enumerate((n % grid[1], n // grid[1])):
        z = torch.polar(torch.ones(len(n), q), place[:, None] * 10000 ** torch.linspace(0, -1, q))
        out[0, :, 2 * i * q : (2 * i + 1) * q] = z.imag
        out[0, :, (2 * i + 1) * q : (2 * i + 2) * q] = z.real
    return out


# %% wrong: k / q as in the Transformer for text
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    omega = 1 / 10000 ** (torch.arange(q) / q)
    y, x = torch.meshgrid(torch.arange(grid[0]), torch.arange(grid[1]), indexing="ij")
    x = x.reshape(-1, 1) * omega
    y = y.reshape(-1, 1) * omega
    return torch.cat((torch.sin(x), torch.cos(x), torch.sin(y), torch.cos(y)), dim=-1)[None]


# %% wrong: 2k / hidden, as copied from the text Transformer
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    omega = 10000 ** (-2 * torch.arange(q) / hidden)
    y, x = torch.meshgrid(torch.arange(grid[0]), torch.arange(grid[1]), indexing="ij")
    x = x.reshape(-1, 1) * omega
    y = y.reshape(-1, 1) * omega
    return torch.cat((torch.sin(x), torch.cos(x), torch.sin(y), torch.cos(y)), dim=-1)[None]


# %% wrong: the row in the first half
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    y, x = torch.meshgrid(torch.arange(grid[0]), torch.arange(grid[1]), indexing="ij")
    halves = []
    for place in (y, x):
        angles = torch.outer(place.flatten(), omega)
        halves += [angles.sin(), angles.cos()]
    return torch.cat(halves, dim=1)[None]


# %% wrong: the default indexing of the other libraries, so columns come first
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    x, y = torch.meshgrid(torch.arange(grid[1]), torch.arange(grid[0]), indexing="ij")
    x, y = (torch.outer(place.flatten(), omega) for place in (x, y))
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: cosines first
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    y = torch.outer(torch.arange(grid[0]).repeat_interleave(grid[1]), omega)
    return torch.cat([x.cos(), x.sin(), y.cos(), y.sin()], dim=1)[None]


# %% wrong: sine and cosine alternate
def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    w = 10000 ** -torch.linspace(0, 1, hidden // 4)
    result = torch.zeros(1, rows * columns, hidden)
    for n in range(rows * columns):
        y, x = divmod(n, columns)
        result[0, n, 0 : hidden // 2 : 2] = torch.sin(x * w)
        result[0, n, 1 : hidden // 2 : 2] = torch.cos(x * w)
        result[0, n, hidden // 2 :: 2] = torch.sin(y * w)
        result[0, n, hidden // 2 + 1 :: 2] = torch.cos(y * w)
    return result


# %% wrong: NumPy's double precision
def sincos_position_embeddings(grid, hidden):
    w = 10000.0 ** -np.linspace(0, 1, hidden // 4)
    y, x = np.indices(grid)
    x, y = np.outer(x, w), np.outer(y, w)
    return torch.from_numpy(np.concatenate([np.sin(x), np.cos(x), np.sin(y), np.cos(y)], axis=1)[None])


# %% wrong: rows and columns of the wrong repeat
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    rows, columns = grid
    x = torch.outer(torch.arange(columns).repeat_interleave(rows), omega)
    y = torch.outer(torch.arange(rows).repeat(columns), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: both repeated in the same way
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    rows, columns = grid
    x = torch.outer(torch.arange(columns).repeat(rows), omega)
    y = torch.outer(torch.arange(rows).repeat(columns), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: the exponent's sign is forgotten
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** torch.linspace(0, 1, hidden // 4)
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    y = torch.outer(torch.arange(grid[0]).repeat_interleave(grid[1]), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: q - 1 with nothing done for q = 1
def sincos_position_embeddings(grid, hidden):
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / (q - 1))
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    y = torch.outer(torch.arange(grid[0]).repeat_interleave(grid[1]), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: one axis too few
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    y = torch.outer(torch.arange(grid[0]).repeat_interleave(grid[1]), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)


# %% wrong: a base of 1,000
def sincos_position_embeddings(grid, hidden):
    omega = 1000 ** -torch.linspace(0, 1, hidden // 4)
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    y = torch.outer(torch.arange(grid[0]).repeat_interleave(grid[1]), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: the row's half is that of the column again
def sincos_position_embeddings(grid, hidden):
    omega = 10000 ** -torch.linspace(0, 1, hidden // 4)
    x = torch.outer(torch.arange(grid[1]).repeat(grid[0]), omega)
    return torch.cat([x.sin(), x.cos(), x.sin(), x.cos()], dim=1)[None]


# %% right: two plain loops with math
import math

import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    freqs = []
    for k in range(q):
        if q == 1:
            freqs.append(1.0)
        else:
            freqs.append(10000 ** (-k / (q - 1)))
    out = []
    for y in range(rows):
        for x in range(columns):
            vec = []
            for f in freqs:
                vec.append(math.sin(x * f))
            for f in freqs:
                vec.append(math.cos(x * f))
            for f in freqs:
                vec.append(math.sin(y * f))
            for f in freqs:
                vec.append(math.cos(y * f))
            out.append(vec)
    return torch.tensor(out, dtype=torch.float32, device="cpu").unsqueeze(0)


# %% right: meshgrid, outer products, cat
import torch


def sincos_position_embeddings(grid, hidden):
    assert hidden % 4 == 0
    h, w = grid
    q = hidden // 4
    y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    omega = torch.arange(q) / max(q - 1, 1)
    omega = 1.0 / (10000**omega)
    y = y.flatten()[:, None] * omega[None, :]
    x = x.flatten()[:, None] * omega[None, :]
    pe = torch.cat((x.sin(), x.cos(), y.sin(), y.cos()), dim=1)
    return pe[None].type(torch.float32)


# %% right: logspace, each axis once, einops repeat
import torch
from einops import rearrange, repeat


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    omega = torch.logspace(0, -4, hidden // 4, dtype=torch.float64)

    def one_axis(n):
        angles = torch.einsum("n,k->nk", torch.arange(n, dtype=torch.float64), omega)
        return rearrange([angles.sin(), angles.cos()], "two n k -> n (two k)")

    x = repeat(one_axis(columns), "c d -> r c d", r=rows)
    y = repeat(one_axis(rows), "r d -> r c d", c=columns)
    return rearrange(torch.cat([x, y], dim=-1), "r c d -> 1 (r c) d").float()


# %% right: numpy, an empty array filled slice by slice, complex exponentials
import numpy as np
import torch


def sincos_position_embeddings(grid, hidden):
    R, C = grid
    q = hidden // 4
    w = np.exp(-np.log(10000.0) * np.linspace(0.0, 1.0, q))
    n = np.arange(R * C)
    ex = np.exp(1j * np.outer(n % C, w))
    ey = np.exp(1j * np.outer(n // C, w))
    out = np.empty((1, R * C, hidden), dtype=np.float32)
    out[0, :, :q] = ex.imag
    out[0, :, q:2 * q] = ex.real
    out[0, :, 2 * q:3 * q] = ey.imag
    out[0, :, 3 * q:] = ey.real
    return torch.from_numpy(out)


# %% wrong: the exponent is k / q, not k / (q - 1)
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / q)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    x = x.reshape(-1, 1) * omega
    y = y.reshape(-1, 1) * omega
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1)[None]


# %% wrong: y quarters come before the x quarters
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / max(q - 1, 1))
    out = torch.zeros(rows, columns, hidden)
    for y in range(rows):
        for x in range(columns):
            out[y, x] = torch.cat([(y * omega).sin(), (y * omega).cos(), (x * omega).sin(), (x * omega).cos()])
    return out.reshape(1, rows * columns, hidden)


# %% wrong: sines and cosines alternate, as in the first Transformer
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / max(q - 1, 1))
    x = torch.arange(columns).repeat(rows)
    y = torch.arange(rows).repeat_interleave(columns)
    pe = torch.zeros(rows * columns, hidden)
    pe[:, 0:2 * q:2] = torch.sin(x[:, None] * omega)
    pe[:, 1:2 * q:2] = torch.cos(x[:, None] * omega)
    pe[:, 2 * q::2] = torch.sin(y[:, None] * omega)
    pe[:, 2 * q + 1::2] = torch.cos(y[:, None] * omega)
    return pe.unsqueeze(0)


# %% wrong: patches column by column (meshgrid with indexing="ij" on x first)
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 1.0 / 10000 ** (torch.arange(q) / max(q - 1, 1))
    x, y = torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing="ij")
    x = torch.outer(x.flatten().float(), omega)
    y = torch.outer(y.flatten().float(), omega)
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1).unsqueeze(0)


# %% wrong: q = 1 is forgotten, 0 / 0 gives nan
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    k = torch.arange(q, dtype=torch.float32)
    omega = 10000 ** (-k / (q - 1))
    y = torch.arange(rows).view(rows, 1, 1).expand(rows, columns, 1) * omega
    x = torch.arange(columns).view(1, columns, 1).expand(rows, columns, 1) * omega
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=-1).reshape(1, -1, hidden)


# %% wrong: q = 1 is forgotten, plain Python divides by zero and raises
import math

import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omegas = [math.pow(10000, -k / (q - 1)) for k in range(q)]
    patches = [
        [math.sin(x * w) for w in omegas]
        + [math.cos(x * w) for w in omegas]
        + [math.sin(y * w) for w in omegas]
        + [math.cos(y * w) for w in omegas]
        for y in range(rows)
        for x in range(columns)
    ]
    return torch.tensor([patches])


# %% wrong: no batch axis in front
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000.0 ** -torch.linspace(0, 1, q)
    ys = torch.arange(rows).repeat_interleave(columns).unsqueeze(1) * omega
    xs = torch.arange(columns).repeat(rows).unsqueeze(1) * omega
    return torch.hstack([xs.sin(), xs.cos(), ys.sin(), ys.cos()])


# %% wrong: numpy makes it float64
import numpy as np
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000.0 ** (-np.arange(q) / max(q - 1, 1))
    y, x = np.mgrid[:rows, :columns]
    x = x.reshape(-1, 1) * omega
    y = y.reshape(-1, 1) * omega
    pe = np.concatenate([np.sin(x), np.cos(x), np.sin(y), np.cos(y)], axis=1)
    return torch.from_numpy(pe).unsqueeze(0)


# %% wrong: quarters in the order sin x, sin y, cos x, cos y
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / max(q - 1, 1))
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    xy = torch.stack([x.flatten(), y.flatten()], dim=1)
    angles = (xy[:, :, None] * omega).flatten(1)
    return torch.cat([angles.sin(), angles.cos()], dim=1)[None]


# %% wrong: rows and columns are counted from 1
import torch


def sincos_position_embeddings(grid, hidden):
    rows, columns = grid
    q = hidden // 4
    omega = 10000 ** (-torch.arange(q) / max(q - 1, 1))
    y = torch.arange(1, rows + 1).repeat_interleave(columns)
    x = torch.arange(1, columns + 1).repeat(rows)
    x = x[:, None] * omega
    y = y[:, None] * omega
    return torch.cat([x.sin(), x.cos(), y.sin(), y.cos()], dim=1).unsqueeze(0)
