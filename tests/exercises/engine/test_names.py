"""The words for axes and sizes come from the reference's own signature."""

import pytest
import torch

from vit_course.exercises import EXERCISES
from vit_course.exercises.engine import names


@pytest.mark.parametrize("name", EXERCISES)
def test_each_tensor_of_a_case_has_named_axes(name):
    exercise = EXERCISES[name]
    axes = names.argument_axes(exercise.reference)
    for case in exercise.cases():
        for word, arg in zip(names.argument_names(exercise.reference), case.args, strict=False):
            if isinstance(arg, torch.Tensor):
                assert len(names.named_axes(axes[word], arg.dim())) == arg.dim()
                assert "..." not in names.named_axes(axes[word], arg.dim())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("patchify", {"batch", "channels", "height", "width", "patch_size"}),
        ("Attention", {"batch", "tokens", "hidden", "heads", "head_dim"}),
        ("attention_flops", {"tokens", "hidden", "heads", "head_dim"}),
        ("rollout", {"batch", "heads", "tokens"}),
        ("Bottleneck", {"in_channels", "channels", "height", "width"}),
        ("unpatchify", {"batch", "patches", "values", "rows", "columns"}),
    ],
)
def test_sizes_of_a_case(name, wanted):
    exercise = EXERCISES[name]
    assert wanted <= set(names.sizes(exercise.reference, next(iter(exercise.cases()))))


def test_axes_of_results():
    def axes(name):
        return names.result_axes(EXERCISES[name].reference)

    assert axes("patchify") == ("batch", "patches", "values")
    assert axes("Encoder") == [("batch", "tokens", "hidden"), [("batch", "heads", "tokens", "tokens")]]
    assert axes("VisionTransformer") == ("batch", "classes")
    assert names.named_axes(("batch", "heads", "tokens", "tokens"), 4) == ["batch", "heads", "tokens", "axis 3"]
    assert names.named_axes(("batch",), 2) == ["axis 0", "axis 1"]


def test_factors_are_named_only_where_they_fit():
    sizes = {"batch": 4, "hidden": 768, "head_dim": 16}
    assert names.ways_to_write(4.0, sizes) == ["sqrt(head_dim)", "batch"]
    assert names.ways_to_write(-1 / 16, sizes) == ["-1 / head_dim"]
    assert names.ways_to_write(1.0, sizes) == [] and names.ways_to_write(1.001, sizes) == []
    assert names.ways_to_write(768 / 767, sizes) == ["n / (n - 1) with n = hidden"]
