"""Exercise 7.2: convert_kernel."""

import torch
from einops import rearrange

from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.weights import google


def _kernels():
    kernels = [
        (torch.randn(12, 3, 4), "query"),
        (torch.randn(3, 4, 12), "out"),
        (torch.randn(10, 5, 2), "value"),
        (torch.randn(5, 2, 10), "out"),
        (torch.randn(6, 1, 6), "key"),
        (torch.randn(4, 4, 1), "value"),
        (torch.randn(8, 2, 4, dtype=torch.float64), "key"),
        (torch.randn(1, 6, 6), "out"),
    ]
    return [Case(args, fixed=("kernel",)) for args in kernels]


exercise = Exercise(
    "7.2",
    google.convert_kernel,
    cases=_kernels,
    hints=(
        "An nn.Linear's weight is [outputs, inputs]. What are the outputs of the query's projection, and what are "
        "those of the output projection?",
        "The query's outputs are heads and head_dim, flattened with the heads one after the other; its input is "
        "hidden. For 'out' it is the other way round: heads and head_dim go in.",
        "if part == 'out':\n"
        "    return kernel.reshape(-1, kernel.shape[-1]).T\n"
        "return kernel.reshape(kernel.shape[0], -1).T",
    ),
)


QUERY, OUT = google.TO_HEADS, google.FROM_HEADS


def _by_patterns(query, out):
    """A mistake made in one kind of kernel only, or in both, by the patterns given."""

    def convert(kernel, part):
        return rearrange(kernel, out if part == "out" else query)

    return convert


FLAT_QUERY, FLAT_OUT = "d h e -> d (h e)", "h e d -> (h e) d"
_TRANSPOSED = (
    "You flattened and did not transpose: the original multiplies tokens @ kernel, inputs first; nn.Linear keeps its "
    "weight the other way round, [outputs, inputs]. The matrix is square, so nothing else will complain."
)
_INTERLEAVED = (
    "You flattened the heads in the wrong order, (head_dim heads): heads are interleaved. Lesson 03's split_heads "
    "reads (heads head_dim), one head after the other."
)
exercise.mistake(_TRANSPOSED)(_by_patterns(FLAT_QUERY, FLAT_OUT))
exercise.mistake(f"Right for 'out', wrong for query, key and value. {_TRANSPOSED}")(_by_patterns(FLAT_QUERY, OUT))
exercise.mistake(f"Right for query, key and value, wrong for 'out'. {_TRANSPOSED}")(_by_patterns(QUERY, FLAT_OUT))
exercise.mistake(_INTERLEAVED)(_by_patterns("d h e -> (e h) d", "h e d -> d (e h)"))
exercise.mistake(f"Right for 'out', wrong for query, key and value. {_INTERLEAVED}")(
    _by_patterns("d h e -> (e h) d", OUT)
)
exercise.mistake(f"Right for query, key and value, wrong for 'out'. {_INTERLEAVED}")(
    _by_patterns(QUERY, "h e d -> d (e h)")
)


@exercise.mistake(
    "You treat 'out' like the others. Its kernel is [heads, head_dim, hidden]: its inputs come first, too."
)
def out_like_the_others(kernel, part):
    return rearrange(kernel, QUERY)


@exercise.mistake(
    "You treat all kernels like that of 'out'. Those of query, key and value are [hidden, heads, head_dim]: hidden "
    "comes first and is what goes in."
)
def all_like_out(kernel, part):
    return rearrange(kernel, OUT)


@exercise.mistake(
    "You moved the heads in front of hidden and then flattened, so that numbers of different heads share a row. First "
    "[heads, head_dim, hidden], then join the first two: rearrange(kernel, 'd h e -> (h e) d')."
)
def heads_in_front(kernel, part):
    if part == "out":
        return rearrange(kernel, OUT)
    return kernel.transpose(0, 1).reshape(kernel.shape[0], -1)


@exercise.mistake(
    "You returned three dimensions. An nn.Linear's weight has two: join heads and head_dim to (heads head_dim)."
)
def not_flattened(kernel, part):
    return rearrange(kernel, "h e d -> d h e" if part == "out" else "d h e -> h e d")
