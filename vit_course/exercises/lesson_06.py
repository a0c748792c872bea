"""The exercises of lesson 06: the ResNet of a hybrid."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import resnet
from vit_course.config import ResNetConfig
from vit_course.exercises.exercise import Case, Exercise

size = Exercise(
    resnet.feature_map_size,
    cases=lambda: [
        Case((224, ResNetConfig((3, 4, 9)))),
        Case((384, ResNetConfig((2, 2, 2, 2)))),
        Case((225, ResNetConfig((3, 4)))),
        Case((97, ResNetConfig(()))),
        Case((12, ResNetConfig((1, 1, 1)))),
        Case((120, ResNetConfig((5,)))),
    ],
    hints=(
        "Count the places with stride 2: two in the stem, and then? Look at the shapes that the cell above printed.",
        "All stages but the first halve. A stem without stages (num_layers=()) halves twice and no more.",
        "2 + max(len(config.num_layers) - 1, 0) times: image_size = math.ceil(image_size / 2). (-(-image_size // "
        "config.stride) does it at one go.)",
    ),
)


@size.mistake(
    'You rounded down. With "SAME" padding a side of odd length keeps its last cell: 113 becomes 57, not 56. Round up, '
    "each time (math.ceil, or -(-n // 2))."
)
def rounded_down(image_size, config):
    return image_size // config.stride


@size.mistake("You used round, and Python rounds halves to the even number: 2.5 becomes 2. It is always up: math.ceil.")
def rounded_to_even(image_size, config):
    for _ in range(2 + max(len(config.num_layers) - 1, 0)):
        image_size = round(image_size / 2)
    return image_size


@size.mistake("Each of your stages halves. The first one does not: its stride is 1, for the pooling has just halved.")
def every_stage_halves(image_size, config):
    return math.ceil(image_size / 2 ** (2 + len(config.num_layers)))


@size.mistake("You halved once in the stem. It halves twice: its 7x7 convolution has stride 2, and so has the pooling.")
def pooling_forgotten(image_size, config):
    return math.ceil(image_size / 2 ** (1 + max(len(config.num_layers) - 1, 0)))


@size.mistake(
    "Right, but for the stem alone: with num_layers=() there are no stages, and len(...) - 1 is -1. It must not take "
    "back a halving of the stem: max(len(config.num_layers) - 1, 0)."
)
def stem_alone_forgotten(image_size, config):
    return math.ceil(image_size / 2 ** (2 + len(config.num_layers) - 1))


@size.mistake(
    "You halved once for each unit. num_layers says how many units each stage has, and only the first unit of a stage "
    "has stride 2: count the stages, len(config.num_layers)."
)
def units_counted(image_size, config):
    for _ in range(2 + max(sum(config.num_layers) - 1, 0)):
        image_size = math.ceil(image_size / 2)
    return image_size


@size.mistake(
    "16 is right for three stages only. Each stage but the first halves, so the stem alone divides by 4, four stages "
    "by 32: count them, len(config.num_layers). And round up, with math.ceil."
)
def always_three_stages(image_size, config):
    return image_size // 16


@size.mistake(
    "You divided by 16 whatever the configuration. That is right for three stages: the stem alone divides by 4, four "
    "stages by 32. Count them: len(config.num_layers)."
)
def always_three_stages_rounded_up(image_size, config):
    return math.ceil(image_size / 16)


@size.mistake("You returned the cells of the whole map. Asked for are the cells along one side: 14, not 196.")
def whole_map(image_size, config):
    return resnet.feature_map_size(image_size, config) ** 2


@size.mistake("`/` gives a float in Python, and half a cell does not exist. Round up to an int: math.ceil.")
def float_division(image_size, config):
    return image_size / config.stride


def _weights():
    # One is small, so that it shows where the 1e-5 goes; in none does a mean without keepdim fit by accident.
    return [
        Case((torch.randn(4, 3, 3, 3) * 0.5 + 0.2,)),
        Case((torch.randn(6, 4, 1, 2) * 1e-3 + 1e-3,)),
        Case((torch.randn(2, 6, 5, 3) * 3 - 1,)),
        Case((torch.randn(1, 2, 3, 3),)),
    ]


standardise = Exercise(
    resnet.standardise_weight,
    cases=_weights,
    hints=(
        "A filter is what makes one output channel. Which of the four dimensions lie inside one filter?",
        "Mean and standard deviation over dimensions 1, 2 and 3, with keepdim=True, so that they fit back onto the "
        "weight. The deviation divides by n (correction=0); add 1e-5 to it.",
        "mean = weight.mean(dim=(1, 2, 3), keepdim=True); deviation = weight.std(dim=(1, 2, 3), correction=0, "
        "keepdim=True); return (weight - mean) / (deviation + 1e-5)",
    ),
)


def _standardised(weight, dim=(1, 2, 3), correction=0, eps=1e-5, centred=True):
    mean = weight.mean(dim=dim, keepdim=True) if centred else 0
    return (weight - mean) / (weight.std(dim=dim, correction=correction, keepdim=True) + eps)


@standardise.mistake(
    "You took one mean and one deviation for the whole layer. Each filter (each output channel) gets its own: "
    "dimensions 1, 2 and 3, not all four."
)
def per_layer(weight):
    return _standardised(weight, dim=(0, 1, 2, 3))


@standardise.mistake(
    "You averaged over the output channels (dimensions 0, 2, 3), as batch normalisation does with activations. In a "
    "weight, dimension 0 counts the filters, and each of those is to be standardised by itself: dimensions 1, 2, 3."
)
def as_batch_norm(weight):
    return _standardised(weight, dim=(0, 2, 3))


@standardise.mistake(
    "You standardised each 3x3 kernel by itself (dimensions 2 and 3). A filter is all kernels of one output channel "
    "together: the input channels, dimension 1, belong to it too. (Of a 1x1 convolution nothing would be left.)"
)
def per_kernel(weight):
    return _standardised(weight, dim=(2, 3))


@standardise.mistake("You went over the filters (dimension 0). A filter must be standardised within itself: 1, 2, 3.")
def across_filters(weight):
    return _standardised(weight, dim=0)


@standardise.mistake(
    "Your deviation divides by n - 1, which is PyTorch's default. The original divides by n: std(..., correction=0)."
)
def unbiased(weight):
    return _standardised(weight, correction=1)


@standardise.mistake(
    "You took one mean and one deviation for the whole layer, and PyTorch's default divides by n - 1. Each filter gets "
    "its own: dim=(1, 2, 3), keepdim=True, and for the deviation correction=0."
)
def per_layer_unbiased(weight):
    return (weight - weight.mean()) / (weight.std() + 1e-5)


@standardise.mistake(
    "Two things: your variance divides by n - 1 (PyTorch's default; say correction=0), and the 1e-5 stands under the "
    "root. The original adds it to the deviation: (std + 1e-5)."
)
def unbiased_and_eps_under_the_root(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), keepdim=True)
    return (weight - mean) / (variance + 1e-5).sqrt()


@standardise.mistake(
    "Two things: your deviation divides by n - 1 (PyTorch's default; say correction=0), and the 1e-5 is missing."
)
def unbiased_without_eps(weight):
    return _standardised(weight, correction=1, eps=0)


@standardise.mistake("The 1e-5 is missing: a filter whose weights are all alike would be divided by zero.")
def without_eps(weight):
    return _standardised(weight, eps=0)


@standardise.mistake(
    "You put the 1e-5 under the root, to the variance. The original adds it to the deviation: (std + 1e-5). Under the "
    "root it weighs much more: it outweighs any filter whose deviation is below 0.003. (The article's code does that.)"
)
def eps_under_the_root(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), correction=0, keepdim=True)
    return (weight - mean) / (variance + 1e-5).sqrt()


@standardise.mistake("You divided by the variance. Divide by its root, the standard deviation.")
def by_the_variance(weight):
    variance, mean = torch.var_mean(weight, dim=(1, 2, 3), correction=0, keepdim=True)
    return (weight - mean) / (variance + 1e-5)


@standardise.mistake("You did not subtract the mean: each filter is to have mean 0 and standard deviation 1.")
def not_centred(weight):
    return _standardised(weight, centred=False)


@standardise.mistake("You subtracted the mean but left the scale: divide by (deviation + 1e-5).")
def not_scaled(weight):
    return weight - weight.mean(dim=(1, 2, 3), keepdim=True)


@standardise.mistake(
    "You divided by the filter's length (the root of the sum of squares). The standard deviation is the root of their "
    "*mean*: the results differ by the root of the number of weights in a filter."
)
def by_the_length(weight):
    centred = weight - weight.mean(dim=(1, 2, 3), keepdim=True)
    return centred / (centred.square().sum(dim=(1, 2, 3), keepdim=True).sqrt() + 1e-5)


@standardise.mistake(
    "Mean and deviation came out as [out_channels], and such a row lies along the *width* when it meets the weight. "
    "keepdim=True keeps them as [out_channels, 1, 1, 1]."
)
def without_keepdim(weight):
    return (weight - weight.mean(dim=(1, 2, 3))) / (weight.std(dim=(1, 2, 3), correction=0) + 1e-5)


padding = Exercise(
    resnet.same_padding,
    cases=lambda: [
        Case((224, 7, 2)),
        Case((112, 3, 2)),
        Case((7, 3, 1)),
        Case((28, 1, 2)),
        Case((15, 3, 2)),
        Case((10, 5, 4)),
        Case((9, 7, 3)),
    ],
    hints=(
        "Work backwards: how many outputs are wanted? The first window starts at 0, so where does the last one end?",
        "The last window ends at (outputs - 1) * stride + kernel_size. What reaches beyond `size` must be added, and "
        "that cannot be less than nothing. Halve it; an odd cell goes after.",
        "total = max((math.ceil(size / stride) - 1) * stride + kernel_size - size, 0); "
        "return total // 2, total - total // 2",
    ),
)


def _total(size, kernel_size, stride):
    return sum(resnet.same_padding(size, kernel_size, stride))


@padding.mistake(
    'That is PyTorch\'s custom: the same on both sides, half a kernel, whatever stride and size are. "SAME" adds as '
    "little as will do, and here one cell less, which is missing *before* the image."
)
def symmetric(size, kernel_size, stride):
    return kernel_size // 2, kernel_size // 2


@padding.mistake("The total is right, but you put the odd cell before. It goes after: 224, 7, 2 gives (2, 3).")
def odd_one_before(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total - total // 2, total // 2


@padding.mistake(
    "You rounded both halves down, so that the odd cell is lost and with it the last output. What is not before is "
    "after: total - total // 2."
)
def odd_one_lost(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total // 2, total // 2


@padding.mistake(
    "You rounded the number of outputs down. It is rounded up: 15 cells under stride 2 give 8 outputs, not 7."
)
def outputs_rounded_down(size, kernel_size, stride):
    total = max((size // stride - 1) * stride + kernel_size - size, 0)
    return total // 2, total - total // 2


@padding.mistake(
    "Your padding can be negative: 28 cells, kernel 1, stride 2 needs -1. A window that jumps over the last cell "
    "needs nothing added: max(total, 0)."
)
def negative(size, kernel_size, stride):
    total = (math.ceil(size / stride) - 1) * stride + kernel_size - size
    return total // 2, total - total // 2


@padding.mistake(
    "kernel_size - stride is right only where the stride divides the size. 15 cells, kernel 3, stride 2: the last "
    "window starts at 14 and needs two more cells, (1, 1)."
)
def stride_taken_to_divide(size, kernel_size, stride):
    total = max(kernel_size - stride, 0)
    return total // 2, total - total // 2


@padding.mistake(
    "kernel_size - stride is right only where the stride divides the size, and here it may even be negative. 15 cells, "
    "kernel 3, stride 2: the last window starts at 14 and needs two more cells, (1, 1). Never less than 0: "
    "max(total, 0)."
)
def kernel_minus_stride(size, kernel_size, stride):
    total = kernel_size - stride
    return total // 2, total - total // 2


@padding.mistake(
    "You let the last window *start* at outputs * stride. Counting from 0, it starts at (outputs - 1) * stride."
)
def one_window_too_many(size, kernel_size, stride):
    total = math.ceil(size / stride) * stride + kernel_size - size
    return total // 2, total - total // 2


@padding.mistake("You returned the total. Asked for are two numbers: the cells before, and the cells after.")
def total_only(size, kernel_size, stride):
    return _total(size, kernel_size, stride)


@padding.mistake("You halved with `/`: half a cell cannot be added. Before: total // 2; after: what is left of it.")
def half_cells(size, kernel_size, stride):
    total = _total(size, kernel_size, stride)
    return total / 2, total / 2


def _units():
    # Projected for its channels; as it is; projected for its stride; for both, with sides of odd length.
    return [
        Case((torch.randn(2, 32, 5, 8),), init=(32, 32)),
        Case((torch.randn(1, 128, 6, 5),), init=(128, 32, 1)),
        Case((torch.randn(2, 128, 8, 6),), init=(128, 32, 2)),
        Case((torch.randn(3, 64, 7, 5),), init=(64, 32, 2)),
    ]


bottleneck = Exercise(
    resnet.Bottleneck,
    cases=_units,
    hints=(
        "Three convolutions, a norm after each; the middle one is 3x3 and has the stride, the last has 4 * channels. "
        "When does the input not fit onto the output, so that it must be projected?",
        "The shortcut needs conv_proj (1x1, with the stride, 4 * channels) and norm_proj when stride != 1 or "
        "in_channels != 4 * channels. In forward: ReLU after norm1, after norm2, and after the sum. Not after norm3.",
        "shortcut = self.norm_proj(self.conv_proj(inputs)) if self.project else inputs; "
        "branch = F.relu(self.norm1(self.conv1(inputs))); branch = F.relu(self.norm2(self.conv2(branch))); "
        "return F.relu(shortcut + self.norm3(self.conv3(branch)))",
    ),
)


class _Parts(resnet.Bottleneck):
    """What the mistakes below share with the correct class: its parameters, and the two ways through it."""

    def shortcut(self, inputs):
        return self.norm_proj(self.conv_proj(inputs)) if self.project else inputs

    def branch(self, inputs):
        inputs = F.relu(self.norm1(self.conv1(inputs)))
        inputs = F.relu(self.norm2(self.conv2(inputs)))
        return self.norm3(self.conv3(inputs))

    def forward(self, inputs):
        return F.relu(self.shortcut(inputs) + self.branch(inputs))


@bottleneck.mistake(
    "You gave the stride to the first convolution. A 1x1 window with stride 2 never sees three pixels out of four; the "
    "3x3 one sees them all. So the stride is conv2's. (The ResNet paper's own code had it as you do.)"
)
class StrideInTheFirst(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv1 = resnet.StdConv2d(in_channels, channels, 1, stride)
        self.conv2 = resnet.StdConv2d(channels, channels, 3)


@bottleneck.mistake("The projection has a norm, but you do not use it: norm_proj(conv_proj(inputs)).")
class ProjectionsNormUnused(_Parts):
    def shortcut(self, inputs):
        return self.conv_proj(inputs) if self.project else inputs


@bottleneck.mistake(
    "The projected shortcut has a ReLU of its own. It has none: norm_proj(conv_proj(inputs)), then the sum, then the "
    "only ReLU outside the branch."
)
class ActivationInTheShortcut(_Parts):
    def shortcut(self, inputs):
        return F.relu(super().shortcut(inputs)) if self.project else inputs


@bottleneck.mistake(
    "The projection has no norm. A standardised convolution multiplies its input by the root of its fan-in or so; "
    "without norm_proj the shortcut would drown the branch."
)
class ProjectionWithoutNorm(ProjectionsNormUnused):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if self.project:
            del self.norm_proj


@bottleneck.mistake(
    "The ReLU comes before the sum, and none after. A branch that can only add lets the stream only grow: add first, "
    "then ReLU."
)
class ActivationBeforeTheSum(_Parts):
    def forward(self, inputs):
        return self.shortcut(inputs) + F.relu(self.branch(inputs))


@bottleneck.mistake("There is a ReLU after norm3 as well. The branch must be able to subtract: only the sum gets one.")
class ActivationBeforeAndAfter(_Parts):
    def forward(self, inputs):
        return F.relu(self.shortcut(inputs) + F.relu(self.branch(inputs)))


@bottleneck.mistake("The last ReLU is missing: it comes after the sum. (In a true pre-activation unit there is none.)")
class NoLastActivation(_Parts):
    def forward(self, inputs):
        return self.shortcut(inputs) + self.branch(inputs)


@bottleneck.mistake(
    "That is a true pre-activation unit: norm, ReLU, convolution. The name that this class often bears says so, but "
    "the published hybrids do convolution, norm, ReLU."
)
class PreActivation(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.norm1 = resnet.group_norm(in_channels)
        self.conv1 = resnet.StdConv2d(in_channels, channels, 1)
        self.norm2 = resnet.group_norm(channels)
        self.conv2 = resnet.StdConv2d(channels, channels, 3, stride)
        self.norm3 = resnet.group_norm(channels)
        self.conv3 = resnet.StdConv2d(channels, 4 * channels, 1)
        if stride != 1 or in_channels != 4 * channels:
            self.conv_proj = resnet.StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = resnet.group_norm(4 * channels)


@bottleneck.mistake(
    "You project only where the stride is not 1. The first unit of the first stage has stride 1, and yet 64 channels "
    "come in and 256 go out: `stride != 1 or in_channels != 4 * channels`."
)
class ProjectedForTheStrideOnly(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if stride == 1 and self.project:
            del self.conv_proj, self.norm_proj


@bottleneck.mistake(
    "You project only where the channels change. With stride 2 height and width change too, and the shortcut would not "
    "fit: `stride != 1 or in_channels != 4 * channels`."
)
class ProjectedForTheChannelsOnly(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if in_channels == 4 * channels and self.project:
            del self.conv_proj, self.norm_proj


@bottleneck.mistake(
    "You project always. Where the shapes agree the input itself is the shortcut: nothing between it and the sum."
)
class ProjectedAlways(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv_proj = resnet.StdConv2d(in_channels, 4 * channels, 1, stride)
        self.norm_proj = resnet.group_norm(4 * channels)


@bottleneck.mistake(
    "Your projection's GroupNorm has one group for each channel, as the article's code has it. The original has 32 "
    "groups everywhere; the parameters have the same shapes, so no error will tell."
)
class OneGroupPerChannel(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if self.project:
            self.norm_proj = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)


@bottleneck.mistake(
    "Your convolutions do not standardise their weights: nn.Conv2d in place of StdConv2d, which also pads as it should."
)
class PlainConvolutions(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv1 = nn.Conv2d(in_channels, channels, 1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False)
        self.conv3 = nn.Conv2d(channels, 4 * channels, 1, bias=False)
        if self.project:
            self.conv_proj = nn.Conv2d(in_channels, 4 * channels, 1, stride, bias=False)


@bottleneck.mistake("You apply the ReLU before the norm. The order is convolution, norm, ReLU.")
class ActivationBeforeTheNorm(_Parts):
    def branch(self, inputs):
        inputs = self.norm1(F.relu(self.conv1(inputs)))
        inputs = self.norm2(F.relu(self.conv2(inputs)))
        return self.norm3(self.conv3(inputs))


@bottleneck.mistake("The shortcut is missing: the branch alone comes out. Add the input, projected where it must be.")
class NoShortcut(_Parts):
    def forward(self, inputs):
        return F.relu(self.branch(inputs))


@bottleneck.mistake("Between the convolutions there is no ReLU. One follows norm1, and one norm2.")
class NoActivationsInside(_Parts):
    def branch(self, inputs):
        return self.norm3(self.conv3(self.norm2(self.conv2(self.norm1(self.conv1(inputs))))))
