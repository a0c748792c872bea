"""Exercise 3.5: Attention."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import attention
from vit_course.attention import attention_weights, merge_heads, split_heads
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


def _attentions():
    return [
        Case((torch.randn(2, 5, 12), True), init=(small_config(),)),
        Case((torch.randn(1, 7, 8), False), init=(small_config(hidden_size=8, num_heads=2),)),
        Case((torch.randn(3, 4, 6),), init=(small_config(hidden_size=6, num_heads=1),)),
        Case((20 * torch.randn(1, 4, 12), True), init=(small_config(),), gradients=False),
        Case((torch.randn(2, 4, 12), True), init=(small_config(dropout=0.3, attention_dropout=0.2),)),
        Case((torch.randn(2, 4, 12), False), init=(small_config(dropout=0.3),), train=True),
        Case((torch.randn(2, 4, 12), True), init=(small_config(attention_dropout=0.2),), train=True),
        Case((torch.randn(3, 5, 12), True), init=(small_config(dropout=0.3, attention_dropout=0.2),), train=True),
    ]


exercise = Exercise(
    "3.5",
    attention.Attention,
    cases=_attentions,
    hints=(
        "In the order of the formula: three projections, split each into heads, weights from query and key, mix the "
        "values, merge the heads, project out.",
        "weights @ value mixes the values of each head. Dropout acts twice: on the weights (attention_dropout) and at "
        "the very end. The weights that you return are those before dropout; without return_attention return None.",
        "# in __init__\n"
        "self.attention_dropout, self.dropout = nn.Dropout(config.attention_dropout), nn.Dropout(config.dropout)\n"
        "# in forward\n"
        "query, key, value = (split_heads(p(tokens), self.num_heads) for p in (self.query, self.key, self.value))\n"
        "weights = attention_weights(query, key)\n"
        "mixed = self.attention_dropout(weights) @ value\n"
        "output = self.dropout(self.out(merge_heads(mixed)))\n"
        "return output, weights if return_attention else None",
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


@exercise.mistake(
    "You did not split the heads: one head over the whole hidden size. Split query, key and value with split_heads, "
    "and put the heads together with merge_heads after the mixing."
)
class NotSplit(_Parts):
    def projected(self, tokens):
        return tuple(split_heads(p(tokens), 1) for p in (self.query, self.key, self.value))


@exercise.mistake("Queries and keys have changed places in the scores: attention_weights(query, key), in this order.")
class KeysAsk(_Parts):
    def weights(self, query, key):
        return attention_weights(key, query)


@exercise.mistake("You divided by nothing: the scores need 1 / sqrt(head_dim). attention_weights has it.")
class NoScale(_Parts):
    def weights(self, query, key):
        return (query @ key.transpose(-2, -1)).softmax(dim=-1)


@exercise.mistake("You scaled by sqrt(hidden). Each head computes its own scores, of head_dim terms: sqrt(head_dim).")
class ScaledByHidden(_Parts):
    def weights(self, query, key):
        return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[1] * query.shape[-1])).softmax(dim=-1)


@exercise.mistake(
    "You mixed the tokens themselves. What is mixed are the values: self.value(tokens), split into heads."
)
class TokensAsValues(_Parts):
    def projected(self, tokens):
        query, key, _ = super().projected(tokens)
        return query, key, split_heads(tokens, self.num_heads)


@exercise.mistake("You mixed the keys. Keys say where to look, values what is fetched: weights @ value.")
class KeysAsValues(_Parts):
    def projected(self, tokens):
        query, key, _ = super().projected(tokens)
        return query, key, key


@exercise.mistake(
    "You merged the heads by reshape alone, which puts numbers of different tokens into one. Swap heads and tokens "
    "first; merge_heads does."
)
class ReshapedOnly(_Parts):
    def merged(self, mixed):
        return mixed.reshape(mixed.shape[0], mixed.shape[2], -1)


@exercise.mistake("The output projection is missing: the merged heads still go through self.out, which lets them mix.")
class OutForgotten(_Parts):
    def finished(self, merged, tokens):
        return self.dropout(merged)


@exercise.mistake(
    "You added the tokens to the result. The residual is the block's task (lesson 04); return the change alone."
)
class ResidualInside(_Parts):
    def finished(self, merged, tokens):
        return tokens + self.dropout(self.out(merged))


@exercise.mistake(
    "Right without dropout, but in training mode the last one is missing: end with self.dropout(self.out(...))."
)
class NoOutputDropout(_Parts):
    def finished(self, merged, tokens):
        return self.out(merged)


@exercise.mistake(
    "Right without dropout, but in training mode the weights are not dropped out (config.attention_dropout)."
)
class NoAttentionDropout(_Parts):
    def dropped(self, weights):
        return weights


@exercise.mistake(
    "Right without dropout, but in training mode nothing is dropped: attention_dropout acts on the weights, and "
    "dropout on the result of `out`."
)
class NoDropout(NoOutputDropout, NoAttentionDropout):
    pass


@exercise.mistake("Your last dropout comes before `out`. It belongs behind it: self.dropout(self.out(...)).")
class DropoutBeforeOut(_Parts):
    def finished(self, merged, tokens):
        return self.out(self.dropout(merged))


@exercise.mistake(
    "Both of your dropouts have the rate attention_dropout, which is usually 0. The one after `out` is config.dropout: "
    "the article's code has this very mistake, and so never drops anything here."
)
class OneRateForBoth(_Parts):
    def finished(self, merged, tokens):
        return F.dropout(self.out(merged), self.attention_dropout, self.training)


@exercise.mistake("You swapped the rates: config.attention_dropout is for the weights, config.dropout for the end.")
class RatesSwapped(OneRateForBoth):
    def dropped(self, weights):
        return self.dropout(weights)


@exercise.mistake(
    "You return the weights after dropout: some are zero, the others too large. Mix with those, and return the ones "
    "before dropout, whose rows sum to 1."
)
class WeightsAfterDropout(_Parts):
    def returned(self, weights, dropped):
        return dropped


@exercise.mistake(
    "You averaged the weights over the heads (as nn.MultiheadAttention does unless told otherwise). Return all of "
    "them: [batch, heads, tokens, tokens]."
)
class WeightsAveraged(_Parts):
    def returned(self, weights, dropped):
        return weights.mean(dim=1)


@exercise.mistake(
    "You return the output alone. Return a pair, (output, weights), with None for weights nobody asked for."
)
class OutputAlone(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, return_attention)[0]


@exercise.mistake("You always return the weights. Where return_attention is False, None comes in their place.")
class AlwaysWeights(_Parts):
    def forward(self, tokens, return_attention=False):
        return super().forward(tokens, True)


@exercise.mistake(
    "Your query, key and value have no biases. Many libraries do that, but the paper's model has them: leave bias=True."
)
class WithoutBiases(_Parts):
    def __init__(self, config):
        super().__init__(config)
        for name in ("query", "key", "value"):
            setattr(self, name, nn.Linear(config.hidden_size, config.hidden_size, bias=False))


@exercise.mistake(
    "You made one projection `qkv` for all three. That is as good (section 5), but here three are asked for, called "
    "query, key and value, so that weights find their places by name."
)
class OneProjection(_Parts):
    def __init__(self, config):
        super().__init__(config)
        del self.query, self.key, self.value
        self.qkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)


@exercise.mistake(
    "You scaled the scores twice. attention_weights divides by sqrt(head_dim) itself: give it queries and keys as they "
    "are."
)
class ScaledTwice(_Parts):
    def weights(self, query, key):
        return attention_weights(query / math.sqrt(query.shape[-1]), key)


@exercise.mistake(
    "Keys and values have changed places: the weights come from queries and keys, and what they mix are values."
)
class KeysAndValuesSwapped(_Parts):
    def projected(self, tokens):
        query, key, value = super().projected(tokens)
        return query, value, key


@exercise.mistake(
    "Your softmax runs over the queries: the columns of your weights sum to 1. Each query shares out its attention "
    "among the keys, the last axis; attention_weights has it."
)
class SoftmaxOverQueries(_Parts):
    def weights(self, query, key):
        return (query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])).softmax(dim=-2)


@exercise.mistake(
    "You normalise the tokens first. The norm is the block's (lesson 04), and stands in front of attention: project "
    "the tokens as they come."
)
class NormInside(_Parts):
    def projected(self, tokens):
        return super().projected(F.layer_norm(tokens, tokens.shape[-1:]))
