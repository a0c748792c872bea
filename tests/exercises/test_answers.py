"""Answers as learners wrote them from the cards alone: right ones pass, wrong ones fail and are told what is wrong.

tests/answers/ has a file for each exercise, its answers one after the other, each a cell as in a notebook that begins
with `# %% right: how it is written` or `# %% wrong: what is wrong with it`. Their authors had not seen the known
mistakes.
"""

import copy
import linecache
import math
import re
from pathlib import Path

import einops
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from vit_course import attention, block, embeddings, encoder, positions, resnet
from vit_course.exercises import EXERCISES, check

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "answers"
TOOLS = {name: getattr(einops, name) for name in ("rearrange", "repeat", "reduce")}
NOTEBOOK = {"torch": torch, "Tensor": torch.Tensor, "nn": nn, "F": F, "copy": copy, "math": math, "np": np, **TOOLS}
EARLIER = {  # what the notebook has from the package by then
    "embed_any_shape": [positions.resize_position_embeddings],
    "merge_heads": [attention.split_heads],
    "head_writes": [attention.attention_weights, attention.split_heads, attention.merge_heads],
    "Attention": [attention.attention_weights, attention.split_heads, attention.merge_heads],
    "Block": [attention.Attention, block.Mlp],
    "Encoder": [block.Block],
    "Bottleneck": [resnet.StdConv2d, resnet.group_norm],
    "convolve_same": [resnet.same_padding],
    "VisionTransformer": [embeddings.Embeddings, encoder.Encoder],
}
# A message that begins so says that something differs, and not what.
BARE = ("Shape and dtype", "Your result has shape", r"Your result is [\d.()e+, -]+ and should be")


def answers(kind):
    for path in sorted(FOLDER.glob("*.py")):
        for part in re.split(r"^# %% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, _, code = part.partition("\n")
            if head.partition(":")[0] == kind:
                what = head.partition(": ")[2]
                yield pytest.param(path.stem, code, id=f"{path.stem}: {what}"[:90])


def written(name, code):
    """The function or class that a cell defines."""
    file = f"<answer to {name}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    namespace = {**NOTEBOOK, **{thing.__name__: thing for thing in EARLIER.get(name, ())}, "__name__": "__main__"}
    exec(compile(code, file, "exec"), namespace)
    return namespace[name]


@pytest.mark.parametrize(("name", "code"), list(answers("right")))
def test_right_answer_passes(name, code):
    report = check(written(name, code))
    assert report.status == "passed", report.message


@pytest.mark.parametrize(("name", "code"), list(answers("wrong")))
def test_wrong_answer_fails_and_is_told_what_is_wrong(name, code):
    report = check(written(name, code))
    assert report.status == "failed"
    assert not re.match("|".join(BARE), report.message), report.message


@pytest.mark.parametrize("name", EXERCISES)
def test_each_exercise_has_answers_of_both_kinds(name):
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert len(re.findall("^# %% right: ", text, re.MULTILINE)) >= 3
    assert len(re.findall("^# %% wrong: ", text, re.MULTILINE)) >= 5
