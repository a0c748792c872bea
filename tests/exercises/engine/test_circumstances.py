"""What the cases share that an answer gets wrong."""

import pytest
import torch

from vit_course.attention import attention_in_pieces, split_heads
from vit_course.block import Mlp
from vit_course.embeddings import count_patches, patchify
from vit_course.exercises.engine.circumstances import what_they_share
from vit_course.exercises.engine.exercise import Case
from vit_course.exercises.engine.small import small_config
from vit_course.norms import layer_norm
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.google import convert_kernel


def images(batch, height, width):
    return Case((torch.randn(batch, 3, height, width), 2))


MLPS = [Case((torch.randn(2, 3, 12),), init=(small_config(),), train=train) for train in (False, True, False)]
GELUS = [Case((torch.randn(2, 3, 12),), init=(small_config(gelu=gelu),)) for gelu in ("tanh", "exact", "tanh")]
RATES = [Case((torch.randn(2, 3, 12),), init=(small_config(dropout=rate),)) for rate in (0.0, 0.3, 0.0)]
SHAPES = [images(2, 4, 4), images(2, 4, 6), images(3, 4, 4)]
BATCHES = [images(1, 4, 6), images(2, 4, 6), images(3, 4, 4)]
WHOLE = [
    Case((torch.randn(2, 3, 16, 16), flag), init=(small_config(classifier=word, num_classes=3),))
    for flag, word in ((True, "gap"), (False, "gap"), (True, "token"))
]
NORMS = [
    Case((torch.randn(*shape), torch.randn(shape[2]), torch.randn(shape[2]), eps))
    for *shape, eps in ((2, 3, 8, 1e-6), (4, 3, 3, 1e-6), (2, 5, 4, 0.1))
]


def is_square(case):
    return case.args[0].shape[2] == case.args[0].shape[3]


def told(reference, cases, is_wrong):
    """What is said of an answer that is wrong in these cases, and in whichever else it is tried."""
    wrong = [bool(is_wrong(case)) for case in cases]
    return what_they_share(reference, cases, wrong, lambda i, case: not is_wrong(case))


@pytest.mark.parametrize(
    ("reference", "cases", "is_wrong", "words"),
    [
        (patchify, SHAPES, lambda case: not is_square(case), "where height and width differ"),
        (patchify, SHAPES, is_square, "where height and width are equal"),
        (patchify, BATCHES, lambda case: len(case.args[0]) == 1, "where batch is 1"),
        (patchify, BATCHES, lambda case: len(case.args[0]) > 1, "where batch is more than 1"),
        (Mlp, MLPS, lambda case: case.train, "in training mode"),
        (Mlp, GELUS, lambda case: case.init[0].gelu == "exact", "with gelu='exact'"),
        (Mlp, RATES, lambda case: case.init[0].dropout > 0, "with a dropout above 0"),
        (VisionTransformer, WHOLE, lambda case: case.args[1], "with return_attention=True"),
        (
            convert_kernel,
            [Case((torch.randn(4, 2, 2), part)) for part in ("query", "out", "key")],
            lambda case: case.args[1] == "out",
            "with part='out'",
        ),
        (
            split_heads,
            [Case((size * torch.randn(2, 3, 12), 3)) for size in (1.0, 100.0, 1.0)],
            lambda case: case.args[0].abs().max() > 50,
            "where the numbers are large",
        ),
        (
            count_patches,
            [Case((8, 8, 4)), Case((8, 16, 4)), Case((16, 8, 4))],
            lambda case: case.args[0] != case.args[1],
            "where height and width differ",
        ),
        (layer_norm, NORMS, lambda case: case.args[3] == 0.1, "with eps=0.1"),
        (
            split_heads,
            [Case((torch.randn(2, 3, 12, dtype=dtype), 3)) for dtype in (torch.float32, torch.float64, torch.float32)],
            lambda case: case.args[0].dtype == torch.float64,
            "where the tensors are float64",
        ),
        (
            layer_norm,
            NORMS,
            lambda case: case.args[0].shape[1] != case.args[0].shape[2],
            "where tokens and hidden differ",
        ),
        (
            attention_in_pieces,
            [Case((*torch.randn(3, 2, 2, tokens, 4), size)) for tokens, size in ((5, 2), (6, 2), (6, 3))],
            lambda case: case.args[0].shape[2] % case.args[3] != 0,
            "where size does not divide tokens",
        ),
    ],
)
def test_what_the_wrong_cases_share_is_said(reference, cases, is_wrong, words):
    assert f"wrong in the cases {words}," in told(reference, cases, is_wrong)


def test_what_goes_together_by_chance_is_not():
    cases = [images(1, 4, 6), images(3, 4, 4)]  # only one is not square, and by chance it is the batch of one
    assert "differ" in told(patchify, cases, lambda case: not is_square(case))
    assert "batch" in told(patchify, cases, lambda case: len(case.args[0]) == 1)


def test_what_cannot_be_tried_takes_two_cases_on_either_side():
    few, many = [1, 2, 3], [1, 1, 2, 3]
    for sizes, words in ((few, "say, and wrong in that with"), (many, "in the cases where batch is 1")):
        cases = [images(size, 4, 6 + 2 * i) for i, size in enumerate(sizes)]
        wrong = [size == 1 for size in sizes]
        assert words in what_they_share(patchify, cases, wrong, lambda i, case: None)


def test_what_differs_between_a_right_case_and_a_wrong_one_is_told():
    cases = [Case((*NORMS[0].args[:3], eps)) for eps in (1e-6, 0.1)]
    sentence = what_they_share(layer_norm, cases, [False, True], lambda i, case: None)
    assert sentence == "It is right in the case with eps=1e-06, say, and wrong in that with eps=0.1."


@pytest.mark.parametrize("is_wrong", [lambda case: False, lambda case: True])
def test_where_all_are_alike_nothing_is_said(is_wrong):
    assert told(patchify, BATCHES, is_wrong) == ""
