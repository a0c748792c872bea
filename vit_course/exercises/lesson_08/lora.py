"""Exercise 8.4: LoRA."""

import copy
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vit_course import lora as solutions
from vit_course.exercises.engine.exercise import Case, Exercise
from vit_course.exercises.engine.run import Unusable


class Adapted(NamedTuple):
    """What a LoRA does, one thing after the other."""

    learns: list[str]  # names of the parameters that learn
    linear: str  # which layer is kept
    start: str  # of a and b
    gradients: str  # which of the two get one
    output: Float[Tensor, "*batch outputs"]
    merged: Float[Tensor, "*batch outputs"]  # output of the merged layer
    after_merging: str


def _layers():
    def case(shape, inputs, outputs, rank, alpha, bias=True):
        linear = nn.Linear(inputs, outputs, bias=bias)
        return Case((torch.randn(*shape, inputs), linear, rank, alpha), gradients=False)

    return [
        case((2, 3), 6, 5, rank=2, alpha=6.0),
        case((4,), 5, 5, rank=1, alpha=3.0),
        case((2, 2), 4, 7, rank=4, alpha=1.0, bias=False),
        case((1, 3), 7, 4, rank=3, alpha=6.0),
    ]


@torch.enable_grad()
def _life(cls, x, linear, rank, alpha) -> Adapted:
    """Build one, look at its start, give it numbers, call it, merge it, call it again."""
    linear = copy.deepcopy(linear)
    outputs, inputs = linear.weight.shape
    layer: Any = cls(linear, rank, alpha)
    if not hasattr(layer, "named_parameters"):
        raise Unusable(f"{type(layer).__name__} is no nn.Module: write class LoRA(nn.Module)")
    if not isinstance(getattr(layer, "linear", None), nn.Linear):
        raise Unusable("self.linear is no nn.Linear: the layer that came in is to be kept there")
    for name, shape in {"a": [rank, inputs], "b": [outputs, rank]}.items():
        parameter = getattr(layer, name, None)
        if not isinstance(parameter, nn.Parameter):
            raise Unusable(f"self.{name} is no nn.Parameter: the card asks for one of shape {shape}")
        if list(parameter.shape) != shape:
            raise Unusable(f"self.{name} has shape {list(parameter.shape)} and should have {shape}")
    learns = sorted(name for name, parameter in layer.named_parameters() if parameter.requires_grad)
    zeros = [name for name in "ab" if not getattr(layer, name).count_nonzero()]
    start = f"zeros in {' and '.join(zeros)}" if zeros else "no zeros"
    if len(zeros) < 2 and len(layer.a.unique()) == 1 and "a" not in zeros:
        start += ", and the same number throughout a"
    with torch.no_grad():
        for parameter in (layer.a, layer.b):
            count = torch.arange(1.0, 1 + parameter.numel(), device=x.device)
            parameter.copy_(count.cos().reshape(parameter.shape))
    output = layer(x)
    if output.requires_grad:
        output.sum().backward()
    reached = [name for name in "ab" if getattr(layer, name).grad is not None] or ["neither"]
    merged = layer.merged()
    if not isinstance(merged, nn.Linear):
        what = "nothing" if merged is None else f"a {type(merged).__name__}"
        raise Unusable(f"merged() returns {what}. A plain nn.Linear is asked for.")
    same = torch.equal(layer(x), output)
    kept = "the one that came in" if layer.linear is linear else "another one"
    after = "the layer is as before" if same else "the layer is changed"
    own = {parameter.data_ptr() for parameter in layer.parameters()}
    if any(parameter.data_ptr() in own for parameter in merged.parameters()):
        after += ", and the merged one shares numbers with it"
    return Adapted(learns, kept, start, " and ".join(reached), output.detach(), merged(x).detach(), after)


exercise = Exercise(
    "8.4",
    solutions.LoRA,
    cases=_layers,
    hints=(
        "Two matrices beside the frozen one: the first makes few numbers of many, the second as many as the layer has "
        "outputs. Which of them starts at zero, so that at first nothing changes, and the gradient still arrives?",
        "Freeze the layer with requires_grad_(False). In forward: the layer's output, plus scale * (x A^T) B^T, with "
        "scale = alpha / rank. Merged: a new linear layer with weight W + scale * B A, and the same bias.",
        "self.linear = linear.requires_grad_(False)\n"
        "self.scale = alpha / rank\n"
        "self.a = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)\n"
        "self.b = nn.Parameter(torch.zeros(linear.out_features, rank))\n"
        "# in forward\n"
        "return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)\n"
        "# in merged\n"
        "merged = copy.deepcopy(self.linear)\n"
        "merged.weight.data += self.scale * (self.b @ self.a).detach()\n"
        "return merged",
    ),
    stage=_life,
    optional=True,
)


class _Ours(nn.Module):
    """The reference without its refusals, to be varied."""

    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear, self.scale = linear.requires_grad_(False), alpha / rank
        self.a = nn.Parameter(torch.randn(rank, linear.in_features))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def change(self):
        return self.scale * (self.b @ self.a)

    def forward(self, x):
        return self.linear(x) + F.linear(x, self.change())

    @torch.no_grad()
    def merged(self):
        merged = copy.deepcopy(self.linear)
        merged.weight += self.change()
        return merged


@exercise.mistake(
    "The scale is forgotten, in the output and in the merged layer: the change counts alpha / rank times."
)
class NoScale(_Ours):
    def change(self):
        return self.b @ self.a


@exercise.mistake("Your scale is alpha. It is alpha / rank, so that another rank asks for no other learning rate.")
class AlphaAlone(_Ours):
    def change(self):
        return super().change() * self.a.shape[0]


@exercise.mistake("Your scale is rank / alpha, upside down: it is alpha / rank.")
class UpsideDown(_Ours):
    def change(self):
        return super().change() / self.scale**2


@exercise.mistake(
    "The base layer learns as well: all the memory that LoRA saves is in what it need not learn. "
    "linear.requires_grad_(False) freezes it."
)
class NotFrozen(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        self.linear.requires_grad_(True)


@exercise.mistake("The base layer's bias learns as well. All of that layer is frozen: linear.requires_grad_(False).")
class BiasLearns(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        if self.linear.bias is not None:
            self.linear.bias.requires_grad_(True)


@exercise.mistake("Nothing learns: a and b are frozen with the rest. Freeze the linear layer alone.")
class AllFrozen(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        self.requires_grad_(False)


@exercise.mistake(
    "Neither a nor b starts at zero, so a fresh LoRA already changes what a trained model says. b starts at zero."
)
class RandomStart(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        nn.init.normal_(self.b)


@exercise.mistake(
    "a and b both start at zero. Each one's gradient is multiplied by the other, so neither would ever move: a starts "
    "at random numbers."
)
class BothZero(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        nn.init.zeros_(self.a)


@exercise.mistake(
    "a starts at zero and b at random numbers. It would learn as well, but the card asks for it the other way round, "
    "as in the paper."
)
class OtherZero(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        nn.init.normal_(self.b)
        nn.init.zeros_(self.a)


@exercise.mistake("The base layer's output is missing from yours: the change is added to it, and does not replace it.")
class ChangeAlone(_Ours):
    def forward(self, x):
        return F.linear(x, self.change())


@exercise.mistake("The output is the base layer's alone: the change that a and b make is missing.")
class BaseAlone(_Ours):
    def forward(self, x):
        return self.linear(x)


@exercise.mistake("The output is right; the merged layer lacks the scale.")
class MergedWithoutScale(_Ours):
    @torch.no_grad()
    def merged(self):
        merged = copy.deepcopy(self.linear)
        merged.weight += self.b @ self.a
        return merged


@exercise.mistake("The merged layer is right; forward multiplies by alpha, and not by alpha / rank.")
class ForwardAlphaAlone(_Ours):
    def forward(self, x):
        return self.linear(x) + F.linear(x, self.change() * self.a.shape[0])


@exercise.mistake("The merged layer is right; forward scales the base layer's output, too. The scale is the change's.")
class ForwardScaledAll(_Ours):
    def forward(self, x):
        return self.scale * self.linear(x) + F.linear(x, self.change())


@exercise.mistake(
    "The merged layer has the very bias of self.linear: whoever trains one of the two changes the other. Copy it."
)
class SharedBias(_Ours):
    def merged(self):
        merged = super().merged()
        merged.bias = self.linear.bias
        return merged


@exercise.mistake("The merged layer is right; forward forgets the scale.")
class ForwardWithoutScale(_Ours):
    def forward(self, x):
        return self.linear(x) + x @ self.a.T @ self.b.T


@exercise.mistake("The output is right; the merged layer is the change alone, without the base layer's weight.")
class MergedChangeAlone(_Ours):
    @torch.no_grad()
    def merged(self):
        merged = copy.deepcopy(self.linear)
        merged.weight.copy_(self.change())
        return merged


@exercise.mistake("The output is right; the merged layer has lost the bias of the base layer.")
class MergedWithoutBias(_Ours):
    @torch.no_grad()
    def merged(self):
        merged = nn.Linear(self.linear.in_features, self.linear.out_features, bias=False).to(self.linear.weight)
        merged.weight.copy_(self.linear.weight + self.change())
        return merged


@exercise.mistake("merged() returns the base layer as it is: the change is not in its weight.")
class MergedBase(_Ours):
    def merged(self):
        return self.linear


@exercise.mistake(
    "merged() adds the change to the base layer itself, so that the LoRA counts it twice from then on. Make a new "
    "layer, as copy.deepcopy(self.linear), and add it there."
)
class MergedInPlace(_Ours):
    @torch.no_grad()
    def merged(self):
        self.linear.weight += self.change()
        return self.linear


@exercise.mistake("The merged layer subtracts the change, which forward adds.")
class MergedMinus(_Ours):
    @torch.no_grad()
    def merged(self):
        merged = copy.deepcopy(self.linear)
        merged.weight -= self.change()
        return merged


@exercise.mistake(
    "All numbers of a are the same at the start, so its rows stay alike and the rank is 1. They must be random."
)
class Alike(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(linear, rank, alpha)
        nn.init.ones_(self.a)


@exercise.mistake(
    "You keep a copy of the layer, which costs its memory a second time. self.linear is the layer that came in."
)
class CopyKept(_Ours):
    def __init__(self, linear, rank, alpha):
        super().__init__(copy.deepcopy(linear), rank, alpha)


@exercise.mistake(
    "The numbers are right, but a and b get no gradient: through .data, .detach(), torch.no_grad() or merged() none "
    "comes back. Compute with self.a and self.b themselves."
)
class NoGradient(_Ours):
    def forward(self, x):
        return self.linear(x) + F.linear(x, self.change().detach())
