"""Exercise 5.1: count_parameters."""

import torch
from torch import nn

from vit_course import encoder
from vit_course.exercises.engine.exercise import Case, Exercise

# A message shows the module of its case as it prints itself: the names of these say what is special about them.


class TiedWeights(nn.Module):
    """Two layers with one weight, as where a language model's last layer reuses its first."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 4), nn.Linear(4, 4)
        self.last.weight = self.first.weight

    def extra_repr(self):
        return "last.weight is first.weight"


class WithClassToken(nn.Module):
    """A parameter of its own beside a layer."""

    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 6))
        self.layer = nn.Linear(6, 2, bias=False)

    def extra_repr(self):
        return "cls_token: a parameter of shape [1, 1, 6]"


class WithTemperature(nn.Module):
    """A parameter that is a single number, of shape ()."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 3)
        self.temperature = nn.Parameter(torch.tensor(0.07))

    def extra_repr(self):
        return "temperature: a parameter of shape []"


class EqualNumbers(nn.Sequential):
    """Norms as they start: separate parameters with the same numbers in them."""


class OnMeta(nn.Sequential):
    """On the device where tensors have shapes and no numbers."""


class OneLayerTwice(nn.Sequential):
    """A layer that is gone through twice."""


class Frozen(nn.Sequential):
    """Layers of which the first is not trained."""


def _modules():
    shared = nn.Linear(3, 3)
    frozen = Frozen(nn.Linear(5, 2), nn.ReLU(), nn.Linear(2, 5))  # two weights of one size and different shapes
    frozen[0].requires_grad_(False)
    return [
        Case((nn.Linear(4, 3, dtype=torch.float64),)),
        Case((WithClassToken(),)),
        Case((nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4)),)),
        Case((OneLayerTwice(shared, nn.ReLU(), shared),)),
        Case((TiedWeights(),)),
        Case((frozen,)),
        Case((nn.ReLU(),)),
        Case((WithTemperature(),)),
        Case((EqualNumbers(nn.LayerNorm(5), nn.LayerNorm(5)),)),
        Case((OnMeta(nn.Linear(6, 4, device="meta"), nn.Linear(4, 7, device="meta")),)),
    ]


exercise = Exercise(
    "5.1",
    encoder.count_parameters,
    cases=_modules,
    hints=(
        "A module knows all its parameters, and those of the modules in it: it gives them one by one.",
        "module.parameters() goes through them and gives a shared one only once. Which method of a tensor says how "
        "many numbers it holds?",
        "return sum(parameter.numel() for parameter in module.parameters())",
    ),
)


@exercise.mistake(
    "You counted a shared parameter as often as it is used. It is one tensor with one gradient; module.parameters() "
    "gives it once (named_parameters does so, too, unless remove_duplicate=False)."
)
def shared_counted_twice(module):
    return sum(p.numel() for _, p in module.named_parameters(remove_duplicate=False))


@exercise.mistake(
    "You counted a weight that two modules share once for each of them. Going through the modules gives each module "
    "once, but a parameter as often as modules hold it. module.parameters() gives it once."
)
def tied_counted_twice(module):
    return sum(p.numel() for part in module.modules() for p in part.parameters(recurse=False))


@exercise.mistake(
    "You counted a parameter again for every module that it lies in: in its layer, in the block of that layer, and so "
    "on. module.parameters() of the whole goes through all of them and gives each parameter once."
)
def nested_counted_again(module):
    return sum(p.numel() for part in module.modules() for p in part.parameters())


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


@exercise.mistake(
    "You summed the first dimension of each tensor: len(p) is its rows, and a single number has none. All its numbers "
    "are p.numel()."
)
def rows_counted(module):
    return sum(len(p) for p in module.parameters())


@exercise.mistake(
    "You added up the sides of each tensor. A weight of 4 x 3 holds 12 numbers and not 7: multiply, or take .numel()."
)
def sides_added(module):
    return sum(sum(p.shape) for p in module.parameters())


@exercise.mistake(
    "You left out what is frozen (requires_grad is False). Here all parameters count, whether they are being trained "
    "or not."
)
def trainable_only(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


@exercise.mistake(
    "You left out what is frozen (requires_grad is False), and counted the buffers. It is the other way round: all "
    "parameters count, trained or not, and no buffer does."
)
def trainable_and_buffers(module):
    trainable = [p for p in module.parameters() if p.requires_grad]
    return sum(t.numel() for t in [*trainable, *module.buffers()])


@exercise.mistake(
    "You counted the weights of layers, and nothing else: biases are parameters, and so is what a module keeps under "
    "another name, such as a class token."
)
def weights_only(module):
    return sum(m.weight.numel() for m in module.modules() if getattr(m, "weight", None) is not None)


@exercise.mistake(
    "You counted only the parameters that have `weight` in their names: biases are parameters, and so is what a "
    "module keeps under another name, such as a class token."
)
def named_weight_only(module):
    return sum(p.numel() for name, p in module.named_parameters() if "weight" in name)


@exercise.mistake("You left out the biases. They are learned like any other parameter.")
def biases_left_out(module):
    return sum(p.numel() for name, p in module.named_parameters() if "bias" not in name)


@exercise.mistake("You counted matrices only: a parameter of a single axis, such as a bias, or of none counts, too.")
def matrices_only(module):
    return sum(p.numel() for p in module.parameters() if p.dim() > 1)


@exercise.mistake(
    "You asked each layer for its weight and bias. A module may keep a parameter under any name, such as a class "
    "token, and two layers may share one. module.parameters() gives them all, each once."
)
def weights_and_biases(module):
    found = [getattr(part, name, None) for part in module.modules() for name in ("weight", "bias")]
    return sum(p.numel() for p in found if p is not None)


@exercise.mistake(
    "You counted the linear layers alone. Convolutions and norms have parameters as well, and a module may hold one "
    "of its own, such as a class token. module.parameters() gives them all, each once."
)
def linear_layers_only(module):
    layers = [part for part in module.modules() if isinstance(part, nn.Linear)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


@exercise.mistake(
    "You worked out in_features * out_features + out_features for each linear layer. A layer may have no bias, others "
    "have parameters as well, and a module may hold one of its own. module.parameters() gives them all, each once."
)
def linear_layers_by_formula(module):
    layers = [part for part in module.modules() if isinstance(part, nn.Linear)]
    return sum(layer.in_features * layer.out_features + layer.out_features for layer in layers)


@exercise.mistake("You counted modules. Asked for are the numbers in their parameters: module.parameters(), .numel().")
def modules_counted(module):
    return len(list(module.modules()))


@exercise.mistake("You counted bytes. A float32 has four of them, a float64 eight; .numel() counts numbers.")
def bytes_counted(module):
    return sum(p.nbytes for p in module.parameters())


@exercise.mistake(
    "You divided bytes by four. That is right for float32 alone: a float64 has eight bytes, a float16 two. .numel() "
    "counts numbers, whatever their type."
)
def bytes_over_four(module):
    return sum(p.nbytes for p in module.parameters()) // 4


@exercise.mistake("You counted the buffers as well, such as BatchNorm's running statistics. No optimiser moves them.")
def with_buffers(module):
    return sum(t.numel() for t in [*module.parameters(), *module.buffers()])


@exercise.mistake(
    "You asked the module for its own parameters only (recurse=False), not for those of the modules in it."
)
def own_only(module):
    return sum(p.numel() for p in module.parameters(recurse=False))


@exercise.mistake(
    "You asked the modules inside for their parameters, and not the module itself: what it holds of its own, such as a "
    "class token, is left out, and a layer without parts counts for nothing."
)
def children_only(module):
    return sum(p.numel() for child in module.children() for p in child.parameters())


@exercise.mistake(
    "You told parameters apart by their sizes: tensors with equally many numbers count once (a set, or a dictionary "
    "with the sizes as keys?). Each parameter counts; module.parameters() gives a shared one once already."
)
def set_of_sizes(module):
    return sum({p.numel() for p in module.parameters()})


@exercise.mistake(
    "You told parameters apart by their shapes: two of the same shape count once. Each parameter counts; "
    "module.parameters() gives a shared one once already."
)
def one_of_each_shape(module):
    return sum({p.shape: p.numel() for p in module.parameters()}.values())


@exercise.mistake(
    "You told parameters apart by data_ptr(). On the meta device no tensor has memory, and it is 0 for all of them. "
    "module.parameters() gives a shared one once already."
)
def told_apart_by_memory(module):
    return sum({p.data_ptr(): p.numel() for p in module.parameters()}.values())


@exercise.mistake(
    "You told parameters apart by data_ptr(), and left out what has the same as an earlier one. On the meta device no "
    "tensor has memory, and it is 0 for all. module.parameters() gives a shared one once already."
)
def first_of_each_memory(module):
    return sum({p.data_ptr(): p.numel() for p in reversed(list(module.parameters()))}.values())


@exercise.mistake(
    "You told parameters apart by the numbers in them. Two with equal numbers, as all norms at the start, are still "
    "two. module.parameters() gives a shared one once already."
)
def equal_ones_counted_once(module):
    found = []
    for parameter in module.parameters():
        if not any(torch.equal(parameter, other) for other in found):
            found.append(parameter)
    return sum(p.numel() for p in found)


@exercise.mistake(
    "You multiplied the sides with a product that gives 1.0, a float, for a parameter of shape (), as np.prod does. A "
    "count is a whole number: .numel() gives one, and math.prod."
)
def float_for_a_single_number(module):
    return sum(p.numel() if p.dim() else 1.0 for p in module.parameters())
