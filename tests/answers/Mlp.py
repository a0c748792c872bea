# %% right: another way (InOneGo)
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.first, self.second = nn.Dropout(config.dropout), nn.Dropout(config.dropout)
        self.approximate = {"tanh": "tanh", "exact": "none"}[config.gelu]

    def forward(self, x):
        x = self.first(nn.functional.gelu(self.fc1(x), approximate=self.approximate))
        return self.second(self.fc2(x))


# %% right: step by step
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% right: functional
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.approximate = {"tanh": "tanh", "exact": "none"}[config.gelu]
        self.p = config.dropout

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = F.gelu(x, approximate=self.approximate)
        x = F.dropout(x, self.p, self.training)
        x = self.fc2(x)
        return F.dropout(x, self.p, training=self.training)


# %% right: GELU written out
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.kind = config.gelu
        self.dropout = nn.Dropout(config.dropout)

    def activation(self, x):
        if self.kind == "exact":
            return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
        return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.activation(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% right: two dropouts
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.drop1 = nn.Dropout(config.dropout)
        self.drop2 = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.drop1(x)
        x = self.fc2(x)
        return self.drop2(x)


# %% wrong: no GELU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: ReLU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.ReLU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: SiLU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.SiLU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: quick GELU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = x * torch.sigmoid(1.702 * x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: always exact
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: always tanh
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: the names the other way round
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="none" if config.gelu == "tanh" else "tanh")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: config.gelu handed on as it is
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate=config.gelu)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: no dropout
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.fc2(x)
        return x


# %% wrong: dropout at the end only
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: dropout inside only
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return x


# %% wrong: dropout before GELU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.dropout(x)
        x = self.gelu(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: F.dropout without training
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return F.dropout(x, self.dropout.p)


# %% wrong: a new Dropout in forward
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return nn.Dropout(self.dropout.p)(x)


# %% wrong: keep and drop swapped
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(1 - config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: rate of 0.1
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(0.1)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: four times hidden
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, 4 * config.hidden_size)
        self.fc2 = nn.Linear(4 * config.hidden_size, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: residual inside
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return tokens + self.dropout(x)


# %% wrong: GELU at the end
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.gelu(self.dropout(x))


# %% wrong: no biases
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim, bias=False)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size, bias=False)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: layers in the wrong order
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc2(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc1(x)
        return self.dropout(x)


# %% wrong: tanh with e to the power of 2x
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = (
            0.5
            * x
            * (
                1
                + ((2 * (0.79788456 * (x + 0.044715 * x**3))).exp() - 1)
                / ((2 * (0.79788456 * (x + 0.044715 * x**3))).exp() + 1)
            )
        )
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: a norm inside
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(F.layer_norm(tokens, tokens.shape[-1:]))
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: attributes called linear1 and linear2
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.linear1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.linear2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.linear1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.linear2(x)
        return self.dropout(x)


# %% right: the steps in a list
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate={"tanh": "tanh", "exact": "none"}[config.gelu])
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        for step in (self.fc1, self.gelu, self.dropout, self.fc2, self.dropout):
            tokens = step(tokens)
        return tokens


# %% right: GELU by its formulas
class Gelu(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def forward(self, x):
        if self.kind == "tanh":
            return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
        return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.gelu = Gelu(config.gelu)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.dropout = nn.Dropout(p=config.dropout)

    def forward(self, tokens):
        hidden = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(hidden))


# %% right: functional linear and dropout
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden, inner = config.hidden_size, config.mlp_dim
        self.fc1, self.fc2 = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.gelu = nn.GELU(approximate="none" if config.gelu == "exact" else "tanh")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = F.linear(tokens, self.fc1.weight, self.fc1.bias)
        x = F.dropout(self.gelu(x), p=self.dropout.p, training=self.training)
        x = F.linear(x, self.fc2.weight, self.fc2.bias)
        return F.dropout(x, p=self.dropout.p, training=self.training)


# %% wrong: dropout taken for the share to keep
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(1 - config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: whole tokens are dropped
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout1d(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: dropout before GELU, once more
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.gelu(self.dropout(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: the sigmoid approximation for tanh
class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = QuickGELU() if config.gelu == "tanh" else nn.GELU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: exact GELU without the root of 2
class ErfGELU(nn.Module):
    def forward(self, x):
        return 0.5 * x * (1 + torch.erf(x))


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh") if config.gelu == "tanh" else ErfGELU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: the two forms of GELU swapped
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="none" if config.gelu == "tanh" else "tanh")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: dropout does not scale up what stays
class Drop(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.p)


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = Drop(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: the inner width is always four times hidden
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        mlp_dim = 4 * config.hidden_size
        self.fc1 = nn.Linear(config.hidden_size, mlp_dim)
        self.fc2 = nn.Linear(mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% right: F.gelu with functools.partial
from functools import partial


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = partial(F.gelu, approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(p=config.dropout)

    def forward(self, tokens):
        hidden = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(hidden))


# %% right: GELU from its formulas
class Gelu(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def forward(self, x):
        if self.kind == "tanh":
            gate = torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))
        else:
            gate = torch.erf(x / math.sqrt(2))
        return 0.5 * x * (1 + gate)


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        sizes = config.hidden_size, config.mlp_dim
        self.fc1 = nn.Linear(*sizes)
        self.fc2 = nn.Linear(*reversed(sizes))
        self.gelu = Gelu(config.gelu)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        x = self.fc2(x)
        return self.dropout(x)


# %% wrong: always the exact GELU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: config.gelu goes straight into nn.GELU
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate=config.gelu)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: no dropout at the end
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.fc1(tokens)
        x = self.gelu(x)
        x = self.dropout(x)
        return self.fc2(x)


# %% wrong: the tokens are added on
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        x = self.dropout(self.fc2(x))
        return tokens + x


# %% wrong: the width is four times the hidden size
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, 4 * config.hidden_size)
        self.fc2 = nn.Linear(4 * config.hidden_size, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))


# %% wrong: dropout goes on in evaluation
class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.rate = config.dropout

    def dropout(self, x):
        return F.dropout(x, p=self.rate)

    def forward(self, tokens):
        x = self.dropout(self.gelu(self.fc1(tokens)))
        return self.dropout(self.fc2(x))
