"""Exercise 6.3: Bottleneck."""

import torch
import torch.nn.functional as F
from torch import nn

from vit_course import resnet
from vit_course.exercises.engine.exercise import Case, Exercise


def _units():
    # Projected for its channels; as it is; projected for its stride; for both, with sides of odd length.
    return [
        Case((torch.randn(2, 32, 5, 8),), init=(32, 32)),
        Case((torch.randn(2, 128, 6, 5),), init=(128, 32, 1)),
        Case((torch.randn(1, 128, 8, 6),), init=(128, 32, 2)),
        Case((torch.randn(3, 64, 7, 5),), init=(64, 32, 2)),
        Case(
            (torch.randn(1, 32, 4, 6),), init=(32, 32)
        ),  # of one image, and projected: it is not the batch that decides
        # So faint, where norms have an eps of 1e-5 or another, that it shows.
        Case((2e-3 * torch.randn(1, 128, 3, 4),), init=(128, 32)),
    ]


exercise = Exercise(
    "6.3",
    resnet.Bottleneck,
    cases=_units,
    hints=(
        "Three convolutions, a norm after each; the middle one is 3x3 and has the stride, the last has 4 * channels. "
        "When does the input not fit onto the output, so that it must be projected?",
        "The shortcut needs conv_proj (1x1, with the stride, 4 * channels) and norm_proj when stride != 1 or "
        "in_channels != 4 * channels. In forward: ReLU after norm1, after norm2, and after the sum. Not after norm3.",
        "shortcut = self.norm_proj(self.conv_proj(inputs)) if hasattr(self, 'conv_proj') else inputs\n"
        "branch = torch.relu(self.norm1(self.conv1(inputs)))\n"
        "branch = torch.relu(self.norm2(self.conv2(branch)))\n"
        "return torch.relu(shortcut + self.norm3(self.conv3(branch)))",
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


@exercise.mistake(
    "You gave the stride to the first convolution. A 1x1 window with stride 2 never sees three pixels out of four; the "
    "3x3 one sees them all. So the stride is conv2's. (The ResNet paper's own code had it as you do.)"
)
class StrideInTheFirst(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv1 = resnet.StdConv2d(in_channels, channels, 1, stride)
        self.conv2 = resnet.StdConv2d(channels, channels, 3)


@exercise.mistake("The projection has a norm, but you do not use it: norm_proj(conv_proj(inputs)).")
class ProjectionsNormUnused(_Parts):
    def shortcut(self, inputs):
        return self.conv_proj(inputs) if self.project else inputs


@exercise.mistake(
    "The projected shortcut has a ReLU of its own. It has none: norm_proj(conv_proj(inputs)), then the sum, then the "
    "only ReLU outside the branch."
)
class ActivationInTheShortcut(_Parts):
    def shortcut(self, inputs):
        return F.relu(super().shortcut(inputs)) if self.project else inputs


@exercise.mistake(
    "The projection has no norm. A standardised convolution multiplies its input by the root of its fan-in or so; "
    "without norm_proj the shortcut would drown the branch."
)
class ProjectionWithoutNorm(ProjectionsNormUnused):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if self.project:
            del self.norm_proj


@exercise.mistake(
    "The ReLU comes before the sum, and none after. A branch that can only add lets the stream only grow: add first, "
    "then ReLU."
)
class ActivationBeforeTheSum(_Parts):
    def forward(self, inputs):
        return self.shortcut(inputs) + F.relu(self.branch(inputs))


@exercise.mistake("There is a ReLU after norm3 as well. The branch must be able to subtract: only the sum gets one.")
class ActivationBeforeAndAfter(_Parts):
    def forward(self, inputs):
        return F.relu(self.shortcut(inputs) + F.relu(self.branch(inputs)))


@exercise.mistake("The last ReLU is missing: it comes after the sum. (In a true pre-activation unit there is none.)")
class NoLastActivation(_Parts):
    def forward(self, inputs):
        return self.shortcut(inputs) + self.branch(inputs)


@exercise.mistake(
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


@exercise.mistake(
    "You project only where the stride is not 1. The first unit of the first stage has stride 1, and yet 64 channels "
    "come in and 256 go out: `stride != 1 or in_channels != 4 * channels`."
)
class ProjectedForTheStrideOnly(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if stride == 1 and self.project:
            del self.conv_proj, self.norm_proj


@exercise.mistake(
    "You project only where the channels change. With stride 2 height and width change too, and the shortcut would not "
    "fit: `stride != 1 or in_channels != 4 * channels`."
)
class ProjectedForTheChannelsOnly(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if in_channels == 4 * channels and self.project:
            del self.conv_proj, self.norm_proj


@exercise.mistake(
    "You project always. Where the shapes agree the input itself is the shortcut: nothing between it and the sum."
)
class ProjectedAlways(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv_proj = resnet.StdConv2d(in_channels, 4 * channels, 1, stride)
        self.norm_proj = resnet.group_norm(4 * channels)


@exercise.mistake(
    "Your projection's GroupNorm has one group for each channel, as the article's code has it. The original has 32 "
    "groups everywhere; the parameters have the same shapes, so no error will tell."
)
class OneGroupPerChannel(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        if self.project:
            self.norm_proj = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)


@exercise.mistake(
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


@exercise.mistake("You apply the ReLU before the norm. The order is convolution, norm, ReLU.")
class ActivationBeforeTheNorm(_Parts):
    def branch(self, inputs):
        inputs = self.norm1(F.relu(self.conv1(inputs)))
        inputs = self.norm2(F.relu(self.conv2(inputs)))
        return self.norm3(self.conv3(inputs))


@exercise.mistake("The shortcut is missing: the branch alone comes out. Add the input, projected where it must be.")
class NoShortcut(_Parts):
    def forward(self, inputs):
        return F.relu(self.branch(inputs))


@exercise.mistake("Between the convolutions there is no ReLU. One follows norm1, and one norm2.")
class NoActivationsInside(_Parts):
    def branch(self, inputs):
        return self.norm3(self.conv3(self.norm2(self.conv2(self.norm1(self.conv1(inputs))))))


@exercise.mistake("You multiplied the shortcut with the branch. A residual connection adds: F.relu(shortcut + branch).")
class Multiplied(_Parts):
    def forward(self, inputs):
        return F.relu(self.shortcut(inputs) * self.branch(inputs))


@exercise.mistake("The ReLU after norm1 is missing. One follows norm1, one norm2, and one the sum.")
class NoFirstActivation(_Parts):
    def branch(self, inputs):
        return self.norm3(self.conv3(F.relu(self.norm2(self.conv2(self.norm1(self.conv1(inputs)))))))


@exercise.mistake("The ReLU after norm2 is missing. One follows norm1, one norm2, and one the sum.")
class NoSecondActivation(_Parts):
    def branch(self, inputs):
        return self.norm3(self.conv3(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(inputs)))))))


@exercise.mistake("In the first step the ReLU stands before the norm. The order is convolution, norm, ReLU.")
class FirstActivationBeforeTheNorm(_Parts):
    def branch(self, inputs):
        inputs = self.norm1(F.relu(self.conv1(inputs)))
        return self.norm3(self.conv3(F.relu(self.norm2(self.conv2(inputs)))))


@exercise.mistake("norm1 and norm2 have changed places: norm1 belongs to conv1, norm2 to conv2.")
class NormsSwapped(_Parts):
    def branch(self, inputs):
        inputs = F.relu(self.norm2(self.conv1(inputs)))
        return self.norm3(self.conv3(F.relu(self.norm1(self.conv2(inputs)))))


@exercise.mistake("conv2 does not standardise its weights: nn.Conv2d in place of StdConv2d, which also pads by itself.")
class PlainSecondConvolution(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False)


@exercise.mistake("Your activation is GELU. The ResNet has ReLU: GELU came with the Transformer's MLP.")
class WithGELU(_Parts):
    def branch(self, inputs):
        inputs = F.gelu(self.norm1(self.conv1(inputs)))
        return self.norm3(self.conv3(F.relu(self.norm2(self.conv2(inputs)))))


@exercise.mistake(
    "Your norms have another eps, PyTorch's default of 1e-5 most likely. group_norm(channels) has 32 groups and 1e-6; "
    "it shows where the numbers are small."
)
class DefaultEps(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.norm1 = nn.GroupNorm(32, channels)


@exercise.mistake(
    "All your GroupNorms after conv3 have one group for each channel. The original has 32 groups everywhere: "
    "group_norm(4 * channels)."
)
class OneGroupPerChannelAtTheEnd(_Parts):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__(in_channels, channels, stride)
        self.norm3 = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)
        if self.project:
            self.norm_proj = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)


@exercise.mistake(
    "norm3 stands behind the sum. It belongs to the branch: norm3(conv3(...)) first, then the sum with the shortcut,"
    " then the ReLU."
)
class LastNormAfterTheSum(_Parts):
    def forward(self, inputs):
        branch = F.relu(self.norm1(self.conv1(inputs)))
        branch = F.relu(self.norm2(self.conv2(branch)))
        return F.relu(self.norm3(self.shortcut(inputs) + self.conv3(branch)))
