# %% right: another way (WithAList)
class Bottleneck(nn.Module):
    """The parts in the order of a learner who writes them down as they come, and an identity for the shortcut."""

    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        out = channels * 4
        self.conv_proj = self.norm_proj = None
        if in_channels != out or stride > 1:
            self.conv_proj = StdConv2d(in_channels, out, 1, stride=stride)
            self.norm_proj = nn.GroupNorm(32, out, eps=1e-6)
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.conv2 = StdConv2d(channels, channels, 3, stride=stride)
        self.conv3 = StdConv2d(channels, out, 1)
        self.norm1, self.norm2 = nn.GroupNorm(32, channels, eps=1e-6), nn.GroupNorm(32, channels, eps=1e-6)
        self.norm3 = nn.GroupNorm(32, out, eps=1e-6)

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        y = F.relu(self.norm2(self.conv2(y)))
        y = self.norm3(self.conv3(y))
        if self.conv_proj is not None:
            x = self.norm_proj(self.conv_proj(x))
        return torch.clamp(x + y, min=0)


# %% right: step by step
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% right: clamp for the ReLU
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = self.norm1(self.conv1(inputs)).clamp(min=0)
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% right: hasattr asks for the projection
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        if stride > 1 or in_channels != channels * 4:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if hasattr(self, "conv_proj"):
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no last ReLU
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return shortcut + x


# %% wrong: ReLU after norm3 too
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        return F.relu(shortcut + x)


# %% wrong: ReLU before the sum
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return shortcut + F.relu(x)


# %% wrong: stride in conv1
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, stride)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: stride in conv3
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, stride)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: stride in both
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, stride)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no norm of the projection
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.conv_proj(inputs)
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: norm_proj is not made
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.conv_proj(inputs)
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: ReLU in the shortcut
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = F.relu(self.norm_proj(self.conv_proj(inputs)))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no ReLU after norm1
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = self.norm1(self.conv1(inputs))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no ReLU after norm2
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = self.norm2(self.conv2(x))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no norm3 in forward
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.conv3(x)
        return F.relu(shortcut + x)


# %% wrong: plain conv2
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, padding=1, bias=False)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: norms with the default eps
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = nn.GroupNorm(32, channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: instance norms
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = nn.GroupNorm(4 * channels, 4 * channels, eps=1e-6)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: projected by the stride alone
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: projected by the channels alone
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: projected always
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = True
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: no shortcut
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x)


# %% wrong: ReLU before the norm
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = self.norm1(F.relu(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: GELU
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.gelu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: multiplied
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut * x)


# %% wrong: norms 1 and 2 swapped
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm2(self.conv1(inputs)))
        x = F.relu(self.norm1(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% wrong: four times is forgotten
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, channels, 1)
        self.norm3 = group_norm(channels)
        self.project = stride != 1 or in_channels != channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, channels, 1, stride)
            self.norm_proj = group_norm(channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(shortcut + x)


# %% right: loop over the three pairs, getattr for the shortcut
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        sizes = [(in_channels, channels, 1, 1), (channels, channels, 3, stride), (channels, 4 * channels, 1, 1)]
        for i, size in enumerate(sizes, start=1):
            setattr(self, f"conv{i}", StdConv2d(*size))
            setattr(self, f"norm{i}", group_norm(size[1]))
        if (in_channels, stride) != (4 * channels, 1):
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        x = inputs
        for i in (1, 2, 3):
            x = getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x))
            if i == 3:
                x = x + self.shortcut(inputs)
            x = x.relu()
        return x

    def shortcut(self, inputs):
        conv = getattr(self, "conv_proj", None)
        return inputs if conv is None else self.norm_proj(conv(inputs))


# %% right: clamp for ReLU and a flag
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        out_channels = channels * 4
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, out_channels, 1, 1)
        self.norm3 = group_norm(out_channels)
        self.identity = stride == 1 and in_channels == out_channels
        if not self.identity:
            self.conv_proj = StdConv2d(in_channels, out_channels, 1, stride)
            self.norm_proj = group_norm(out_channels)

    def forward(self, inputs):
        branch = self.norm1(self.conv1(inputs)).clamp(min=0)
        branch = self.norm2(self.conv2(branch)).clamp(min=0)
        branch = self.norm3(self.conv3(branch))
        if self.identity:
            return (inputs + branch).clamp(min=0)
        return (self.norm_proj(self.conv_proj(inputs)) + branch).clamp(min=0)


# %% right: branch and shortcut as methods, in-place ReLU on fresh tensors
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1, self.norm1 = StdConv2d(in_channels, channels, 1, 1), group_norm(channels)
        self.conv2, self.norm2 = StdConv2d(channels, channels, 3, stride), group_norm(channels)
        self.conv3, self.norm3 = StdConv2d(channels, 4 * channels, 1, 1), group_norm(4 * channels)
        if stride != 1 or in_channels != 4 * channels:
            self.add_module("conv_proj", StdConv2d(in_channels, 4 * channels, 1, stride))
            self.add_module("norm_proj", group_norm(4 * channels))

    def residual(self, x):
        x = F.relu(self.norm1(self.conv1(x)), inplace=True)
        x = F.relu(self.norm2(self.conv2(x)), inplace=True)
        return self.norm3(self.conv3(x))

    def forward(self, inputs):
        skip = inputs
        if "conv_proj" in self._modules:
            skip = self.norm_proj(self.conv_proj(inputs))
        return F.relu(skip + self.residual(inputs))


# %% wrong: norm1 is used after conv2 as well
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm1(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% wrong: ReLU on the projected shortcut
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = F.relu(self.norm_proj(self.conv_proj(inputs)))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% wrong: ordinary convolution of 3 x 3 with symmetric padding
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% wrong: adds in place to the caller's input
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        residual += self.norm3(self.conv3(x))
        return F.relu(residual)


# %% wrong: no last ReLU where the shortcut is projected
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        if self.project:
            return x + self.norm_proj(self.conv_proj(inputs))
        return F.relu(x + inputs)


# %% wrong: the shortcut shares norm3
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = self.norm3

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% wrong: norm3 after the addition
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x) + residual)
        return F.relu(x)


# %% wrong: only the channels decide about the projection
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.stride = stride
        self.conv1 = StdConv2d(in_channels, channels, 1, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        if self.project:
            residual = self.norm_proj(self.conv_proj(inputs))
        else:
            residual = inputs[:, :, :: self.stride, :: self.stride]
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% right: shortcut first, hasattr
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        out_channels = 4 * channels
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, out_channels, 1)
        self.norm3 = group_norm(out_channels)
        if stride != 1 or in_channels != out_channels:
            self.conv_proj = StdConv2d(in_channels, out_channels, 1, stride)
            self.norm_proj = group_norm(out_channels)

    def forward(self, inputs):
        shortcut = inputs
        if hasattr(self, "conv_proj"):
            shortcut = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + shortcut)


# %% right: modules added in a loop
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        parts = {
            "1": (in_channels, channels, 1, 1),
            "2": (channels, channels, 3, stride),
            "3": (channels, channels * 4, 1, 1),
        }
        self.project = not (stride == 1 and in_channels == channels * 4)
        if self.project:
            parts["_proj"] = (in_channels, channels * 4, 1, stride)
        for name, arguments in parts.items():
            self.add_module("conv" + name, StdConv2d(*arguments))
            self.add_module("norm" + name, group_norm(arguments[1]))

    def _apply_part(self, name, x):
        return getattr(self, "norm" + name)(getattr(self, "conv" + name)(x))

    def forward(self, inputs):
        x = inputs
        for name in ("1", "2"):
            x = self._apply_part(name, x).clamp(min=0)
        x = self._apply_part("3", x)
        x = x + (self._apply_part("_proj", inputs) if self.project else inputs)
        return x.clamp(min=0)


# %% right: a shortcut method, one expression
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride=stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        if (in_channels, 1) != (4 * channels, stride):
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride=stride)
            self.norm_proj = group_norm(4 * channels)
            self.shortcut = self.projected
        else:
            self.shortcut = self.unchanged

    def projected(self, inputs):
        return self.norm_proj(self.conv_proj(inputs))

    def unchanged(self, inputs):
        return inputs

    def forward(self, inputs):
        hidden = self.norm1(self.conv1(inputs)).relu()
        hidden = self.norm2(self.conv2(hidden)).relu()
        return torch.add(self.shortcut(inputs), self.norm3(self.conv3(hidden))).relu()


# %% wrong: relu before the sum instead of after it
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.needs_projection = stride != 1 or in_channels != 4 * channels
        if self.needs_projection:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = F.relu(self.norm3(self.conv3(x)))
        residual = inputs
        if self.needs_projection:
            residual = self.norm_proj(self.conv_proj(inputs))
        return x + residual


# %% wrong: projects only where the channels differ
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.needs_projection = in_channels != 4 * channels
        if self.needs_projection:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        residual = inputs
        if self.needs_projection:
            residual = self.norm_proj(self.conv_proj(inputs))
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + residual)


# %% wrong: compares the input with channels, not four times channels
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        if stride != 1 or in_channels != channels:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        if hasattr(self, "conv_proj"):
            shortcut = self.norm_proj(self.conv_proj(inputs))
        else:
            shortcut = inputs
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + shortcut)


# %% wrong: the stride sits in conv3
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, 1)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1, stride)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = self.norm_proj(self.conv_proj(inputs)) if self.project else inputs
        x = torch.relu(self.norm1(self.conv1(inputs)))
        x = torch.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return torch.relu(x + shortcut)


# %% wrong: the shortcut is not normalised
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = inputs
        if self.project:
            shortcut = self.conv_proj(inputs)
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = F.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return F.relu(x + shortcut)


# %% wrong: no relu after norm2
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        self.project = stride != 1 or in_channels != 4 * channels
        if self.project:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        shortcut = self.norm_proj(self.conv_proj(inputs)) if self.project else inputs
        x = F.relu(self.norm1(self.conv1(inputs)))
        x = self.norm2(self.conv2(x))
        x = self.norm3(self.conv3(x))
        return F.relu(x + shortcut)


# %% wrong: relu both before and after the sum
class Bottleneck(nn.Module):
    def __init__(self, in_channels, channels, stride=1):
        super().__init__()
        self.conv1 = StdConv2d(in_channels, channels, 1)
        self.norm1 = group_norm(channels)
        self.conv2 = StdConv2d(channels, channels, 3, stride)
        self.norm2 = group_norm(channels)
        self.conv3 = StdConv2d(channels, 4 * channels, 1)
        self.norm3 = group_norm(4 * channels)
        if stride != 1 or in_channels != 4 * channels:
            self.conv_proj = StdConv2d(in_channels, 4 * channels, 1, stride)
            self.norm_proj = group_norm(4 * channels)

    def forward(self, inputs):
        x = inputs
        for conv, norm in ((self.conv1, self.norm1), (self.conv2, self.norm2), (self.conv3, self.norm3)):
            x = F.relu(norm(conv(x)))
        if hasattr(self, "conv_proj"):
            inputs = self.norm_proj(self.conv_proj(inputs))
        return F.relu(x + inputs)
