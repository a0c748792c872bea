"""Exercise 3.4: head_writes."""

import math

import torch
from einops import rearrange

from vit_course import attention as solutions
from vit_course.attention import merge_heads, split_heads
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import small_config


class SmallAttention(solutions.Attention):
    """Attention whose biases show, and which a message can name in a few words."""

    def __init__(self, hidden, heads):
        super().__init__(small_config(hidden_size=hidden, num_heads=heads))
        with torch.no_grad():
            for parameter in self.parameters():  # a fresh bias is zero: it would be no mistake to forget it
                parameter.add_(0.3 * torch.randn_like(parameter))
        self.eval()

    def __repr__(self):
        return f"an Attention of {self.num_heads} heads"


def _layers():
    def case(hidden, heads, batch, tokens, dtype=torch.float32):
        layer = SmallAttention(hidden, heads).to(dtype)
        return Case((layer, torch.randn(batch, tokens, hidden, dtype=dtype)), gradients=False)

    # Heads, head_dim and tokens differ in each; with one head nothing can be mixed up.
    return [case(12, 3, 2, 5), case(8, 2, 1, 7), case(10, 5, 3, 4, torch.float64), case(6, 1, 2, 3)]


exercise = Exercise(
    "3.4",
    solutions.head_writes,
    cases=_layers,
    hints=(
        "Up to merge_heads the heads are apart anyway: weights @ value is [batch, heads, tokens, head_dim]. `out` then "
        "multiplies the merged heads by its weight. Which of its columns meet the numbers of one head?",
        "Three steps. The weights: attention(tokens, return_attention=True)[1]. The values: attention.value(tokens), "
        "split into heads, and mixed by the weights. Then the columns of attention.out.weight, [hidden, hidden], "
        "shared out among the heads in the order of split_heads: [heads, head_dim, hidden]. No bias.",
        "weights = attention(tokens, return_attention=True)[1]\n"
        "value = split_heads(attention.value(tokens), attention.num_heads)\n"
        "out = rearrange(attention.out.weight, 'hidden (heads d) -> heads d hidden', heads=attention.num_heads)\n"
        "return weights @ value @ out",
    ),
    optional=True,
)


def _weights(layer, tokens):
    return layer(tokens, return_attention=True)[1]


def _values(layer, tokens, order="(heads d)"):
    return rearrange(layer.value(tokens), f"batch tokens {order} -> batch heads tokens d", heads=layer.num_heads)


def _columns(layer, pattern="hidden (heads d) -> heads d hidden"):
    return rearrange(layer.out.weight, pattern, heads=layer.num_heads)


@exercise.mistake(
    "You share out the rows of attention.out.weight. What a linear layer reads are its columns: those of head i are "
    "weight[:, i * head_dim : (i + 1) * head_dim]."
)
def rows_of_out(attention, tokens):
    return _weights(attention, tokens) @ _values(attention, tokens) @ _columns(attention, "(heads d) x -> heads d x")


@exercise.mistake(
    "The bias of `out` is in what each head writes, so the sum has it once for each head. It belongs to no head: "
    "multiply by the weight alone."
)
def bias_in_each_head(attention, tokens):
    return solutions.head_writes(attention, tokens) + attention.out.bias


@exercise.mistake(
    "You share the bias of `out` out among the heads. The sum is then right, but the bias is no head's: leave it out."
)
def bias_shared_out(attention, tokens):
    return solutions.head_writes(attention, tokens) + attention.out.bias / attention.num_heads


@exercise.mistake(
    "The first head gets the bias of `out` in your code. It is no head's: leave it out, and let who adds up add it."
)
def bias_in_the_first_head(attention, tokens):
    found = solutions.head_writes(attention, tokens).clone()
    found[:, 0] += attention.out.bias
    return found


@exercise.mistake(
    "Your columns of `out` are interleaved: every num_heads-th one goes to a head. The numbers of a head stand side by "
    "side, as split_heads has them: the first head_dim columns are the first head's."
)
def columns_interleaved(attention, tokens):
    out = _columns(attention, "hidden (d heads) -> heads d hidden")
    return _weights(attention, tokens) @ _values(attention, tokens) @ out


@exercise.mistake(
    "Your values are interleaved: every num_heads-th number goes to a head. The first head_dim numbers are the first "
    "head's: split_heads does it."
)
def values_interleaved(attention, tokens):
    return _weights(attention, tokens) @ _values(attention, tokens, "(d heads)") @ _columns(attention)


@exercise.mistake(
    "Your heads are interleaved, in the values and in `out`: every num_heads-th number goes to a head. The first "
    "head_dim numbers, and columns, are the first head's."
)
def both_interleaved(attention, tokens):
    out = _columns(attention, "hidden (d heads) -> heads d hidden")
    return _weights(attention, tokens) @ _values(attention, tokens, "(d heads)") @ out


@exercise.mistake("You split the values by reshape alone, so that a head has all of some tokens: split_heads does it.")
def values_by_reshape(attention, tokens):
    weights, value = _weights(attention, tokens), attention.value(tokens)
    value = value.reshape(value.shape[0], attention.num_heads, value.shape[1], -1)
    return weights @ value @ _columns(attention)


@exercise.mistake(
    "You average the weights over the heads, so all heads look at the same places. Each mixes its values by its own."
)
def weights_averaged(attention, tokens):
    return _weights(attention, tokens).mean(dim=1, keepdim=True) @ _values(attention, tokens) @ _columns(attention)


@exercise.mistake(
    "You divide by the number of heads. The output of attention is the sum over what they write, not the mean."
)
def divided_by_the_heads(attention, tokens):
    return solutions.head_writes(attention, tokens) / attention.num_heads


@exercise.mistake(
    "Your softmax runs over the queries. Each query shares out its attention among the keys, the last axis; "
    "attention(tokens, return_attention=True) returns such weights."
)
def softmax_over_queries(attention, tokens):
    query, key = (split_heads(part(tokens), attention.num_heads) for part in (attention.query, attention.key))
    weights = (query @ key.mT / math.sqrt(query.shape[-1])).softmax(dim=-2)
    return weights @ _values(attention, tokens) @ _columns(attention)


@exercise.mistake(
    "Your weights are turned round: the rows are the queries. Token i gets weights[..., i, :] @ value: no transpose."
)
def weights_turned(attention, tokens):
    return _weights(attention, tokens).mT @ _values(attention, tokens) @ _columns(attention)


@exercise.mistake(
    "Your scores are not divided by the root of head_dim; attention(tokens, return_attention=True) returns the weights."
)
def without_scale(attention, tokens):
    query, key = (split_heads(part(tokens), attention.num_heads) for part in (attention.query, attention.key))
    return (query @ key.mT).softmax(dim=-1) @ _values(attention, tokens) @ _columns(attention)


@exercise.mistake("You mix the tokens themselves. What is mixed are the values: attention.value(tokens).")
def tokens_as_values(attention, tokens):
    return _weights(attention, tokens) @ split_heads(tokens, attention.num_heads) @ _columns(attention)


@exercise.mistake("You mix the keys. What is mixed are the values: attention.value(tokens), split into heads.")
def keys_as_values(attention, tokens):
    key = split_heads(attention.key(tokens), attention.num_heads)
    return _weights(attention, tokens) @ key @ _columns(attention)


@exercise.mistake(
    "The bias of `value` is missing. Only that of `out` belongs to no head: attention.value(tokens) has its own."
)
def without_the_bias_of_value(attention, tokens):
    value = split_heads(tokens @ attention.value.weight.T, attention.num_heads)
    return _weights(attention, tokens) @ value @ _columns(attention)


@exercise.mistake("The values are not mixed: the weights have to be applied to them, weights @ value.")
def not_mixed(attention, tokens):
    return _values(attention, tokens) @ _columns(attention)


@exercise.mistake(
    "You put each head's mixed values in its place among zeros, and stop before `out`. What a head writes into the "
    "stream is that times its columns of attention.out.weight."
)
def without_out(attention, tokens):
    mixed = _weights(attention, tokens) @ _values(attention, tokens)
    alone = torch.eye(attention.num_heads).to(mixed)[:, :, None, None]  # one for the head itself, zero for the others
    return torch.stack([merge_heads(mixed * mask) for mask in alone], dim=1)


@exercise.mistake("You stop before `out`: this is what each head mixed. Multiply it by the head's columns of `out`.")
def mixed_values(attention, tokens):
    return _weights(attention, tokens) @ _values(attention, tokens)


@exercise.mistake("You added the heads up. Keep them apart: [batch, heads, tokens, hidden].")
def added_up(attention, tokens):
    return solutions.head_writes(attention, tokens).sum(dim=1)


@exercise.mistake("You return what all heads write together. Keep them apart: [batch, heads, tokens, hidden].")
def the_output_itself(attention, tokens):
    return attention(tokens)[0]


@exercise.mistake("The heads come first in your result. The batch does: [batch, heads, tokens, hidden].")
def heads_first(attention, tokens):
    return solutions.head_writes(attention, tokens).transpose(0, 1)


@exercise.mistake("The axes of your result are batch, tokens, heads; asked for is [batch, heads, tokens, hidden].")
def heads_after_tokens(attention, tokens):
    return solutions.head_writes(attention, tokens).transpose(1, 2)


@exercise.mistake("You return a list. One tensor [batch, heads, tokens, hidden] is asked for: torch.stack(..., dim=1).")
def as_a_list(attention, tokens):
    return list(solutions.head_writes(attention, tokens).unbind(1))


@exercise.mistake(
    "Each head of yours has its columns of `out` set to zero: this is what the *other* heads write. Keep its columns "
    "and leave the others out."
)
def the_other_heads(attention, tokens):
    found = solutions.head_writes(attention, tokens)
    return found.sum(dim=1, keepdim=True) - found


@exercise.mistake(
    "Each head of yours has its columns of `out` set to zero: this is the layer's output, bias included, without that "
    "head. Asked for is what the head itself writes: the difference from the whole output."
)
def the_output_without_each(attention, tokens):
    return attention(tokens)[0][:, None] - solutions.head_writes(attention, tokens)
