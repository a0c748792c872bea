"""Exercise 6.1: feature_map_size."""

import math

from vit_course import resnet
from vit_course.config import ResNetConfig
from vit_course.exercises.engine.exercise import Case, Exercise

exercise = Exercise(
    "6.1",
    resnet.feature_map_size,
    cases=lambda: [
        Case((224, ResNetConfig((3, 4, 9)))),
        Case((384, ResNetConfig((2, 2, 2, 2)))),
        Case((225, ResNetConfig((3, 4)))),
        Case((97, ResNetConfig(()))),
        Case((12, ResNetConfig((1, 1, 1)))),
        Case((120, ResNetConfig((5,)))),
        Case((1, ResNetConfig((1, 2, 1, 3, 2)))),
        Case((160, ResNetConfig((1, 1, 1, 2, 1)))),
    ],
    hints=(
        "Count the places with stride 2: two in the stem, and then? Look at the shapes that the cell above printed.",
        "All stages but the first halve. A stem without stages (num_layers=()) halves twice and no more.",
        "for _ in range(2 + max(len(config.num_layers) - 1, 0)):\n"
        "    image_size = (image_size + 1) // 2  # rounded up\n"
        "return image_size",
    ),
)


@exercise.mistake(
    'You rounded down. With "SAME" padding a side of odd length keeps its last cell: 113 becomes 57, not 56. Round up, '
    "each time (math.ceil, or -(-n // 2))."
)
def rounded_down(image_size, config):
    return image_size // config.stride


@exercise.mistake(
    "You used round, and Python rounds halves to the even number: 2.5 becomes 2. It is always up: math.ceil."
)
def rounded_to_even(image_size, config):
    for _ in range(2 + max(len(config.num_layers) - 1, 0)):
        image_size = round(image_size / 2)
    return image_size


@exercise.mistake(
    "Each of your stages halves. The first one does not: its stride is 1, for the pooling has just halved."
)
def every_stage_halves(image_size, config):
    return math.ceil(image_size / 2 ** (2 + len(config.num_layers)))


@exercise.mistake(
    "You halved once in the stem. It halves twice: its 7x7 convolution has stride 2, and so has the pooling."
)
def pooling_forgotten(image_size, config):
    return math.ceil(image_size / 2 ** (1 + max(len(config.num_layers) - 1, 0)))


@exercise.mistake(
    "Right, but for the stem alone: with num_layers=() there are no stages, and len(...) - 1 is -1. It must not take "
    "back a halving of the stem: max(len(config.num_layers) - 1, 0)."
)
def stem_alone_forgotten(image_size, config):
    return math.ceil(image_size / 2 ** (2 + len(config.num_layers) - 1))


@exercise.mistake(
    "You halved once for each unit. num_layers says how many units each stage has, and only the first unit of a stage "
    "has stride 2: count the stages, len(config.num_layers)."
)
def units_counted(image_size, config):
    for _ in range(2 + max(sum(config.num_layers) - 1, 0)):
        image_size = math.ceil(image_size / 2)
    return image_size


@exercise.mistake(
    "16 is right for three stages only. Each stage but the first halves, so the stem alone divides by 4, four stages "
    "by 32: count them, len(config.num_layers). And round up, with math.ceil."
)
def always_three_stages(image_size, config):
    return image_size // 16


@exercise.mistake(
    "You divided by 16 whatever the configuration. That is right for three stages: the stem alone divides by 4, four "
    "stages by 32. Count them: len(config.num_layers)."
)
def always_three_stages_rounded_up(image_size, config):
    return math.ceil(image_size / 16)


@exercise.mistake("You returned the cells of the whole map. Asked for are the cells along one side: 14, not 196.")
def whole_map(image_size, config):
    return resnet.feature_map_size(image_size, config) ** 2


@exercise.mistake("`/` gives a float in Python, and half a cell does not exist. Round up to an int: math.ceil.")
def float_division(image_size, config):
    return image_size / config.stride


@exercise.mistake(
    "You halved once for each unit, less one. num_layers says how many units each stage has, and only the first unit "
    "of a stage has stride 2: count the stages, len(config.num_layers)."
)
def units_counted_but_one(image_size, config):
    for _ in range(1 + sum(config.num_layers)):
        image_size = math.ceil(image_size / 2)
    return image_size


@exercise.mistake(
    "You halved once for each unit. num_layers says how many units each stage has, and only the first unit of a stage "
    "has stride 2, from the second stage on: 2 + len(config.num_layers) - 1 times in all."
)
def stem_and_units_counted(image_size, config):
    for _ in range(2 + sum(config.num_layers)):
        image_size = math.ceil(image_size / 2)
    return image_size


@exercise.mistake(
    "You divided by 32 whatever the configuration. That is right for four stages: the stem alone divides by 4, each "
    "stage after the first by 2 more. Count them: len(config.num_layers)."
)
def always_four_stages(image_size, config):
    return math.ceil(image_size / 32)
