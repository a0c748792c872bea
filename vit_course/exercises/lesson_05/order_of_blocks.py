"""Exercise 5.4: order_of_blocks."""

import torch

from vit_course import encoder as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import SmallBlock


@torch.no_grad()
def _runs():
    def case(order, count, batch, tokens, loudness=1.0, written=1.0):
        blocks = [SmallBlock() for _ in range(count)]
        for writer in (writer for block in blocks for writer in (block.attn.out, block.ffn.fc2)):
            for parameter in writer.parameters():
                parameter.mul_(written)
        depths = [loudness * torch.randn(batch, tokens, 12)]
        for number in order:
            depths.append(blocks[number](depths[-1])[0])
        return Case((blocks, depths), others=False)

    return [
        case([1, 2, 0], 3, 2, 4),  # where the inverse of the order is another order
        case([0, 1, 1], 3, 1, 3),  # one ran twice, and one never
        case([2, 1, 0], 3, 2, 2, loudness=30.0),  # the stream is far larger than what a block adds
        case([1, 2], 3, 2, 3, written=0.1),  # so little is added that a loose tolerance takes any block
    ]


exercise = Exercise(
    "5.4",
    solutions.order_of_blocks,
    cases=_runs,
    hints=(
        "For one step you know the stream before it and after it. Which block turns the one into the other?",
        "Run every block on the stream before the step, and measure how far its result is from the stream after it. "
        "The right one is off by nothing. A block returns a pair.",
        "found = []\n"
        "for step in range(len(depths) - 1):\n"
        "    errors = [(block(depths[step])[0] - depths[step + 1]).norm().item() for block in blocks]\n"
        "    found.append(errors.index(min(errors)))\n"
        "return found",
    ),
    optional=True,
)


def _errors(blocks, depths):
    steps = range(len(depths) - 1)
    return [[(block(depths[i])[0] - depths[i + 1]).norm().item() for block in blocks] for i in steps]


@exercise.mistake("You give the order in which the blocks lie in the list. Which one ran is to be found out.")
def as_they_lie(blocks, depths):
    return list(range(len(depths) - 1))


@exercise.mistake("You take the block that is furthest off. The right one is off by nothing: the smallest error.")
def furthest_off(blocks, depths):
    return [row.index(max(row)) for row in _errors(blocks, depths)]


@exercise.mistake(
    "You answer the other question: at which step each block ran. Asked for is which block ran at each step. (With one "
    "that ran twice, and one that never did, the two lists differ in length.)"
)
def steps_of_the_blocks(blocks, depths):
    found = solutions.order_of_blocks(blocks, depths)
    return [found.index(number) for number in range(len(blocks)) if number in found]


@exercise.mistake("You count from 1. The blocks are numbered as Python counts, from 0.")
def from_one(blocks, depths):
    return [number + 1 for number in solutions.order_of_blocks(blocks, depths)]


@exercise.mistake("You compare with the last depth. A step is from one depth to the next.")
def compared_with_the_end(blocks, depths):
    rows = [[(block(before)[0] - depths[-1]).norm().item() for block in blocks] for before in depths[:-1]]
    return [row.index(min(row)) for row in rows]


@exercise.mistake(
    "Each step of yours begins at the first depth. It begins where the stream was before: depths[i] to depths[i + 1]."
)
def from_the_start(blocks, depths):
    rows = [[(block(depths[0])[0] - after).norm().item() for block in blocks] for after in depths[1:]]
    return [row.index(min(row)) for row in rows]


@exercise.mistake(
    "You take each block once only, and cross it off. A block may have run twice, and another never: try all blocks at "
    "every step."
)
def each_once(blocks, depths):
    found = []
    for row in _errors(blocks, depths):
        left = [number for number in range(len(blocks)) if number not in found] or list(range(len(blocks)))
        found.append(min(left, key=row.__getitem__))
    return found


@exercise.mistake(
    "You look for the block that changes the stream least, or most. How far a step goes does not tell who made it: "
    "compare the block's result with the stream after the step."
)
def least_change(blocks, depths):
    rows = [[(block(before)[0] - before).norm().item() for block in blocks] for before in depths[:-1]]
    return [row.index(min(row)) for row in rows]


@exercise.mistake("Your list is the wrong way round: the first step comes first.")
def last_step_first(blocks, depths):
    return solutions.order_of_blocks(blocks, depths)[::-1]


@exercise.mistake("You return a tensor. A list of whole numbers is asked for: .tolist() makes one.")
def as_a_tensor(blocks, depths):
    return torch.tensor(solutions.order_of_blocks(blocks, depths))
