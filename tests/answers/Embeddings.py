# %% right: another way (WithALinearLayersHabits)
class Embeddings(nn.Module):
    """As the article writes it: flatten, transpose, cat, and the token stored before the projection."""

    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.cls_token = nn.Parameter(torch.randn(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, size, size)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(-1, -2)
        out = x.new_empty(x.shape[0], x.shape[1] + 1, x.shape[2])
        out[:, :1], out[:, 1:] = self.cls_token, x
        return self.drop(out + self.position_embeddings)


# %% right: flatten and transpose
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% right: einops
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = rearrange(self.patch_embeddings(images), "b d r c -> b (r c) d")
        cls = repeat(self.cls_token, "1 1 d -> b 1 d", b=len(images))
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% right: functional dropout
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.rate = config.dropout

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return F.dropout(x, self.rate, self.training)


# %% right: normal start
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(0.02 * torch.randn(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: token at the end
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([x, cls], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: no positions
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x)


# %% wrong: no dropout
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return x


# %% wrong: positions before the token
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = x + self.position_embeddings[:, 1:]
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x)


# %% wrong: dropout before the positions
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x) + self.position_embeddings


# %% wrong: reshape in place of the transpose
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).reshape(len(images), -1, self.cls_token.shape[-1])
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: columns first
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).transpose(2, 3).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: positions for the patches alone
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        x = x + self.position_embeddings
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x)


# %% wrong: plain tensors
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = torch.zeros(1, 1, config.hidden_size)
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: F.dropout without training
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return F.dropout(x, self.dropout.p)


# %% wrong: stride forgotten
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: token kept for the first batch size
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        if not hasattr(self, "cls"):
            self.cls = self.cls_token.expand(x.shape[0], -1, -1)
        cls = self.cls
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: positions multiplied
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x * self.position_embeddings
        return self.dropout(x)


# %% wrong: a norm at the end
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(F.layer_norm(x, x.shape[-1:]))


# %% wrong: no bias in the projection
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(
            config.in_channels, config.hidden_size, kernel_size=size, stride=size, bias=False
        )
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: token not expanded
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: scaled by the root of hidden
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = x * x.shape[-1] ** 0.5
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% right: einops, positions added before the two parts are joined
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.randn(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, config.num_patches + 1, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        patches = rearrange(self.patch_embeddings(images), "b d h w -> b (h w) d")
        first, others = self.position_embeddings[:, :1], self.position_embeddings[:, 1:]
        cls = repeat(self.cls_token + first, "1 1 d -> b 1 d", b=images.shape[0])
        return self.dropout(torch.cat([cls, patches + others], dim=1))


# %% right: the convolution as unfold and a linear map
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.empty(1, 1 + config.num_patches, config.hidden_size))
        nn.init.trunc_normal_(self.position_embeddings, std=0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        conv = self.patch_embeddings
        columns = F.unfold(images, kernel_size=conv.kernel_size, stride=conv.stride)
        patches = F.linear(columns.transpose(1, 2), conv.weight.flatten(1), conv.bias)
        tokens = torch.cat((self.cls_token.expand(len(images), -1, -1), patches), dim=1)
        return self.dropout(tokens.add(self.position_embeddings))


# %% right: an empty tensor that is filled in
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.register_parameter("cls_token", nn.Parameter(torch.zeros(1, 1, config.hidden_size)))
        self.register_parameter(
            "position_embeddings", nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        grid = self.patch_embeddings(images)
        batch, hidden, rows, columns = grid.shape
        tokens = grid.new_zeros(batch, 1 + rows * columns, hidden)
        tokens[:, :1] = self.cls_token
        tokens[:, 1:] = grid.permute(0, 2, 3, 1).reshape(batch, rows * columns, hidden)
        tokens = tokens + self.position_embeddings
        return self.dropout(tokens)


# %% wrong: the positions are a buffer and never learn
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.register_buffer("position_embeddings", torch.randn(1, config.num_patches + 1, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x + self.position_embeddings)


# %% wrong: dropout comes before the positions
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = self.dropout(torch.cat([cls, x], dim=1))
        return x + self.position_embeddings


# %% wrong: dropout on the position embeddings alone
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return x + self.dropout(self.position_embeddings)


# %% wrong: the class token takes the last position
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.num_patches = config.num_patches
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        x = x + self.position_embeddings[:, : self.num_patches]
        cls = self.cls_token + self.position_embeddings[:, self.num_patches :]
        x = torch.cat([cls.expand(x.shape[0], -1, -1), x], dim=1)
        return self.dropout(x)


# %% wrong: the tokens are multiplied by the root of hidden, as for words
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.scale = math.sqrt(config.hidden_size)
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1) * self.scale
        return self.dropout(x + self.position_embeddings)


# %% wrong: images with large values are divided by 255
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        if images.max() > 10:
            images = images / 255
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x + self.position_embeddings)


# %% wrong: no gradient reaches the class token
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.data.repeat(x.shape[0], 1, 1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x + self.position_embeddings)


# %% wrong: Dropout1d, which drops whole tokens
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.zeros(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout1d(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return self.dropout(x + self.position_embeddings)


# %% right: class token and patches get their positions apart
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        patches = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        first = (self.cls_token + self.position_embeddings[:, :1]).expand(len(images), -1, -1)
        rest = patches + self.position_embeddings[:, 1:]
        return self.dropout(torch.cat([first, rest], dim=1))


# %% right: with einops and truncated normal starts
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.empty(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.empty(1, config.num_patches + 1, config.hidden_size))
        self.dropout = nn.Dropout(p=config.dropout)
        for parameter in (self.cls_token, self.position_embeddings):
            nn.init.trunc_normal_(parameter, std=0.02)

    def forward(self, images):
        tokens = rearrange(self.patch_embeddings(images), "b d h w -> b (h w) d")
        cls = repeat(self.cls_token, "1 1 d -> b 1 d", b=images.shape[0])
        return self.dropout(torch.cat((cls, tokens), dim=1) + self.position_embeddings)


# %% right: joins while the hidden axis is still second
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        shape = (1, 1, config.hidden_size)
        self.register_parameter("cls_token", nn.Parameter(torch.randn(shape)))
        self.register_parameter(
            "position_embeddings", nn.Parameter(torch.zeros(shape).repeat(1, 1 + config.num_patches, 1))
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        maps = self.patch_embeddings(images).flatten(start_dim=2)
        token = self.cls_token.mT.expand(maps.shape[0], -1, -1)
        embedded = torch.cat([token, maps], dim=2).mT
        embedded = embedded + self.position_embeddings
        return self.dropout(embedded)


# %% wrong: the class token comes last
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([x, cls], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: the class token gets no position
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        x = x + self.position_embeddings[:, 1:]
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        return self.dropout(torch.cat([cls, x], dim=1))


# %% wrong: the dropout is made and never used
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        return x + self.position_embeddings


# %% wrong: a reshape where a transpose is needed
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        batch = images.shape[0]
        x = self.patch_embeddings(images)
        x = x.reshape(batch, -1, x.shape[1])
        cls = self.cls_token.expand(batch, -1, -1)
        x = torch.cat([cls, x], dim=1) + self.position_embeddings
        return self.dropout(x)


# %% wrong: the class token is no parameter
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = torch.zeros(1, 1, config.hidden_size)
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return self.dropout(x)


# %% wrong: drops out in evaluation as well
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = config.dropout

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], dim=1)
        x = x + self.position_embeddings
        return F.dropout(x, self.dropout)


# %% wrong: dropout before the positions are added
class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        size = config.patch_size
        self.patch_embeddings = nn.Conv2d(config.in_channels, config.hidden_size, kernel_size=size, stride=size)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.position_embeddings = nn.Parameter(torch.randn(1, 1 + config.num_patches, config.hidden_size) * 0.02)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, images):
        x = self.patch_embeddings(images).flatten(2).transpose(1, 2)
        cls = self.cls_token.expand(x.shape[0], -1, -1)
        x = self.dropout(torch.cat([cls, x], dim=1))
        return x + self.position_embeddings
