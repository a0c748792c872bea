"""Exercise 8.1: warmup_cosine."""

import math
import random

from vit_course import training as solutions
from vit_course.exercises.engine.exercise import Case, Exercise


def _steps():
    warmup, rest = random.randint(4, 9), random.randint(11, 30)
    steps = warmup + rest
    places = (0, 1, warmup - 1, warmup, warmup + 1, steps - rest // 3, steps - 1)
    return [
        *(Case((step, steps, warmup)) for step in places),
        *(Case((step, rest, 0)) for step in (0, rest // 3, rest - 1)),
        Case((0, 2, 1)),
    ]


exercise = Exercise(
    "8.1",
    solutions.warmup_cosine,
    cases=_steps,
    hints=(
        "Two formulas, and an `if` between them. In the warm-up, how many steps are done when step number 0 ends? "
        "After it, which share of the way from `warmup_steps` to `steps` is behind you?",
        "In the warm-up: step + 1 of warmup_steps. After it, let x be the share of the way, from 0 to 1; cos(pi x) "
        "falls from 1 to -1. Bring that to the range from 1 to 0.",
        "if step < warmup_steps:\n"
        "    return (step + 1) / warmup_steps\n"
        "share = (step - warmup_steps) / (steps - warmup_steps)\n"
        "return 0.5 * (1 + math.cos(math.pi * share))",
    ),
)


def _cosine(share):
    return 0.5 * (1 + math.cos(math.pi * share))


def _warmup(step, warmup_steps):
    return (step + 1) / warmup_steps


@exercise.mistake(
    "Your warm-up starts at a rate of 0, so the first step does nothing, and it never reaches 1. Steps are counted "
    "from 0: number 0 takes 1 / warmup_steps."
)
def from_zero(step, steps, warmup_steps):
    return step / warmup_steps if step < warmup_steps else solutions.warmup_cosine(step, steps, warmup_steps)


@exercise.mistake(
    "Your warm-up rises from 0 to 1, both ends included. Its first step does nothing: number 0 should take "
    "1 / warmup_steps."
)
def both_ends(step, steps, warmup_steps):
    if step < warmup_steps:
        return step / max(warmup_steps - 1, 1)
    return solutions.warmup_cosine(step, steps, warmup_steps)


@exercise.mistake(
    "Your cosine reaches 0 at the last step, which then does nothing. It should reach 0 one later: divide by "
    "steps - warmup_steps."
)
def zero_at_the_last(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return _cosine((step - warmup_steps) / max(steps - 1 - warmup_steps, 1))


@exercise.mistake(
    "Your cosine begins one step too early: at step warmup_steps it should be 1, and it is less. There step - "
    "warmup_steps is 0, without + 1."
)
def one_ahead(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return _cosine((step + 1 - warmup_steps) / (steps - warmup_steps))


@exercise.mistake(
    "Your cosine runs over all steps, warm-up included: behind the warm-up the rate jumps down. Its share of the way "
    "is (step - warmup_steps) / (steps - warmup_steps)."
)
def over_all_steps(step, steps, warmup_steps):
    return _warmup(step, warmup_steps) if step < warmup_steps else _cosine(step / steps)


@exercise.mistake(
    "Your cosine is too slow: it is counted from the end of the warm-up, but divided by all steps, so it does not "
    "come down to 0. Divide by steps - warmup_steps."
)
def divided_by_all_steps(step, steps, warmup_steps):
    return _warmup(step, warmup_steps) if step < warmup_steps else _cosine((step - warmup_steps) / steps)


@exercise.mistake(
    "Your warm-up multiplies a cosine that has begun already. In the warm-up the rate rises in equal steps; the cosine "
    "begins behind it."
)
def both_at_once(step, steps, warmup_steps):
    return _cosine(step / steps) * (min((step + 1) / warmup_steps, 1) if warmup_steps else 1)


@exercise.mistake(
    "After the warm-up you take a quarter of a wave, cos(pi / 2 * x). It is half a wave, from 1 to -1, brought to the "
    "range from 1 to 0: 0.5 * (1 + cos(pi * x))."
)
def a_quarter(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return math.cos(math.pi / 2 * (step - warmup_steps) / (steps - warmup_steps))


@exercise.mistake("You take a whole wave, which comes up again. It is half a wave: cos(pi * x), with x from 0 to 1.")
def a_whole_wave(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return _cosine(2 * (step - warmup_steps) / (steps - warmup_steps))


@exercise.mistake(
    "Your cosine goes from 1 to -1, and a negative rate climbs. Bring it to the range from 1 to 0: 0.5 * (1 + cos)."
)
def below_zero(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return math.cos(math.pi * (step - warmup_steps) / (steps - warmup_steps))


@exercise.mistake("Your cosine goes from 2 to 0: the factor 0.5 is missing.")
def twice(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return 2 * solutions.warmup_cosine(step, steps, warmup_steps)


@exercise.mistake(
    "Your decay is a straight line. Half a cosine is asked for: it stays near 1 at first, and near 0 at last."
)
def a_line(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return 1 - (step - warmup_steps) / (steps - warmup_steps)


@exercise.mistake("Your cosine rises: 1 - cos where 1 + cos should be, or start and end are exchanged.")
def upside_down(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return 1 - solutions.warmup_cosine(step, steps, warmup_steps)


@exercise.mistake(
    "Your cosine is given the share as it is. Half a wave is pi: math.cos(math.pi * x), with x from 0 to 1."
)
def without_pi(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return 0.5 * (1 + math.cos((step - warmup_steps) / (steps - warmup_steps)))


@exercise.mistake("There is no warm-up: the first steps should take a rising share of the rate.")
def without_warmup(step, steps, warmup_steps):
    return _cosine(step / steps)


@exercise.mistake("After the warm-up the rate stays at 1: the cosine is missing.")
def without_cosine(step, steps, warmup_steps):
    return _warmup(step, warmup_steps) if step < warmup_steps else 1.0


@exercise.mistake(
    "The step behind the warm-up, number warmup_steps, still belongs to your warm-up: write step < warmup_steps, "
    "without the equals sign."
)
def one_step_more(step, steps, warmup_steps):
    if step <= warmup_steps:
        return (step + 1) / max(warmup_steps, 1)
    return solutions.warmup_cosine(step, steps, warmup_steps)


@exercise.mistake("Your cosine is given degrees: math.cos takes radians, and half a wave is math.pi of them, not 180.")
def degrees(step, steps, warmup_steps):
    if step < warmup_steps:
        return _warmup(step, warmup_steps)
    return 0.5 * (1 + math.cos(180 * (step - warmup_steps) / (steps - warmup_steps)))
