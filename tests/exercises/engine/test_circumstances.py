"""What the cases share that an answer gets wrong."""

import pytest
import torch

from vit_course.attention import split_heads
from vit_course.block import Mlp
from vit_course.embeddings import count_patches, patchify
from vit_course.exercises.engine.circumstances import what_they_share
from vit_course.exercises.engine.exercise import Case
from vit_course.exercises.engine.small import small_config
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.google import convert_kernel


def images(batch, height, width):
    return Case((torch.randn(batch, 3, height, width), 2))


@pytest.mark.parametrize(
    ("reference", "cases", "wrong", "words"),
    [
        (patchify, [images(2, 4, 4), images(2, 4, 6), images(3, 4, 4)], [0, 1, 0], "where height and width differ"),
        (patchify, [images(2, 4, 4), images(2, 4, 6), images(3, 4, 4)], [1, 0, 1], "where height and width are equal"),
        (patchify, [images(1, 4, 6), images(2, 4, 6), images(3, 4, 4)], [1, 0, 0], "where batch is 1"),
        (patchify, [images(1, 4, 6), images(2, 4, 6), images(3, 4, 4)], [0, 1, 1], "where batch is more than 1"),
        (
            Mlp,
            [Case((torch.randn(2, 3, 12),), init=(small_config(),), train=train) for train in (False, True, False)],
            [0, 1, 0],
            "in training mode",
        ),
        (
            Mlp,
            [Case((torch.randn(2, 3, 12),), init=(small_config(gelu=gelu),)) for gelu in ("tanh", "exact", "tanh")],
            [0, 1, 0],
            "with gelu='exact'",
        ),
        (
            Mlp,
            [Case((torch.randn(2, 3, 12),), init=(small_config(dropout=rate),)) for rate in (0.0, 0.3, 0.0)],
            [0, 1, 0],
            "with a dropout above 0",
        ),
        (
            VisionTransformer,
            [
                Case((torch.randn(2, 3, 16, 16), flag), init=(small_config(classifier=word, num_classes=3),))
                for flag, word in ((True, "gap"), (False, "gap"), (True, "token"))
            ],
            [1, 0, 1],
            "with return_attention=True",
        ),
        (
            convert_kernel,
            [Case((torch.randn(4, 2, 2), part)) for part in ("query", "out", "key")],
            [0, 1, 0],
            "with part='out'",
        ),
        (
            split_heads,
            [Case((size * torch.randn(2, 3, 12), 3)) for size in (1.0, 100.0, 1.0)],
            [0, 1, 0],
            "where the numbers are large",
        ),
        (
            count_patches,
            [Case((8, 8, 4)), Case((8, 16, 4)), Case((16, 8, 4))],
            [0, 1, 1],
            "where height and width differ",
        ),
    ],
)
def test_what_the_wrong_cases_share_is_said(reference, cases, wrong, words):
    sentence = what_they_share(reference, cases, [bool(one) for one in wrong])
    assert f"wrong in the cases {words}," in sentence


@pytest.mark.parametrize("wrong", [[False] * 3, [True] * 3])
def test_where_all_are_alike_nothing_is_said(wrong):
    assert what_they_share(patchify, [images(1, 4, 6), images(2, 4, 6), images(3, 4, 4)], wrong) == ""
