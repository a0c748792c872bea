"""Tests of the package compute on `vit_course.device()`: what they make goes there unless they are marked `cpu`."""

from contextlib import nullcontext

import pytest

from vit_course import device


@pytest.fixture(autouse=True)
def on_the_device(request):
    with nullcontext() if device().type == "cpu" or request.node.get_closest_marker("cpu") else device():
        yield
