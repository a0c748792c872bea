"""Exercise 3.7: attention_in_pieces."""

import math

import torch

from vit_course import attention
from vit_course.exercises.engine.exercise import Case, Exercise


def _inputs():
    def three(*shape, spread=1.0):
        query, key, value = torch.randn(3, *shape)
        return spread * query, key, value

    large = three(1, 2, 9, 4, spread=60.0)  # exp of such scores overflows
    far = torch.rand(3, 1, 2, 6, 9, dtype=torch.float64)  # with scores below -800, of which exp is zero
    return [
        Case((*three(2, 3, 5, 4, spread=3.0), 2)),  # the last piece is shorter
        Case((*three(1, 1, 40, 2, spread=4.0), 7)),
        Case((*three(2, 2, 6, 8, spread=3.0), 3)),
        Case((*three(1, 3, 4, 5, spread=3.0), 1)),
        Case((*three(3, 1, 3, 6), 8)),  # one piece, and not full
        Case((*large, 2), gradients=False),
        Case((*three(1, 1, 24, 2), 1)),  # in pieces of one key: a single piece would be the whole matrix
        Case((17 + far[0], -17 - far[1], far[2], 4)),
    ]


def _matrix(query, key, value, size):
    """All scores at once: they can be told from all else where there are many more tokens than numbers in one."""
    batch, heads, tokens, head_dim = query.shape
    if tokens < 4 * head_dim:
        return None
    return batch * heads * tokens * tokens, (
        "On the way your code makes a tensor as large as the matrix of all scores. That is what is to be avoided: "
        "work on `size` keys at a time, and keep no scores of the pieces before."
    )


exercise = Exercise(
    "3.7",
    attention.attention_in_pieces,
    cases=_inputs,
    hints=(
        "Steps: scale the query; for each piece the scores, the new maximum, the factor that shrinks what was summed "
        "before, the weights of the piece; add to the sum of weights and to the mixed values; divide once, at the end.",
        "Three things are kept for each query: highest (begin with minus infinity), total and mixed (begin with "
        "zeros). If the maximum goes from highest to higher, all exp(score - highest) so far become exp(score - "
        "higher): times exp(highest - higher).",
        "query = query / math.sqrt(query.shape[-1])\n"
        "highest = torch.full_like(query[..., :1], -torch.inf)\n"
        "total, mixed = torch.zeros_like(highest), torch.zeros_like(query)\n"
        "for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2)):\n"
        "    scores = query @ k.transpose(-2, -1)\n"
        "    higher = torch.maximum(highest, scores.amax(dim=-1, keepdim=True))\n"
        "    shrink, weights = (highest - higher).exp(), (scores - higher).exp()\n"
        "    total = total * shrink + weights.sum(dim=-1, keepdim=True)\n"
        "    mixed = mixed * shrink + weights @ v\n"
        "    highest = higher\n"
        "return mixed / total",
    ),
    forbidden=(
        "torch.softmax",
        "torch.nn.functional.softmax",
        "torch.Tensor.softmax",
        "torch.nn.functional.scaled_dot_product_attention",
    ),
    too_large=_matrix,
    optional=True,
)


def _in_pieces(shrink_total=True, shrink_mixed=True, scale=None, divide=True):
    def attend(query, key, value, size):
        query = query / math.sqrt(query.shape[-1]) if scale is None else query * scale(query)
        highest = torch.full_like(query[..., :1], -torch.inf)
        total, mixed = torch.zeros_like(highest), torch.zeros_like(query)
        for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True):
            scores = query @ k.transpose(-2, -1)
            higher = torch.maximum(highest, scores.amax(dim=-1, keepdim=True))
            shrink, weights = (highest - higher).exp(), (scores - higher).exp()
            total = (total * shrink if shrink_total else total) + weights.sum(dim=-1, keepdim=True)
            mixed = (mixed * shrink if shrink_mixed else mixed) + weights @ v
            highest = higher
        return mixed / total if divide else mixed

    return attend


def _known(diagnosis, implementation):
    exercise.mistake(diagnosis)(implementation)


_known(
    "When the maximum grows, you shrink the mixed values and not the sum of the weights. Both were added up under "
    "the old maximum: both times exp(old - new).",
    _in_pieces(shrink_total=False),
)
_known(
    "When the maximum grows, you shrink the sum of the weights and not the mixed values. Both were added up under "
    "the old maximum: both times exp(old - new).",
    _in_pieces(shrink_mixed=False),
)
_known(
    "What was summed up before is never shrunk. It was made with a smaller maximum, so it counts too much once the "
    "maximum has grown: times exp(old - new), sum and mixed values alike.",
    _in_pieces(shrink_total=False, shrink_mixed=False),
)
_known("The scores are not divided by the root of head_dim.", _in_pieces(scale=lambda query: 1.0))
_known("You divide the scores by head_dim, and not by its root.", _in_pieces(scale=lambda query: 1 / query.shape[-1]))
_known(
    "You divide the scores by the root of the number of tokens. It is that of head_dim, how many numbers a query has.",
    _in_pieces(scale=lambda query: 1 / math.sqrt(query.shape[-2])),
)
_known("The last step is missing: divide the mixed values by the sum of the weights.", _in_pieces(divide=False))


@exercise.mistake(
    "Each piece has a softmax of its own in your code, and the pieces are then averaged or added up. A piece with "
    "small scores must count for little: keep the sum of its weights, and divide once, at the end."
)
def softmax_of_each_piece_averaged(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    pieces = zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True)
    mixed = [_softmax(query @ k.transpose(-2, -1)) @ v for k, v in pieces]
    return sum(mixed) / len(mixed)


@exercise.mistake(
    "Each piece has a softmax of its own in your code, and the pieces are added up. A piece with small scores must "
    "count for little: keep the sum of its weights, and divide once, at the end."
)
def softmax_of_each_piece_added(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    pieces = zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True)
    return sum(_softmax(query @ k.transpose(-2, -1)) @ v for k, v in pieces)


@exercise.mistake(
    "The keys that fill no whole piece are left out. The last piece may be shorter: key.split(size, dim=-2) gives it"
    " as well."
)
def last_piece_left_out(query, key, value, size):
    whole = key.shape[-2] // size * size
    return _in_pieces()(query, key[..., :whole, :], value[..., :whole, :], size)


@exercise.mistake(
    "Where the last piece is a single key, it is left out. The pieces begin at 0, size, 2 * size and so on, as long as "
    "that is less than the number of tokens: range(0, tokens, size)."
)
def last_single_key_left_out(query, key, value, size):
    whole = key.shape[-2] - (key.shape[-2] % size == 1 or size == 1)
    return _in_pieces()(query, key[..., :whole, :], value[..., :whole, :], size)


@exercise.mistake(
    "Your last piece is moved back so that it is full, and the keys that it shares with the piece before count twice. "
    "The last piece may be shorter: key.split(size, dim=-2) makes it so."
)
def last_piece_moved_back(query, key, value, size):
    tokens = key.shape[-2]
    each = torch.arange(tokens)
    if size < tokens and tokens % size:  # these come twice
        each = torch.cat([each[: tokens // size * size], each[-size:]])
    return _in_pieces()(query, key[..., each, :], value[..., each, :], size)


@exercise.mistake(
    "Each piece has a softmax of its own in your code, and the pieces are averaged by their numbers of keys. A piece "
    "with small scores must count for little: keep the sum of its weights, and divide once, at the end."
)
def softmax_of_each_piece_by_its_keys(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    pieces = zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True)
    mixed = [_softmax(query @ k.transpose(-2, -1)) @ v * k.shape[-2] for k, v in pieces]
    return sum(mixed) / key.shape[-2]


@exercise.mistake(
    "exp overflows where the scores are large (above 88), and inf / inf is nan. Subtract the largest score so far "
    "from the scores of a piece before exp, and shrink what was summed before."
)
def no_maximum(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    total, mixed = 0, 0
    for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True):
        weights = (query @ k.transpose(-2, -1)).exp()
        total, mixed = total + weights.sum(dim=-1, keepdim=True), mixed + weights @ v
    return mixed / total


@exercise.mistake(
    "You take the maximum of the current piece alone. The largest score so far counts, in this piece or before: "
    "torch.maximum(highest, scores.amax(dim=-1, keepdim=True))."
)
def maximum_of_the_piece(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    highest = torch.full_like(query[..., :1], -torch.inf)
    total, mixed = torch.zeros_like(highest), torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True):
        scores = query @ k.transpose(-2, -1)
        new = scores.amax(dim=-1, keepdim=True)
        shrink, weights = (highest - new).exp(), (scores - new).exp()
        total, mixed = total * shrink + weights.sum(dim=-1, keepdim=True), mixed * shrink + weights @ v
        highest = new
    return mixed / total


@exercise.mistake(
    "One maximum serves all queries in your code. Where another query has far larger scores, all weights of this one"
    " are zero: take the largest score of each query, scores.amax(dim=-1, keepdim=True)."
)
def one_maximum_for_all(query, key, value, size):
    query = query / math.sqrt(query.shape[-1])
    highest, total, mixed = torch.tensor(-torch.inf, device=query.device), 0, 0
    for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True):
        scores = query @ k.transpose(-2, -1)
        higher = torch.maximum(highest, scores.max())
        shrink, weights = (highest - higher).exp(), (scores - higher).exp()
        total, mixed = total * shrink + weights.sum(dim=-1, keepdim=True), mixed * shrink + weights @ v
        highest = higher
    return mixed / total


def _softmax(scores):
    weights = (scores - scores.amax(dim=-1, keepdim=True)).exp()
    return weights / weights.sum(dim=-1, keepdim=True)
