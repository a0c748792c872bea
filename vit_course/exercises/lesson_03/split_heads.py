"""Exercise 3.2: split_heads."""

import torch
from einops import rearrange

from vit_course import attention
from vit_course.exercises.engine.exercise import Case, Exercise


def _tokens():
    return [
        Case((torch.randn(2, 5, 12), 3)),
        Case((torch.randn(1, 4, 8), 2)),
        Case((torch.randn(3, 6, 20), 5)),
        Case((torch.randn(2, 3, 4), 1)),
        Case((torch.randn(2, 3, 6, dtype=torch.float64), 2)),
    ]


exercise = Exercise(
    "3.2",
    attention.split_heads,
    cases=_tokens,
    hints=(
        "Write down the shape before and after. Which axis is taken apart, and where does the new one go?",
        "The hidden axis is (heads head_dim): the first head_dim numbers are the first head's. Then heads moves in "
        "front of tokens.",
        "return rearrange(tokens, 'batch tokens (heads head_dim) -> batch heads tokens head_dim', heads=num_heads)",
    ),
)


@exercise.mistake(
    "You reshaped straight to [batch, heads, tokens, head_dim]. The shape is right, but reshape moves nothing: your "
    "first head holds all numbers of the first tokens. Split the hidden axis first, then swap tokens and heads."
)
def heads_before_tokens(tokens, num_heads):
    batch, count, hidden = tokens.shape
    return tokens.reshape(batch, num_heads, count, hidden // num_heads)


@exercise.mistake(
    "Your heads are interleaved: head 0 took the numbers 0, heads, 2 * heads, ... A head's numbers lie side by side: "
    "(heads head_dim), not (head_dim heads)."
)
def interleaved(tokens, num_heads):
    return rearrange(tokens, "b n (d h) -> b h n d", h=num_heads)


@exercise.mistake(
    "You split the hidden axis and stopped: [batch, tokens, heads, head_dim]. Matrix products work on the last two "
    "axes, and those must be tokens and head_dim: swap tokens and heads."
)
def not_swapped(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b n h d", h=num_heads)


@exercise.mistake(
    "You made num_heads the length of a head. It is the number of them: each has hidden // num_heads numbers."
)
def heads_as_length(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b h n d", d=num_heads)


@exercise.mistake(
    "You swapped one pair of axes too many: [batch, heads, head_dim, tokens]. Here tokens come before head_dim; "
    "the keys are transposed later, in the product."
)
def ready_for_keys(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> b h d n", h=num_heads)


@exercise.mistake(
    "You folded the heads into the batch axis (some libraries do, to use bmm). Here they stay an axis of their own, so "
    "that the weights come out as [batch, heads, tokens, tokens]."
)
def folded_into_batch(tokens, num_heads):
    return rearrange(tokens, "b n (h d) -> (b h) n d", h=num_heads)
