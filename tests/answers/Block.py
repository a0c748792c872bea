# %% right: another way (AsTheArticleWritesIt)
class Block(nn.Module):
    """The names h and x, the residual put aside first."""

    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)
        self.attn = Attention(config)

    def forward(self, x, return_attention=False):
        h = x
        x = self.attention_norm(x)
        x, weights = self.attn(x, return_attention)
        x = x + h
        h = x
        x = self.ffn_norm(x)
        x = self.ffn(x)
        return x + h, weights


# %% right: step by step
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% right: with a residual of its own name
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        residual = tokens
        x, weights = self.attn(self.attention_norm(tokens), return_attention)
        x = x + residual
        residual = x
        x = self.ffn(self.ffn_norm(x))
        tokens = residual + x
        return tokens, weights


# %% right: torch.add
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = torch.add(tokens, self.ffn(self.ffn_norm(tokens)))
        return tokens, weights


# %% wrong: post norm
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(tokens, return_attention)
        tokens = self.attention_norm(tokens + branch)
        tokens = self.ffn_norm(tokens + self.ffn(tokens))
        return tokens, weights


# %% wrong: no norm before attention
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(tokens, return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: no norm before the MLP
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(tokens)
        return tokens, weights


# %% wrong: no first residual
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: no second residual
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: the normed stream is added to
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        tokens = self.attention_norm(tokens)
        branch, weights = self.attn(tokens, return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: parallel
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: MLP first
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens, weights


# %% wrong: one norm for both
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.attention_norm(tokens))
        return tokens, weights


# %% wrong: norms swapped
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.ffn_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.attention_norm(tokens))
        return tokens, weights


# %% wrong: PyTorch's default eps
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: default eps in the second norm only
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: tokens alone
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens


# %% wrong: pair swapped
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return weights, tokens


# %% wrong: weights always
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), True)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: weights never
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens))
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: attention not unpacked
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch = self.attn(self.attention_norm(tokens), return_attention)
        weights = None
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: dropout once more
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + F.dropout(branch, 0.3, self.training)
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: in place on the input
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens += branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: a third norm at the end
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return self.ffn_norm(tokens), weights


# %% wrong: MLP reads the stream from before attention
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        stream = tokens + branch
        tokens = stream + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: GELU after the norm
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(F.gelu(self.ffn_norm(tokens)))
        return tokens, weights


# %% wrong: RMSNorm
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.RMSNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.RMSNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: halved branch
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + 0.5 * branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: names norm1 and norm2
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.norm1 = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.norm2 = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.norm1(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.norm2(tokens))
        return tokens, weights


# %% right: a helper for the second half, norms from a partial
from functools import partial


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        norm = partial(nn.LayerNorm, config.hidden_size, eps=1e-6)
        self.attention_norm, self.ffn_norm = norm(), norm()
        self.attn, self.ffn = Attention(config), Mlp(config)

    def _feed_forward(self, tokens):
        return self.ffn(self.ffn_norm(tokens)).add(tokens)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention=return_attention)
        return self._feed_forward(branch + tokens), weights


# %% right: sums of stacked tensors, the modules added by name
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.add_module("attention_norm", nn.LayerNorm(config.hidden_size, eps=1e-6))
        self.add_module("attn", Attention(config))
        self.add_module("ffn_norm", nn.LayerNorm(config.hidden_size, eps=1e-6))
        self.add_module("ffn", Mlp(config))

    def forward(self, tokens, return_attention=False):
        pair = self.attn(self.attention_norm(tokens), return_attention)
        tokens = torch.stack([tokens, pair[0]]).sum(dim=0)
        tokens = torch.stack([tokens, self.ffn(self.ffn_norm(tokens))]).sum(dim=0)
        return tokens, pair[1]


# %% right: a loop over two branches written as closures
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm([config.hidden_size], eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm([config.hidden_size], eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        weights = None

        def attend(x):
            nonlocal weights
            y, weights = self.attn(x, return_attention)
            return y

        for norm, branch in ((self.attention_norm, attend), (self.ffn_norm, self.ffn)):
            tokens = tokens + branch(norm(tokens))
        return tokens, weights


# %% wrong: adds in place and so writes into the caller's tokens
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens += branch
        tokens += self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: the residual is saved once and used twice
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        residual = tokens
        tokens, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + residual
        tokens = self.ffn(self.ffn_norm(tokens))
        tokens = tokens + residual
        return tokens, weights


# %% wrong: attention and MLP side by side
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        attended, weights = self.attn(self.attention_norm(tokens), return_attention)
        return tokens + attended + self.ffn(self.ffn_norm(tokens)), weights


# %% wrong: eps given to the first norm only
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.ffn_norm(tokens)), weights


# %% wrong: one more dropout on the attention branch
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.dropout = nn.Dropout(config.dropout)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + self.dropout(branch)
        return tokens + self.ffn(self.ffn_norm(tokens)), weights


# %% wrong: the MLP branch gets detached tokens
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        normed = self.ffn_norm(tokens.detach())
        return tokens + self.ffn(normed), weights


# %% wrong: with checkpointing the weights are lost in training
from torch.utils.checkpoint import checkpoint


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        if self.training:
            branch = checkpoint(lambda x: self.attn(self.attention_norm(x))[0], tokens, use_reentrant=False)
            weights = None
        else:
            branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        return tokens + self.ffn(self.ffn_norm(tokens)), weights


# %% wrong: the MLP reads the attention branch alone
class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        x, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + x
        x = self.ffn(self.ffn_norm(x))
        return tokens + x, weights


# %% right: written out with shortcuts
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        shortcut = tokens
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = shortcut + branch
        shortcut = tokens
        tokens = shortcut + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% right: the pair kept whole
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ffn = Mlp(config)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attention_norm = nn.LayerNorm((config.hidden_size,), eps=1e-6)

    def forward(self, tokens, return_attention=False):
        pair = self.attn(self.attention_norm(tokens), return_attention=return_attention)
        middle = torch.add(tokens, pair[0])
        return middle.add(self.ffn(self.ffn_norm(middle))), pair[1]


# %% right: two methods, one for each half
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        tokens, weights = self.attend(tokens, return_attention)
        return self.think(tokens), weights

    def attend(self, tokens, return_attention):
        normed = self.attention_norm(tokens)
        if return_attention:
            branch, weights = self.attn(normed, True)
        else:
            branch, weights = self.attn(normed)[0], None
        return branch + tokens, weights

    def think(self, tokens):
        return self.ffn(self.ffn_norm(tokens)) + tokens


# %% wrong: the norms after the additions
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(tokens, return_attention)
        tokens = self.attention_norm(tokens + branch)
        tokens = self.ffn_norm(tokens + self.ffn(tokens))
        return tokens, weights


# %% wrong: the default eps
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: nothing added after the MLP
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: added to the normalised tokens
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        tokens = self.attention_norm(tokens)
        branch, weights = self.attn(tokens, return_attention)
        tokens = tokens + branch
        tokens = self.ffn_norm(tokens)
        tokens = tokens + self.ffn(tokens)
        return tokens, weights


# %% wrong: the first norm used twice
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.attention_norm(tokens))
        return tokens, weights


# %% wrong: return_attention is not handed on
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens))
        tokens = tokens + branch
        tokens = tokens + self.ffn(self.ffn_norm(tokens))
        return tokens, weights


# %% wrong: the MLP sees the tokens from before attention
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.ffn = Mlp(config)

    def forward(self, tokens, return_attention=False):
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        mlp = self.ffn(self.ffn_norm(tokens))
        return tokens + branch + mlp, weights
