# %% right: slices and a running maximum from minus infinity
def attention_in_pieces(query, key, value, size):
    batch, heads, tokens, head_dim = query.shape
    largest = query.new_full((batch, heads, tokens, 1), -math.inf)
    total = query.new_zeros(batch, heads, tokens, 1)
    summed = torch.zeros_like(query)
    for start in range(0, key.shape[2], size):
        k = key[:, :, start : start + size]
        v = value[:, :, start : start + size]
        scores = query @ k.transpose(-2, -1) / math.sqrt(head_dim)
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new_largest)
        weights = torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new_largest
    return summed / total


# %% right: split and einsum, the first piece apart
def attention_in_pieces(query, key, value, size):
    scaled = query * query.size(-1) ** -0.5
    state = None
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = torch.einsum("bhqd,bhkd->bhqk", scaled, k)
        top = scores.max(dim=-1).values
        if state is None:
            weights = (scores - top[..., None]).exp()
            state = top, weights.sum(-1), torch.einsum("bhqk,bhkd->bhqd", weights, v)
            continue
        old_top, total, summed = state
        top = torch.where(top > old_top, top, old_top)
        weights = (scores - top[..., None]).exp()
        shrink = (old_top - top).exp()
        total = shrink * total + weights.sum(-1)
        summed = shrink[..., None] * summed + torch.einsum("bhqk,bhkd->bhqd", weights, v)
        state = top, total, summed
    _, total, summed = state
    return summed / total[..., None]


# %% right: a column of ones beside the values carries the sum
def attention_in_pieces(query, key, value, size):
    ones = torch.ones_like(value[..., :1])
    extended = torch.cat([value, ones], dim=-1)
    scale = 1 / math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], float("-inf"))
    sums = 0.0
    start = 0
    while start < key.shape[-2]:
        piece = slice(start, start + size)
        scores = query @ key[..., piece, :].mT * scale
        previous = largest
        largest = torch.maximum(previous, scores.amax(-1, keepdim=True))
        sums = sums * torch.exp(previous - largest) + torch.exp(scores - largest) @ extended[..., piece, :]
        start += size
    return sums[..., :-1] / sums[..., -1:]


# %% right: functools.reduce over the pieces
import functools


def attention_in_pieces(query, key, value, size):
    root = query.shape[-1] ** 0.5

    def add_piece(state, piece):
        largest, total, summed = state
        k, v = piece
        scores = torch.matmul(query, k.transpose(2, 3)) / root
        top = torch.maximum(largest, scores.amax(3, keepdim=True))
        shrink = torch.exp(largest - top)
        weights = torch.exp(scores - top)
        return top, total * shrink + weights.sum(3, keepdim=True), summed * shrink + weights @ v

    nothing = torch.zeros_like(query[..., :1])
    start = (nothing - math.inf, nothing, torch.zeros_like(query))
    pieces = zip(torch.split(key, size, 2), torch.split(value, size, 2))
    _, total, summed = functools.reduce(add_piece, pieces, start)
    return summed / total


# %% right: a small class, each head by itself
class Running:
    def __init__(self, queries):
        self.queries = queries / math.sqrt(queries.shape[-1])
        self.largest = None
        self.total = None
        self.summed = None

    def add(self, keys, values):
        scores = self.queries @ keys.T
        top = scores.amax(dim=1, keepdim=True)
        if self.largest is not None:
            top = torch.maximum(top, self.largest)
        weights = torch.exp(scores - top)
        total = weights.sum(dim=1, keepdim=True)
        summed = weights @ values
        if self.largest is not None:
            shrink = torch.exp(self.largest - top)
            total = total + self.total * shrink
            summed = summed + self.summed * shrink
        self.largest, self.total, self.summed = top, total, summed

    def result(self):
        return self.summed / self.total


def attention_in_pieces(query, key, value, size):
    flat = [rearrange(x, "b h n d -> (b h) n d") for x in (query, key, value)]
    results = []
    for q, k, v in zip(*flat):
        running = Running(q)
        for i in range(0, len(k), size):
            running.add(k[i : i + size], v[i : i + size])
        results.append(running.result())
    return rearrange(torch.stack(results), "(b h) n d -> b h n d", b=query.shape[0])


# %% right: recursive, the sums handed on
def go_on(query, key, value, size, largest, total, summed):
    if key.shape[2] == 0:
        return summed / total
    scores = query @ key[:, :, :size].transpose(-1, -2)
    new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
    weights = torch.exp(scores - new)
    factor = torch.exp(largest - new)
    return go_on(
        query,
        key[:, :, size:],
        value[:, :, size:],
        size,
        new,
        factor * total + weights.sum(dim=-1, keepdim=True),
        factor * summed + weights @ value[:, :, :size],
    )


def attention_in_pieces(query, key, value, size):
    zero = torch.zeros_like(query[..., :1])
    query = query / math.sqrt(query.shape[-1])
    return go_on(query, key, value, size, torch.full_like(zero, -math.inf), zero, torch.zeros_like(value))


# %% wrong: the largest score starts at zero
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.zeros_like(query[..., :1])
    total = torch.zeros_like(query[..., :1])
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: the largest of the current piece only
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(query[..., :1])
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        new = scores.amax(dim=-1, keepdim=True)
        factor = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * factor + weights.sum(dim=-1, keepdim=True)
        summed = summed * factor + weights @ v
        largest = new
    return summed / total


# %% wrong: the last piece padded with zero keys
def attention_in_pieces(query, key, value, size):
    missing = -key.shape[2] % size
    key = F.pad(key, (0, 0, 0, missing))
    value = F.pad(value, (0, 0, 0, missing))
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    pieces = "b h (p s) d -> p b h s d"
    for k, v in zip(rearrange(key, pieces, s=size), rearrange(value, pieces, s=size)):
        scores = query @ k.transpose(-2, -1) / root
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: the last piece moved back so that it is full
def attention_in_pieces(query, key, value, size):
    tokens = key.shape[2]
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for start in range(0, tokens, size):
        start = max(0, min(start, tokens - size))
        k, v = key[:, :, start : start + size], value[:, :, start : start + size]
        scores = query @ k.transpose(-2, -1) / root
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: shrinks only if every query found a larger score
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        if (new > largest).all():
            shrink = torch.exp(largest - new)
            total = total * shrink
            summed = summed * shrink
        weights = torch.exp(scores - new)
        total = total + weights.sum(dim=-1, keepdim=True)
        summed = summed + weights @ v
        largest = new
    return summed / total


# %% wrong: the largest score is taken before dividing by the root
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1)
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores / root - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: scores clamped to plus or minus fifty
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = (query @ k.transpose(-2, -1) / root).clamp(-50, 50)
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: scales the caller's query in place
def attention_in_pieces(query, key, value, size):
    query *= query.shape[-1] ** -0.5
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1)
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: pieces averaged by their number of keys
def attention_in_pieces(query, key, value, size):
    tokens = key.shape[2]
    root = math.sqrt(query.shape[-1])
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        weights = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
        weights = weights / weights.sum(dim=-1, keepdim=True)
        result = result + (weights @ v) * (k.shape[2] / tokens)
    return result


# %% wrong: all scores at once, then cut into pieces
def attention_in_pieces(query, key, value, size):
    all_scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for scores, v in zip(all_scores.split(size, dim=-1), value.split(size, dim=-2)):
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% wrong: softmax within each piece, joined by logsumexp
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    so_far = torch.full_like(query[..., :1], -math.inf)
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        here = torch.logsumexp(scores, dim=-1, keepdim=True)
        both = torch.logaddexp(so_far, here)
        result = result * torch.exp(so_far - both) + F.softmax(scores, dim=-1) @ v * torch.exp(here - both)
        so_far = both
    return result


# %% wrong: size taken as the number of pieces
def attention_in_pieces(query, key, value, size):
    root = math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    summed = torch.zeros_like(query)
    for k, v in zip(key.chunk(size, dim=2), value.chunk(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / root
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        summed = summed * shrink + weights @ v
        largest = new
    return summed / total


# %% right: split, with a start at minus infinity
def attention_in_pieces(query, key, value, size):
    scale = 1 / math.sqrt(query.shape[-1])
    largest = torch.full_like(query[..., :1], float("-inf"))
    total = torch.zeros_like(largest)
    mixed = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2)):
        scores = query @ k.transpose(-2, -1) * scale
        new = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new)
        weights = torch.exp(scores - new)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        mixed = mixed * shrink + weights @ v
        largest = new
    return mixed / total


# %% right: the first piece sets the state
def attention_in_pieces(query, key, value, size):
    query = query / query.shape[-1] ** 0.5
    largest = None
    for start in range(0, key.shape[2], size):
        k, v = key[:, :, start:start + size], value[:, :, start:start + size]
        scores = torch.einsum("bhqd,bhkd->bhqk", query, k)
        piece_largest = scores.max(dim=-1).values
        if largest is None:
            largest = piece_largest
            weights = (scores - largest[..., None]).exp()
            total = weights.sum(-1)
            mixed = weights @ v
        else:
            new_largest = torch.where(piece_largest > largest, piece_largest, largest)
            factor = (largest - new_largest).exp()
            weights = (scores - new_largest[..., None]).exp()
            total = factor * total + weights.sum(-1)
            mixed = factor[..., None] * mixed + weights @ v
            largest = new_largest
    return mixed / total[..., None]


# %% right: a state for each piece, joined with functools.reduce
import functools


def attention_in_pieces(query, key, value, size):
    def state(start):
        k = key[..., start:start + size, :]
        v = value[..., start:start + size, :]
        scores = torch.matmul(query, k.mT) / math.sqrt(query.size(-1))
        top = scores.amax(-1, keepdim=True)
        weights = torch.exp(scores - top)
        return top, weights.sum(-1, keepdim=True), torch.matmul(weights, v)

    def join(one, two):
        top = torch.maximum(one[0], two[0])
        a, b = torch.exp(one[0] - top), torch.exp(two[0] - top)
        return top, a * one[1] + b * two[1], a * one[2] + b * two[2]

    _, total, mixed = functools.reduce(join, map(state, range(0, key.size(-2), size)))
    return mixed / total


# %% wrong: every piece is normalised by itself, then averaged
def attention_in_pieces(query, key, value, size):
    result = torch.zeros_like(query)
    pieces = 0
    for start in range(0, key.shape[2], size):
        k = key[:, :, start:start + size]
        v = value[:, :, start:start + size]
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        weights = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
        weights = weights / weights.sum(dim=-1, keepdim=True)
        result = result + weights @ v
        pieces += 1
    return result / pieces


# %% wrong: the summed values are not shrunk
def attention_in_pieces(query, key, value, size):
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    result = torch.zeros_like(query)
    for start in range(0, key.shape[2], size):
        k = key[:, :, start:start + size]
        v = value[:, :, start:start + size]
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        weights = torch.exp(scores - new_largest)
        total = total * torch.exp(largest - new_largest) + weights.sum(dim=-1, keepdim=True)
        result = result + weights @ v
        largest = new_largest
    return result / total


# %% wrong: exp of the scores as they are
def attention_in_pieces(query, key, value, size):
    total = torch.zeros_like(query[..., :1])
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        weights = torch.exp(scores)
        total = total + weights.sum(dim=-1, keepdim=True)
        result = result + weights @ v
    return result / total


# %% wrong: the largest score starts at zero again
def attention_in_pieces(query, key, value, size):
    largest = torch.zeros_like(query[..., :1])
    total = torch.zeros_like(query[..., :1])
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new_largest)
        weights = torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        result = result * shrink + weights @ v
        largest = new_largest
    return result / total


# %% wrong: the last, shorter piece is left out
def attention_in_pieces(query, key, value, size):
    size = min(size, key.shape[2])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    result = torch.zeros_like(query)
    for i in range(key.shape[2] // size):
        k = key[:, :, i * size:(i + 1) * size]
        v = value[:, :, i * size:(i + 1) * size]
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new_largest)
        weights = torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        result = result * shrink + weights @ v
        largest = new_largest
    return result / total


# %% wrong: divided by the root of the number of tokens
def attention_in_pieces(query, key, value, size):
    scale = math.sqrt(query.shape[2])
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / scale
        new_largest = torch.maximum(largest, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(largest - new_largest)
        weights = torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        result = result * shrink + weights @ v
        largest = new_largest
    return result / total


# %% wrong: the largest of the latest piece, not so far
def attention_in_pieces(query, key, value, size):
    largest = torch.full_like(query[..., :1], -math.inf)
    total = torch.zeros_like(largest)
    result = torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=2), value.split(size, dim=2)):
        scores = query @ k.transpose(-2, -1) / math.sqrt(query.shape[-1])
        new_largest = scores.amax(dim=-1, keepdim=True)
        shrink = torch.exp(largest - new_largest)
        weights = torch.exp(scores - new_largest)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        result = result * shrink + weights @ v
        largest = new_largest
    return result / total
