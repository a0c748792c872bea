"""Exercise 6.6: receptive_field."""

import math

from vit_course import resnet
from vit_course.exercises.engine.exercise import Case, Exercise

exercise = Exercise(
    "6.6",
    resnet.receptive_field,
    cases=lambda: [
        Case(([(7, 2), (3, 2)],)),
        Case(([(3, 1), (3, 1), (3, 1)],)),
        Case(([(1, 1), (3, 2), (1, 1), (5, 1)],)),
        Case(([(4, 4), (2, 3)],)),
        Case(([(3, 2), (3, 1), (3, 2), (3, 1)],)),
        Case(([(1, 2), (3, 1)],)),
        Case(([(6, 3)],)),
        Case(([],)),
        Case(([(7, 2), (3, 2), (3, 1), (3, 2), (3, 2), (3, 2), (5, 2), (5, 1)],)),  # more than many an image has
    ],
    hints=(
        "Two numbers go along from layer to layer: how much a cell sees, and how far apart two neighbouring cells "
        "are, in pixels. Before the first layer both are 1. What does one layer do to each?",
        "A window of kernel_size cells reaches over kernel_size - 1 steps from the first of them to the last. How "
        "many pixels is one step, before this layer's stride has been taken?",
        "seen, step = 1, 1\n"
        "for kernel_size, stride in layers:\n"
        "    seen = seen + (kernel_size - 1) * step\n"
        "    step = step * stride\n"
        "return seen, step",
    ),
    optional=True,
)


def _known(diagnosis, grow, backwards=False):
    def walk(layers):
        seen, step = 1, 1
        for kernel_size, stride in reversed(layers) if backwards else layers:
            seen, step = grow(seen, step, kernel_size, stride)
        return seen, step

    exercise.mistake(diagnosis)(walk)


_known(
    "You add the whole kernel. A window of 3 cells adds 2 to the one cell that is there: kernel_size - 1.",
    lambda seen, step, k, s: (seen + k * step, step * s),
)
_known(
    "You take a layer's own stride before its kernel. The window slides over the cells of the layer *before*: first "
    "add (kernel_size - 1) * step, then multiply the step.",
    lambda seen, step, k, s: (seen + (k - 1) * step * s, step * s),
)
_known(
    "The strides before a layer are left out: its window covers cells that lie several pixels apart. Add "
    "(kernel_size - 1) * step, with the product of all strides before.",
    lambda seen, step, k, s: (seen + k - 1, step * s),
)
_known(
    "You multiplied the kernels. Windows overlap: each adds (kernel_size - 1) steps.",
    lambda seen, step, k, s: (seen * k, step * s),
)
_known(
    "The strides are added in your code. Each layer takes its stride in steps of the one before: they multiply.",
    lambda seen, step, k, s: (seen + (k - 1) * step, step + s - 1),
)
_known(
    "You went through the layers from the last to the first with a rule for the other direction. Going forward: add "
    "(kernel_size - 1) * step, then multiply the step by the stride.",
    lambda seen, step, k, s: (seen + (k - 1) * step, step * s),
    backwards=True,
)
_known(
    "Your step is the last layer's stride alone. The distance of two cells in *pixels* is the product of all strides.",
    lambda seen, step, k, s: (seen + (k - 1) * step, s),
)


@exercise.mistake("The first of the pair is right, and the second is missing: return seen and step.")
def seen_alone(layers):
    return resnet.receptive_field(layers)[0]


@exercise.mistake("The pair is in the other order: first what a cell sees, then the distance to the next one.")
def swapped(layers):
    seen, step = resnet.receptive_field(layers)
    return step, seen


@exercise.mistake("You counted the pixels of a square. Only one side is asked for.")
def of_a_square(layers):
    seen, step = resnet.receptive_field(layers)
    return seen**2, step


@exercise.mistake(
    "The distance is right. What a cell sees is not the product of all strides: the kernels decide how far it looks."
)
def strides_alone(layers):
    step = math.prod(stride for _, stride in layers)
    return step, step
