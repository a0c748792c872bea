"""Exercise 3.3: merge_heads."""

import torch
from einops import rearrange

from vit_course import attention
from vit_course.exercises.engine.exercise import Case, Exercise


def _heads():
    return [
        Case((torch.randn(2, 3, 5, 4),)),
        Case((torch.randn(1, 2, 4, 8),)),
        Case((torch.randn(3, 5, 6, 2),)),
        Case((torch.randn(2, 1, 3, 4),)),
        Case((torch.randn(2, 2, 3, 2, dtype=torch.float64),)),
    ]


exercise = Exercise(
    "3.3",
    attention.merge_heads,
    cases=_heads,
    hints=(
        "It is split_heads read from right to left.",
        "Tokens and heads change places, then the last two axes become one: (heads head_dim).",
        "return rearrange(heads, 'batch heads tokens head_dim -> batch tokens (heads head_dim)')",
    ),
)


@exercise.mistake(
    "You reshaped without moving the heads back behind the tokens. The shape is right, but a token of yours holds "
    "numbers of different tokens. First swap heads and tokens, then merge."
)
def reshaped_only(heads):
    batch, count, tokens, size = heads.shape
    return heads.reshape(batch, tokens, count * size)


@exercise.mistake(
    "Your heads are interleaved, (head_dim heads). split_heads gave each head neighbouring numbers: (heads head_dim)."
)
def merged_interleaved(heads):
    return rearrange(heads, "b h n d -> b n (d h)")


@exercise.mistake(
    "view cannot merge axes after a transpose: the numbers no longer lie in that order in memory. Use rearrange, "
    "or reshape, which copies where it must (.contiguous().view does it in two steps)."
)
def view_after_transpose(heads):
    return heads.transpose(1, 2).view(heads.shape[0], heads.shape[2], -1)


@exercise.mistake("You averaged the heads. Nothing is averaged: they are put side by side, (heads head_dim) = hidden.")
def averaged(heads):
    return heads.mean(dim=1)


@exercise.mistake(
    "You added the heads up. They are put side by side, (heads head_dim) = hidden; `out` mixes them later."
)
def summed(heads):
    return heads.sum(dim=1)


@exercise.mistake("Heads and tokens are swapped, but still four axes: merge the last two, (heads head_dim).")
def not_merged(heads):
    return heads.transpose(1, 2)
