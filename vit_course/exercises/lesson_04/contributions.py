"""Exercise 4.3: contributions."""

import torch

from vit_course import block as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.small import SmallBlock


def _streams():
    def case(count, batch, tokens):
        return Case(([SmallBlock() for _ in range(count)], 2 * torch.randn(batch, tokens, 12)), gradients=False)

    return [case(1, 2, 4), case(3, 1, 5), case(2, 3, 2)]


exercise = Exercise(
    "4.3",
    solutions.contributions,
    cases=_streams,
    hints=(
        "Steps for each block: what attention writes is one part, and is added to the stream; what the MLP then writes "
        "is the next, and is added too. The tokens that come in are the first part.",
        "attention writes block.attn(block.attention_norm(tokens))[0]; the MLP reads the stream with that added: "
        "block.ffn(block.ffn_norm(tokens)). Stack the parts at the end.",
        "parts = [tokens]\n"
        "for block in blocks:\n"
        "    parts.append(block.attn(block.attention_norm(tokens))[0])\n"
        "    tokens = tokens + parts[-1]\n"
        "    parts.append(block.ffn(block.ffn_norm(tokens)))\n"
        "    tokens = tokens + parts[-1]\n"
        "return torch.stack(parts)",
    ),
    optional=True,
)


def _written(blocks, tokens, norm=True, mlp_reads_the_middle=True):
    parts = [tokens]
    for block in blocks:
        before = tokens
        parts.append(block.attn(block.attention_norm(tokens) if norm else tokens)[0])
        tokens = tokens + parts[-1]
        read = tokens if mlp_reads_the_middle else before
        parts.append(block.ffn(block.ffn_norm(read) if norm else read))
        tokens = tokens + parts[-1]
    return torch.stack(parts)


@exercise.mistake("The norms are left out: attention and MLP each read a normalised copy of the stream.")
def without_norms(blocks, tokens):
    return _written(blocks, tokens, norm=False)


@exercise.mistake(
    "Your MLP reads what attention read. It comes after attention, and reads the stream with that half's part added."
)
def halves_side_by_side(blocks, tokens):
    return _written(blocks, tokens, mlp_reads_the_middle=False)


@exercise.mistake(
    "You return the stream after each half. Asked for is what each half *adds*: the difference from the stream before."
)
def the_stream_itself(blocks, tokens):
    return _written(blocks, tokens).cumsum(dim=0)


@exercise.mistake("The first part is missing: the tokens that come in are a part of the sum, too.")
def without_the_start(blocks, tokens):
    return _written(blocks, tokens)[1:]


@exercise.mistake("You give one part for each block. A block has two: what attention writes, and what the MLP writes.")
def one_for_each_block(blocks, tokens):
    first, *rest = _written(blocks, tokens)
    return torch.stack([first, *(rest[i] + rest[i + 1] for i in range(0, len(rest), 2))])


@exercise.mistake("The sum of all parts is not a part itself: leave it out.")
def with_the_sum(blocks, tokens):
    parts = _written(blocks, tokens)
    return torch.cat([parts, parts.sum(dim=0, keepdim=True)])


@exercise.mistake("Each block of yours reads the tokens that came in. It reads what is in the stream by then.")
def blocks_not_chained(blocks, tokens):
    return torch.cat([tokens[None], *(_written([block], tokens)[1:] for block in blocks)])


@exercise.mistake(
    "What the half before wrote is all that your next half reads. It reads the stream, the sum of everything so far."
)
def reads_the_last_part_only(blocks, tokens):
    parts = [tokens]
    for block in blocks:
        parts.append(block.attn(block.attention_norm(parts[-1]))[0])
        parts.append(block.ffn(block.ffn_norm(parts[-1])))
    return torch.stack(parts)


@exercise.mistake(
    "All parts of attention come first in your result. They alternate: attention and MLP, block by block."
)
def sorted_by_kind(blocks, tokens):
    first, *rest = _written(blocks, tokens)
    return torch.stack([first, *rest[0::2], *rest[1::2]])


@exercise.mistake("You return a list. One tensor is asked for: torch.stack(parts).")
def as_a_list(blocks, tokens):
    return list(_written(blocks, tokens))
