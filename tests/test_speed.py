"""The speed test leaves the session as it was."""

import torch

from vit_course.speed import seconds_per_step


def test_step_takes_time_and_random_numbers_stay_as_they_were():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    assert 1e-5 < seconds_per_step(duration=0.01) < 10
    assert torch.equal(torch.rand(3), expected)
