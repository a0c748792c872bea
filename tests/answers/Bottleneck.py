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
