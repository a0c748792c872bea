"""Exercise 5.1: count_parameters."""

import torch
from torch import nn

from vit_course import encoder
from vit_course.exercises.engine.exercise import Case, Exercise


class _Tied(nn.Module):
    """Two layers with one weight, as where a language model's last layer reuses its first."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 4)
        self.last.weight = self.first.weight


class _WithToken(nn.Module):
    """A parameter of its own beside a layer."""

    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 6))
        self.layer = nn.Linear(6, 2, bias=False)


def _modules():
    block = nn.Linear(3, 3)
    frozen = nn.Sequential(nn.Linear(5, 2), nn.ReLU(), nn.Linear(2, 3))
    frozen[0].requires_grad_(False)
    return [
        Case((nn.Linear(4, 3),)),
        Case((_WithToken(),)),
        Case((nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4)),)),
        Case((nn.Sequential(block, nn.ReLU(), block),)),
        Case((_Tied(),)),
        Case((frozen,)),
        Case((nn.ReLU(),)),
    ]


exercise = Exercise(
    "5.1",
    encoder.count_parameters,
    cases=_modules,
    hints=(
        "A module knows all its parameters, and those of the modules in it: it gives them one by one.",
        "module.parameters() goes through them and gives a shared one only once. Which method of a tensor says how "
        "many numbers it holds?",
        "sum(parameter.numel() for parameter in module.parameters())",
    ),
)


@exercise.mistake(
    "You counted a shared parameter as often as it is used. It is one tensor with one gradient; module.parameters() "
    "gives it once (named_parameters does so, too, unless remove_duplicate=False)."
)
def shared_counted_twice(module):
    return sum(p.numel() for _, p in module.named_parameters(remove_duplicate=False))


@exercise.mistake(
    "You counted the state dict. It names what a file has to hold: buffers as well (BatchNorm's running statistics), "
    "and a shared parameter under each of its names. Ask module.parameters()."
)
def state_dict_counted(module):
    return sum(tensor.numel() for tensor in module.state_dict().values())


@exercise.mistake(
    "You counted the tensors, not the numbers in them: a weight of 4 x 3 is 12 parameters. Take .numel()."
)
def tensors_counted(module):
    return len(list(module.parameters()))


@exercise.mistake("You summed the first dimension of each tensor: len(p) is its rows. All its numbers are p.numel().")
def rows_counted(module):
    return sum(len(p) for p in module.parameters())


@exercise.mistake(
    "You left out what is frozen (requires_grad is False). Here all parameters count, whether they are being trained "
    "or not."
)
def trainable_only(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


@exercise.mistake(
    "You counted the weights of layers, and nothing else: biases are parameters, and so is what a module keeps under "
    "another name, such as a class token."
)
def weights_only(module):
    return sum(m.weight.numel() for m in module.modules() if getattr(m, "weight", None) is not None)


@exercise.mistake("You counted bytes. A float32 has four of them; .numel() counts numbers.")
def bytes_counted(module):
    return sum(p.nbytes for p in module.parameters())


@exercise.mistake("You counted the buffers as well, such as BatchNorm's running statistics. No optimiser moves them.")
def with_buffers(module):
    return sum(t.numel() for t in [*module.parameters(), *module.buffers()])


@exercise.mistake(
    "You asked the module for its own parameters only (recurse=False), not for those of the modules in it."
)
def own_only(module):
    return sum(p.numel() for p in module.parameters(recurse=False))
