"""The exercises of lesson 03: attention."""

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import nn

from vit_course import attention
from vit_course.attention import attention_weights, merge_heads, split_heads
from vit_course.config import ViTConfig
from vit_course.exercises.exercise import Case, Exercise


def _queries_and_keys():
    sizes = [(2, 3, 5, 8), (1, 2, 4, 16), (3, 1, 6, 2), (2, 2, 4, 4)]  # the last: as many tokens as numbers in a head
    return [Case((torch.randn(size), torch.randn(size))) for size in sizes]


weigh = Exercise(
    attention.attention_weights,
    cases=_queries_and_keys,
    hints=(
        "Three steps: the dot product of each query with each key, a division, a softmax. How long is one query?",
        "One matrix product gives all dot products of a head: query @ key.transpose(-2, -1). The last axis of query is "
        "head_dim; the scores have one row a query and one column a key.",
        "scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1]); return scores.softmax(dim=-1)",
    ),
)


def _scores(query, key):
    return query @ key.transpose(-2, -1)


@weigh.mistake(
    "The scale is missing: divide the scores by sqrt(head_dim) before the softmax. Without it the rows grow sharper "
    "the longer the vectors are (section 3)."
)
def no_scale(query, key):
    return _scores(query, key).softmax(dim=-1)


@weigh.mistake(
    "You scaled by the hidden size of all heads together. A dot product runs over the numbers of one head: "
    "sqrt(head_dim), which is query.shape[-1]."
)
def scaled_by_hidden(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1] * query.shape[1])).softmax(dim=-1)


@weigh.mistake("You divided by head_dim. Divide by its square root: a sum of d terms spreads like sqrt(d), not like d.")
def without_root(query, key):
    return (_scores(query, key) / query.shape[-1]).softmax(dim=-1)


@weigh.mistake(
    "You scaled by the number of tokens. The dot products run over head_dim, the last axis: query.shape[-1]."
)
def scaled_by_tokens(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-2])).softmax(dim=-1)


@weigh.mistake("You multiplied by sqrt(head_dim), which makes the rows sharper still. Divide by it.")
def multiplied(query, key):
    return (_scores(query, key) * math.sqrt(query.shape[-1])).softmax(dim=-1)


@weigh.mistake(
    "You divided after the softmax, so that the rows no longer sum to 1. First scale the scores, then softmax."
)
def scaled_after_softmax(query, key):
    return _scores(query, key).softmax(dim=-1) / math.sqrt(query.shape[-1])


@weigh.mistake(
    "Your columns sum to 1, not your rows: the softmax ran over the queries. Each query shares out its attention among "
    "the keys, so dim=-1."
)
def softmax_over_queries(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).softmax(dim=-2)


@weigh.mistake("Your softmax runs over the heads (dim=1). Heads know nothing of each other; the keys are dim=-1.")
def softmax_over_heads(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).softmax(dim=1)


@weigh.mistake("These are the scaled scores, of any sign and size. Weights need a softmax over the keys: dim=-1.")
def no_softmax(query, key):
    return _scores(query, key) / math.sqrt(query.shape[-1])


@weigh.mistake(
    "Your weights are the exponentials alone, so that the rows do not sum to 1. Divide each row by its sum, or let "
    ".softmax(dim=-1) do both."
)
def not_divided_by_the_sum(query, key):
    return (_scores(query, key) / math.sqrt(query.shape[-1])).exp()


@weigh.mistake(
    "Queries and keys have changed places: your row i says how much others ask for i. Rows belong to the queries: "
    "query @ key.transpose(-2, -1)."
)
def keys_ask(query, key):
    return attention_weights(key, query)


@weigh.mistake(
    "You multiplied query @ key without a transpose. The inner sizes fit only where there happen to be as many tokens "
    "as numbers in a head. Turn the keys: key.transpose(-2, -1)."
)
def not_transposed(query, key):
    return ((query @ key) / math.sqrt(query.shape[-1])).softmax(dim=-1)


@weigh.mistake(
    "You turned the keys with .T, which reverses all four axes: batch and heads change places with the others. Turn "
    "the last two alone: key.transpose(-2, -1), or key.mT."
)
def all_axes_reversed(query, key):
    return ((query @ key.permute(3, 2, 1, 0)) / math.sqrt(query.shape[-1])).softmax(dim=-1)


def _tokens():
    return [
        Case((torch.randn(2, 5, 12), 3)),
        Case((torch.randn(1, 4, 8), 2)),
        Case((torch.randn(3, 6, 20), 5)),
        Case((torch.randn(2, 3, 4), 1)),
    ]


split = Exercise(
    attention.split_heads,
    cases=_tokens,
    hints=(
        "Write down the shape before and after. Which axis is taken apart, and where does the new one go?",
        "The hidden axis is (heads head_dim): the first head_dim numbers are the first head's. Then heads moves in "
        "front of tokens.",
        "rearrange(tokens, 'batch tokens (heads head_dim) -> batch heads tokens head_dim', heads=num_heads)",
    ),
)


@split.mistake(
    "You reshaped straight to [batch, heads, tokens, head_dim]. The shape is right, but reshape moves nothing: your "
    "first head holds all numbers of the first tokens. Split the hidden axis first, then swap tokens and heads."
)
def heads_before_tokens(tokens, num_heads):
    batch, count, hidden = tokens.shape
    return tokens.reshape(batch, num_heads, count, hidden // num_heads)


@split.mistake(
    "Your heads are interleaved: head 0 took the numbers 0, heads, 2 * heads, ... A head's numbers lie side by side: "
    "(heads head_dim), not (head_dim heads)."
)
def interleaved(tokens, num_heads):
    return rearrange(tokens, "b n (d h) -> b h n d", h=num_heads)


@split.mistake(
    "You split the hidden axis and stopped: [batch, tokens, heads, head_dim]. Matrix products work on the last two "
    "axes, and those must be tokens and head_dim: swap tokens and heads."
)
def not_swapped(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b n h d", h=num_heads)


@split.mistake(
    "You made num_heads the length of a head. It is the number of them: each has hidden // num_heads numbers."
)
def heads_as_length(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b h n d", d=num_heads)


@split.mistake(
    "You swapped one pair of axes too many: [batch, heads, head_dim, tokens]. Here tokens come before head_dim; "
    "the keys are transposed later, in the product."
)
def ready_for_keys(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b h d n", h=num_heads)


@split.mistake(
    "You folded the heads into the batch axis (some libraries do, to use bmm). Here they stay an axis of their own, so "
    "that the weights come out as [batch, heads, tokens, tokens]."
)
def folded_into_batch(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> (b h) n d", h=num_heads)


def _heads():
    return [
        Case((torch.randn(2, 3, 5, 4),)),
        Case((torch.randn(1, 2, 4, 8),)),
        Case((torch.randn(3, 5, 6, 2),)),
        Case((torch.randn(2, 1, 3, 4),)),
    ]


merge = Exercise(
    attention.merge_heads,
    cases=_heads,
    hints=(
        "It is split_heads read from right to left.",
        "Tokens and heads change places, then the last two axes become one: (heads head_dim).",
        "rearrange(heads, 'batch heads tokens head_dim -> batch tokens (heads head_dim)')",
    ),
)


@merge.mistake(
    "You reshaped without moving the heads back behind the tokens. The shape is right, but a token of yours holds "
    "numbers of different tokens. First swap heads and tokens, then merge."
)
def reshaped_only(heads):
    batch, count, tokens, size = heads.shape
    return heads.reshape(batch, tokens, count * size)


@merge.mistake(
    "Your heads are interleaved, (head_dim heads). split_heads gave each head neighbouring numbers: (heads head_dim)."
)
def merged_interleaved(heads):
    return rearrange(heads, "b h n d -> b n (d h)")


@merge.mistake(
    "view cannot merge axes after a transpose: the numbers no longer lie in that order in memory. Use rearrange, "
    "or reshape, which copies where it must (.contiguous().view does it in two steps)."
)
def view_after_transpose(heads):
    return heads.transpose(1, 2).view(heads.shape[0], heads.shape[2], -1)


@merge.mistake("You averaged the heads. Nothing is averaged: they are put side by side, (heads head_dim) = hidden.")
def averaged(heads):
    return heads.mean(dim=1)


@merge.mistake("You added the heads up. They are put side by side, (heads head_dim) = hidden; `out` mixes them later.")
def summed(heads):
    return heads.sum(dim=1)


@merge.mistake("Heads and tokens are swapped, but still four axes: merge the last two, (heads head_dim).")
def not_merged(heads):
    return heads.transpose(1, 2)


def _config(**changes):
    numbers = {"hidden_size": 12, "mlp_dim": 8, "num_heads": 3, "num_layers": 1, "image_size": 32}
    return ViTConfig(**numbers | changes)


def _attentions():
    return [
        Case((torch.randn(2, 5, 12), True), init=(_config(),)),
        Case((torch.randn(1, 7, 8), False), init=(_config(hidden_size=8, num_heads=2),)),
        Case((torch.randn(3, 4, 6),), init=(_config(hidden_size=6, num_heads=1),)),
        Case((torch.randn(2, 4, 12), False), init=(_config(dropout=0.5),), train=True),
        Case((torch.randn(2, 4, 12), True), init=(_config(attention_dropout=0.5),), train=True),
    ]


attend = Exercise(
    attention.Attention,
    cases=_attentions,
    hints=(
        "In the order of the formula: three projections, split each into heads, weights from query and key, mix the "
        "values, merge the heads, project out.",
        "weights @ value mixes the values of each head. Dropout acts twice: on the weights (attention_dropout) and at "
        "the very end. The weights that you return are those before dropout; without return_attention return None.",
        "query, key, value = (split_heads(p(tokens), self.num_heads) for p in (self.query, self.key, self.value)); "
        "weights = attention_weights(query, key); mixed = self.attention_dropout(weights) @ value; "
        "output = self.dropout(self.out(merge_heads(mixed))); return output, weights if return_attention else None",
    ),
)


class _Parts(attention.Attention):
    """The correct class in steps, each of which a mistake below replaces."""

    def projected(self, tokens):
        return tuple(split_heads(p(tokens), self.num_heads) for p in (self.query, self.key, self.value))

    def weights(self, query, key):
        return attention_weights(query, key)

    def dropped(self, weights):
        return F.dropout(weights, self.attention_dropout, self.training)

    def merged(self, mixed):
        return merge_heads(mixed)

    def finished(self, merged, tokens):
        return self.dropout(self.out(merged))

    def returned(self, weights, dropped):
        return weights

    def forward(self, tokens, return_attention=False):
        query, key, value = self.projected(tokens)
        weights = self.weights(query, key)
        dropped = self.dropped(weights)
        output = self.finished(self.merged(dropped @ value), tokens)
        return output, self.returned(weights, dropped) if return_attention else None


@attend.mistake(
    "You did not split the heads: one head over the whole hidden size. Split query, key and value with split_heads, "
    "and put the heads together with merge_heads after the mixing."
)
class NotSplit(_Parts):
    def projected(self, tokens):
        return tuple(split_heads(p(tokens), 1) for p in (self.query, self.key, self.value))


@attend.mistake("Queries and keys have changed places in the scores: attention_weights(query, key), in this order.")
class KeysAsk(_Parts):
    def weights(self, query, key):
        return attention_weights(key, query)


@attend.mistake("You divided by nothing: the scores need 1 / sqrt(head_dim). attention_weights has it.")
class NoScale(_Parts):
    def weights(self, query, key):
        return (query @ key.transpose(-2, -1)).softmax(dim=-1)


@attend.mistake("You scaled by sqrt(hidden). Each head computes its own scores, of head_dim terms: sqrt(head_dim).")
class ScaledByHidden(_Parts):
    def weights(self, query, key):
        return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[1] * query.shape[-1])).softmax(dim=-1)


@attend.mistake("You mixed the tokens themselves. What is mixed are the values: self.value(tokens), split into heads.")
class TokensAsValues(_Parts):
    def projected(self, tokens):
        query, key, _ = super().projected(tokens)
        return query, key, split_heads(tokens, self.num_heads)


@attend.mistake("You mixed the keys. Keys say where to look, values what is fetched: weights @ value.")
class KeysAsValues(_Parts):
    def projected(self, tokens):
        query, key, _ = super().projected(tokens)
        return query, key, key


@attend.mistake(
    "You merged the heads by reshape alone, which puts numbers of different tokens into one. Swap heads and tokens "
    "first; merge_heads does."
)
class ReshapedOnly(_Parts):
    def merged(self, mixed):
        return mixed.reshape(mixed.shape[0], mixed.shape[2], -1)


@attend.mistake("The output projection is missing: the merged heads still go through self.out, which lets them mix.")
class OutForgotten(_Parts):
    def finished(self, merged, tokens):
        return self.dropout(merged)


@attend.mistake(
    "You added the tokens to the result. The residual is the block's task (lesson 04); return the change alone."
)
class ResidualInside(_Parts):
    def finished(self, merged, tokens):
        return tokens + self.dropout(self.out(merged))


@attend.mistake(
    "Right without dropout, but in training mode the last one is missing: end with self.dropout(self.out(...))."
)
class NoOutputDropout(_Parts):
    def finished(self, merged, tokens):
        return self.out(merged)


@attend.mistake(
    "Right without dropout, but in training mode the weights are not dropped out (config.attention_dropout)."
)
class NoAttentionDropout(_Parts):
    def dropped(self, weights):
        return weights


@attend.mistake(
    "Right without dropout, but in training mode nothing is dropped: attention_dropout acts on the weights, and "
    "dropout on the result of `out`."
)
class NoDropout(NoOutputDropout, NoAttentionDropout):
    pass


@attend.mistake("Your last dropout comes before `out`. It belongs behind it: self.dropout(self.out(...)).")
class DropoutBeforeOut(_Parts):
    def finished(self, merged, tokens):
        return self.out(self.dropout(merged))


@attend.mistake(
    "Both of your dropouts have the rate attention_dropout, which is usually 0. The one after `out` is config.dropout: "
    "the article's code has this very mistake, and so never drops anything here."
)
class OneRateForBoth(_Parts):
    def finished(self, merged, tokens):
        return F.dropout(self.out(merged), self.attention_dropout, self.training)


@attend.mistake("You swapped the rates: config.attention_dropout is for the weights, config.dropout for the end.")
class RatesSwapped(OneRateForBoth):
    def dropped(self, weights):
        return self.dropout(weights)


@attend.mistake(
    "You return the weights after dropout: some are zero, the others too large. Mix with those, and return the ones "
    "before dropout, whose rows sum to 1."
)
class WeightsAfterDropout(_Parts):
    def returned(self, weights, dropped):
        return dropped


@attend.mistake(
    "You averaged the weights over the heads (as nn.MultiheadAttention does unless told otherwise). Return all of "
    "them: [batch, heads, tokens, tokens]."
)
class WeightsAveraged(_Parts):
    def returned(self, weights, dropped):
        return weights.mean(dim=1)


@attend.mistake(
    "You return the output alone. Return a pair, (output, weights), with None for weights nobody asked for."
)
class OutputAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@attend.mistake("You always return the weights. Where return_attention is False, None comes in their place.")
class AlwaysWeights(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@attend.mistake(
    "Your query, key and value have no biases. Many libraries do that, but the paper's model has them: leave bias=True."
)
class WithoutBiases(_Parts):
    def __init__(self, config):
        super().__init__(config)
        for name in ("query", "key", "value"):
            setattr(self, name, nn.Linear(config.hidden_size, config.hidden_size, bias=False))


@attend.mistake(
    "You made one projection `qkv` for all three. That is as good (section 4), but here three are asked for, called "
    "query, key and value, so that weights find their places by name."
)
class OneProjection(_Parts):
    def __init__(self, config):
        super().__init__(config)
        del self.query, self.key, self.value
        self.qkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)


flops = Exercise(
    attention.attention_flops,
    cases=lambda: [
        Case((197, 768, 12)),
        Case((577, 1024, 16)),
        Case((5, 12, 3)),
        Case((17, 48, 1)),
        Case((1025, 192, 3)),
    ],
    hints=(
        "An [a, b] times [b, c] product makes a * c numbers, and each is a sum of b products: 2 a b c operations.",
        "Six matrix products: query, key, value and out are [tokens, hidden] times [hidden, hidden]. Two more "
        "are per head: [tokens, head_dim] times [head_dim, tokens], [tokens, tokens] times [tokens, head_dim].",
        "4 * (2 * num_tokens * hidden_size**2) + num_heads * 2 * (2 * num_tokens**2 * head_dim), where "
        "head_dim = hidden_size // num_heads",
    ),
)


def _parts(num_tokens, hidden_size):
    """Operations of one projection, and of one product over all pairs in all heads."""
    return 2 * num_tokens * hidden_size**2, 2 * num_tokens**2 * hidden_size


@flops.mistake(
    "You counted multiply-adds. Here a multiplication and an addition are two operations (libraries differ; the "
    "factor 2 is why published numbers for the same model do, too)."
)
def multiply_adds(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 2 * projection + product


@flops.mistake("You counted three projections. After the heads are merged there is a fourth: out.")
def without_out(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 3 * projection + 2 * product


@flops.mistake("You counted one product over all pairs. There are two: the scores, and weights @ value.")
def without_mixing(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + product


@flops.mistake(
    "You gave each head the full hidden size in the products over pairs. A head has only head_dim = hidden_size // "
    "num_heads numbers."
)
def hidden_for_each_head(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + 2 * num_heads * product


@flops.mistake("You counted the products over pairs for one head. There are num_heads of them.")
def one_head_only(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + 2 * product // num_heads


@flops.mistake("The products over all pairs of tokens are missing: the part that grows with num_tokens**2.")
def projections_only(num_tokens, hidden_size, num_heads):
    return 4 * _parts(num_tokens, hidden_size)[0]


@flops.mistake("The four projections are missing: query, key, value and out. At 197 tokens they are the larger part.")
def pairs_only(num_tokens, hidden_size, num_heads):
    return 2 * _parts(num_tokens, hidden_size)[1]


@flops.mistake(
    "You counted each projection for every head. The hidden x hidden matrices serve all heads together: splitting "
    "is a reshape, not more weights."
)
def projections_for_each_head(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * num_heads * projection + 2 * product


@flops.mistake(
    "`/` gives a float in Python, even where nothing is left over. A count of operations is an int: use `//`."
)
def float_division(num_tokens, hidden_size, num_heads):
    return float(attention.attention_flops(num_tokens, hidden_size, num_heads))
