"""Exercise 3.1: attention_weights."""

import math

import torch

from vit_course import attention
from vit_course.attention import attention_weights
from vit_course.exercises.engine.exercise import Case, Exercise


def _queries_and_keys():
    sizes = [(2, 3, 5, 8), (1, 2, 4, 16), (3, 1, 6, 2), (2, 2, 4, 4)]  # the last: as many tokens as numbers in a head
    large = 40 * torch.randn(1, 2, 3, 4), 40 * torch.randn(1, 2, 3, 4)  # exp of such scores overflows
    apart = torch.tensor([1.0, 20.0, -20.0])[:, None] * torch.rand(2, 1, 3, 8), 3 + torch.rand(2, 1, 3, 8)
    return [Case((torch.randn(size), torch.randn(size))) for size in sizes] + [
        Case(pair, gradients=False) for pair in (large, apart)
    ]


exercise = Exercise(
    "3.1",
    attention.attention_weights,
    cases=_queries_and_keys,
    hints=(
        "Three steps: the dot product of each query with each key, a division, a softmax. How long is one query?",
        "One matrix product gives all dot products of a head: query @ key.transpose(-2, -1). The last axis of query is "
        "head_dim; the scores have one row a query and one column a key.",
        "scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])\nreturn scores.softmax(dim=-1)",
    ),
)


def _scores(query, key):
    return query @ key.transpose(-2, -1)


@exercise.mistake(
    "The scale is missing: divide the scores by sqrt(head_dim) before the softmax. Without it the rows grow sharper "
    "the longer the vectors are (section 3)."
)
def no_scale(query, key):
    return _scores(query, key).softmax(dim=-1)


@exercise.mistake(
    "You scaled by the hidden size of all heads together. A dot product runs over the numbers of one head: "
    "sqrt(head_dim), which is query.shape[-1]."
)
def scaled_by_hidden(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1] * query.shape[1])).softmax(dim=-1)


@exercise.mistake(
    "You divided by head_dim. Divide by its square root: a sum of d terms spreads like sqrt(d), not like d."
)
def without_root(query, key):
    return (_scores(query, key) / query.shape[-1]).softmax(dim=-1)


@exercise.mistake(
    "You scaled by the number of tokens. The dot products run over head_dim, the last axis: query.shape[-1]."
)
def scaled_by_tokens(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-2])).softmax(dim=-1)


@exercise.mistake("You multiplied by sqrt(head_dim), which makes the rows sharper still. Divide by it.")
def multiplied(query, key):
    return (_scores(query, key) * math.sqrt(query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "You divided after the softmax, so that the rows no longer sum to 1. First scale the scores, then softmax."
)
def scaled_after_softmax(query, key):
    return _scores(query, key).softmax(dim=-1) / math.sqrt(query.shape[-1])


@exercise.mistake(
    "Your columns sum to 1, not your rows: the softmax ran over the queries. Each query shares out its attention among "
    "the keys, so dim=-1."
)
def softmax_over_queries(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).softmax(dim=-2)


@exercise.mistake("Your softmax runs over the heads (dim=1). Heads know nothing of each other; the keys are dim=-1.")
def softmax_over_heads(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).softmax(dim=1)


@exercise.mistake("These are the scaled scores, of any sign and size. Weights need a softmax over the keys: dim=-1.")
def no_softmax(query, key):
    return _scores(query, key) / math.sqrt(query.shape[-1])


@exercise.mistake(
    "Your weights are the exponentials alone, so that the rows do not sum to 1. Divide each row by its sum, or let "
    ".softmax(dim=-1) do both."
)
def not_divided_by_the_sum(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).exp()


@exercise.mistake(
    "Queries and keys have changed places: your row i says how much others ask for i. Rows belong to the queries: "
    "query @ key.transpose(-2, -1)."
)
def keys_ask(query, key):
    return attention_weights(key, query)


@exercise.mistake(
    "You multiplied query @ key without a transpose. The inner sizes fit only where there happen to be as many tokens "
    "as numbers in a head. Turn the keys: key.transpose(-2, -1)."
)
def not_transposed(query, key):
    return ((query @ key) / math.sqrt(query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "You turned the keys with .T, which reverses all four axes: batch and heads change places with the others. Turn "
    "the last two alone: key.transpose(-2, -1), or key.mT."
)
def all_axes_reversed(query, key):
    return ((query @ key.permute(3, 2, 1, 0)) / math.sqrt(query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "Your scores are cosines: queries and keys are divided by their lengths. Here they go into the dot product as they "
    "are, and the scores are divided by sqrt(head_dim)."
)
def cosines(query, key):
    query, key = (x / x.norm(dim=-1, keepdim=True) for x in (query, key))
    return _scores(query, key).softmax(dim=-1)


@exercise.mistake(
    "Your scores are cosines over sqrt(head_dim): queries and keys are divided by their lengths. They go into the dot "
    "product as they are."
)
def scaled_cosines(query, key):
    query, key = (x / x.norm(dim=-1, keepdim=True) for x in (query, key))
    return (_scores(query, key) / math.sqrt(query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "The root of head_dim is cut to a whole number: int(...), // or math.isqrt. sqrt(8) is 2.83, and not 2."
)
def root_cut(query, key):
    return (_scores(query, key) / math.isqrt(query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "You divided each row of scores by its sum. A softmax takes the exponential first: scores may be negative, and "
    "weights are not. scores.softmax(dim=-1) does both."
)
def rows_over_their_sum(query, key):
    scores = _scores(query, key) / math.sqrt(query.shape[-1])
    return scores / scores.sum(dim=-1, keepdim=True)


@exercise.mistake(
    "You divide by 8, the root of a head_dim of 64. Other models have other heads: math.sqrt(query.shape[-1])."
)
def head_dim_of_64(query, key):
    return (_scores(query, key) / 8).softmax(dim=-1)
