"""Exercise 7.4: split_qkv."""

import torch
from einops import rearrange

from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.weights import fused

TIMM, BLOOM, MEGATRON = "qkv heads head_dim", "heads qkv head_dim", "heads head_dim qkv"


def _projections():
    def case(heads, head_dim, order, bias=False):
        rows = 3 * heads * head_dim
        weight = torch.randn(rows) if bias else torch.randn(rows, heads * head_dim)
        # Published weights are turned once, and nothing flows back through that.
        return Case((weight, heads, order), gradients=False)

    # Each order as a weight and as a bias; as many heads as numbers in one, and a single head.
    weights = [case(3, 2, BLOOM), case(2, 5, MEGATRON), case(4, 3, TIMM), case(2, 2, MEGATRON), case(1, 4, BLOOM)]
    return [*weights, case(2, 3, BLOOM, bias=True), case(3, 4, MEGATRON, bias=True), case(3, 5, TIMM, bias=True)]


exercise = Exercise(
    "7.4",
    fused.split_qkv,
    cases=_projections,
    hints=(
        "Each row belongs to one of three parts, to one head and to one number of it. Give the rows these three axes, "
        "in the order of the words. Then it is lesson 03's merge_heads, for rows.",
        "Steps: a pattern with the words of `order` in brackets on the left, told that qkv is 3 and heads is "
        "num_heads; on the right qkv alone in front, then heads and head_dim in one. An ellipsis stands for the "
        "columns, which a weight has and a bias has not.",
        'query, key, value = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)\n'
        "return query, key, value",
    ),
    optional=True,
)


def _parts(weight, num_heads, order, kept="(heads head_dim)"):
    return tuple(rearrange(weight, f"({order}) ... -> qkv {kept} ...", qkv=3, heads=num_heads))


@exercise.mistake(
    'You cut the rows into three pieces, whatever `order` says. That is right for "qkv heads head_dim"; in the other '
    "two, rows of query, key and value lie mixed."
)
def three_pieces(weight, num_heads, order):
    return _parts(weight, num_heads, TIMM)


@exercise.mistake(
    'You read every order as "heads qkv head_dim". `order` says which of the three axes comes first, second and last.'
)
def always_head_by_head(weight, num_heads, order):
    return _parts(weight, num_heads, BLOOM)


@exercise.mistake(
    'You take every third row in both orders that begin with heads. That is right for "heads head_dim qkv"; in "heads '
    'qkv head_dim" a whole query of a head comes first, then its key, then its value.'
)
def every_third_row(weight, num_heads, order):
    return _parts(weight, num_heads, TIMM if order == TIMM else MEGATRON)


@exercise.mistake(
    'You cut the rows of each head into three in both orders that begin with heads. That is right for "heads qkv '
    'head_dim"; in "heads head_dim qkv" the three take turns, row by row.'
)
def three_pieces_of_each_head(weight, num_heads, order):
    return _parts(weight, num_heads, TIMM if order == TIMM else BLOOM)


@exercise.mistake(
    "The words of `order` are read from the wrong end: the first is the axis that changes most slowly from row to row, "
    "as in a pattern of einops."
)
def fastest_first(weight, num_heads, order):
    return _parts(weight, num_heads, " ".join(reversed(order.split())))


@exercise.mistake(
    "Heads are interleaved in what you return, (head_dim heads). Here they lie one after the other: (heads head_dim)."
)
def interleaved(weight, num_heads, order):
    return _parts(weight, num_heads, order, kept="(head_dim heads)")


@exercise.mistake("num_heads is the number of heads, and you took it for the size of one: heads=num_heads.")
def heads_taken_for_head_dim(weight, num_heads, order):
    return tuple(rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, head_dim=num_heads))


@exercise.mistake(
    "Heads and head_dim are two axes in what you return. A weight has one for both: join them, (heads head_dim)."
)
def not_joined(weight, num_heads, order):
    return _parts(weight, num_heads, order, kept="heads head_dim")


@exercise.mistake(
    "You return one tensor with query, key and value along its first axis. Three are asked for: query, key, value = ..."
)
def one_tensor(weight, num_heads, order):
    return torch.stack(_parts(weight, num_heads, order))


@exercise.mistake(
    "You transpose the three matrices. They are weights of an nn.Linear already, [outputs, inputs]: only rows move."
)
def transposed(weight, num_heads, order):
    return tuple(part.T if part.ndim == 2 else part for part in _parts(weight, num_heads, order))


@exercise.mistake(
    "Your pattern is for a matrix alone. A bias has the same rows and no columns: an ellipsis (...) in the pattern "
    "stands for whatever axes follow, also for none."
)
def no_bias(weight, num_heads, order):
    query, key, value = rearrange(weight, f"({order}) hidden -> qkv (heads head_dim) hidden", qkv=3, heads=num_heads)
    return query, key, value


@exercise.mistake(
    "Your matrices are right, and a bias is only cut in three. Its rows stand in the same order as the matrix's."
)
def bias_in_three_pieces(weight, num_heads, order):
    return _parts(weight, num_heads, TIMM if weight.ndim == 1 else order)


@exercise.mistake(
    "You split the last axis, as of a layer's output. In a weight, [outputs, inputs], what belongs to q, k and v are "
    "the rows: the first axis."
)
def columns(weight, num_heads, order):
    query, key, value = rearrange(weight, f"... ({order}) -> qkv ... (heads head_dim)", qkv=3, heads=num_heads)
    return query, key, value
