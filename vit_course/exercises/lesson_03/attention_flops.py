"""Exercise 3.6: attention_flops."""

from vit_course import attention
from vit_course.exercises.engine.exercise import Case, Exercise

exercise = Exercise(
    "3.6",
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
        "head_dim = hidden_size // num_heads\n"
        "return 4 * (2 * num_tokens * hidden_size**2) + num_heads * 2 * (2 * num_tokens**2 * head_dim)",
    ),
)


def _parts(num_tokens, hidden_size):
    """Operations of one projection, and of one product over all pairs in all heads."""
    return 2 * num_tokens * hidden_size**2, 2 * num_tokens**2 * hidden_size


@exercise.mistake(
    "You counted multiply-adds. Here a multiplication and an addition are two operations (libraries differ; the "
    "factor 2 is why published numbers for the same model do, too)."
)
def multiply_adds(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 2 * projection + product


@exercise.mistake("You counted three projections. After the heads are merged there is a fourth: out.")
def without_out(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 3 * projection + 2 * product


@exercise.mistake("You counted one product over all pairs. There are two: the scores, and weights @ value.")
def without_mixing(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + product


@exercise.mistake(
    "You gave each head the full hidden size in the products over pairs. A head has only head_dim = hidden_size // "
    "num_heads numbers."
)
def hidden_for_each_head(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + 2 * num_heads * product


@exercise.mistake("You counted the products over pairs for one head. There are num_heads of them.")
def one_head_only(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * projection + 2 * product // num_heads


@exercise.mistake("The products over all pairs of tokens are missing: the part that grows with num_tokens**2.")
def projections_only(num_tokens, hidden_size, num_heads):
    return 4 * _parts(num_tokens, hidden_size)[0]


@exercise.mistake(
    "The four projections are missing: query, key, value and out. At 197 tokens they are the larger part."
)
def pairs_only(num_tokens, hidden_size, num_heads):
    return 2 * _parts(num_tokens, hidden_size)[1]


@exercise.mistake(
    "You counted each projection for every head. The hidden x hidden matrices serve all heads together: splitting "
    "is a reshape, not more weights."
)
def projections_for_each_head(num_tokens, hidden_size, num_heads):
    projection, product = _parts(num_tokens, hidden_size)
    return 4 * num_heads * projection + 2 * product


@exercise.mistake(
    "`/` gives a float in Python, even where nothing is left over. A count of operations is an int: use `//`."
)
def float_division(num_tokens, hidden_size, num_heads):
    return float(attention.attention_flops(num_tokens, hidden_size, num_heads))
