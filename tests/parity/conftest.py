"""What the comparisons with published implementations share."""

import pytest
import torch


def randomise(model, seed=0):
    """Weights of the size that trained ones have, none of them zero, so that every parameter shows in the logits."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                fan_in = parameter[0].numel() if "embed" not in name and "token" not in name else 400
                parameter.normal_(std=fan_in**-0.5)
            elif "norm3.weight" in name:  # a branch that adds as much as its shortcut doubles every rounding error
                parameter.normal_(mean=0.3, std=0.1)
            elif name.endswith("weight"):
                parameter.normal_(mean=1, std=0.1)
            else:
                parameter.normal_(std=0.1)
    return model.eval()


def relative_error(ours, theirs):
    return ((ours - theirs).norm() / theirs.norm()).item()


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.inference_mode():
        yield
