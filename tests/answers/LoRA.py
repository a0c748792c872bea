# %% right: F.linear twice, frozen with requires_grad_, merged by deepcopy
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad_(False)
        w = linear.weight
        self.a = nn.Parameter(torch.randn(rank, linear.in_features, device=w.device, dtype=w.dtype))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank, device=w.device, dtype=w.dtype))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * (self.b @ self.a)
        return new


# %% right: matmul with .T, frozen by a loop, new layer with copy_
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        for p in self.linear.parameters():
            p.requires_grad = False
        outputs, inputs = linear.weight.shape
        self.a = nn.Parameter(torch.randn(rank, inputs).to(linear.weight) / math.sqrt(inputs))
        self.b = nn.Parameter(torch.zeros(outputs, rank).to(linear.weight))
        self.rank = rank
        self.alpha = alpha

    def forward(self, x):
        change = x @ self.a.T @ self.b.T
        return self.linear(x) + change * (self.alpha / self.rank)

    def merged(self):
        w = self.linear.weight
        has_bias = self.linear.bias is not None
        layer = nn.Linear(w.shape[1], w.shape[0], bias=has_bias, device=w.device, dtype=w.dtype)
        with torch.no_grad():
            layer.weight.copy_(w + (self.alpha / self.rank) * self.b @ self.a)
            if has_bias:
                layer.bias.copy_(self.linear.bias)
        return layer


# %% right: one einsum over both factors, merged by einsum into new Parameters
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scaling = float(alpha) / float(rank)
        like = dict(device=linear.weight.device, dtype=linear.weight.dtype)
        self.a = nn.Parameter(0.02 * torch.randn((rank, linear.in_features), **like))
        self.b = nn.Parameter(torch.zeros((linear.out_features, rank), **like))

    def forward(self, x):
        update = torch.einsum("...i,ri,or->...o", x, self.a, self.b)
        return self.linear(x) + self.scaling * update

    def merged(self):
        delta = self.scaling * torch.einsum("or,ri->oi", self.b, self.a)
        new = nn.Linear(self.linear.in_features, self.linear.out_features, bias=False)
        new.weight = nn.Parameter((self.linear.weight + delta).detach().clone())
        if self.linear.bias is not None:
            new.bias = nn.Parameter(self.linear.bias.detach().clone())
        return new


# %% right: torch.empty with kaiming init, merged with load_state_dict
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.weight.requires_grad_(False)
        if self.linear.bias is not None:
            self.linear.bias.requires_grad_(False)
        kwargs = {"device": linear.weight.device, "dtype": linear.weight.dtype}
        self.a = nn.Parameter(torch.empty(rank, linear.in_features, **kwargs))
        self.b = nn.Parameter(torch.empty(linear.out_features, rank, **kwargs))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))
        nn.init.zeros_(self.b)
        self.scale = alpha / rank

    def forward(self, x):
        h = F.linear(x, self.a)
        h = F.linear(h, self.b)
        return self.linear(x) + h * self.scale

    def merged(self):
        state = self.linear.state_dict()
        state["weight"] = state["weight"] + self.scale * (self.b.detach() @ self.a.detach())
        new = nn.Linear(
            self.linear.in_features,
            self.linear.out_features,
            bias="bias" in state,
            device=state["weight"].device,
            dtype=state["weight"].dtype,
        )
        new.load_state_dict(state)
        return new


# %% right: one weight from a helper, used by forward and by merged
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        linear.requires_grad_(False)
        self.linear = linear
        self.alpha, self.rank = alpha, rank
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))

    def full_weight(self):
        return self.linear.weight + self.alpha / self.rank * (self.b @ self.a)

    def forward(self, x):
        return F.linear(x, self.full_weight(), self.linear.bias)

    @torch.no_grad()
    def merged(self):
        new = copy.deepcopy(self.linear)
        new.weight.copy_(self.full_weight())
        return new


# %% right: scale as a buffer, register_parameter, merged by weight.data
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.add_module("linear", linear)
        for name, p in linear.named_parameters():
            p.requires_grad_(False)
        w = linear.weight
        a = torch.empty(rank, w.size(1), dtype=w.dtype, device=w.device).normal_(0, 1 / rank)
        b = torch.zeros(w.size(0), rank, dtype=w.dtype, device=w.device)
        self.register_parameter("a", nn.Parameter(a))
        self.register_parameter("b", nn.Parameter(b))
        scale = torch.tensor(alpha / rank, dtype=torch.float64, device=w.device)
        self.register_buffer("scale", scale, persistent=False)

    def forward(self, x):
        low = torch.matmul(x, self.a.transpose(0, 1))
        return self.linear(x) + self.scale * torch.matmul(low, self.b.transpose(0, 1))

    def merged(self):
        new = copy.deepcopy(self.linear)
        new.weight.data = self.linear.weight.data + self.scale * torch.mm(self.b.data, self.a.data)
        return new


# %% right: scale as a property, merged with addmm
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad_(False)
        self.alpha = alpha
        self.a = nn.Parameter(torch.randn_like(linear.weight[:1].expand(rank, -1).contiguous()))
        self.b = nn.Parameter(linear.weight.new_zeros(linear.out_features, rank))

    @property
    def scale(self):
        return self.alpha / self.a.shape[0]

    def forward(self, x):
        out = self.linear(x)
        return out + F.linear(F.linear(x, self.a) * self.scale, self.b)

    def merged(self):
        old = self.linear
        weight = torch.addmm(old.weight, self.b, self.a, alpha=self.scale).detach()
        new = nn.Linear(old.in_features, old.out_features, bias=old.bias is not None)
        new = new.to(device=weight.device, dtype=weight.dtype)
        with torch.no_grad():
            new.weight[:] = weight
            if old.bias is not None:
                new.bias[:] = old.bias
        return new


# %% right: leading axes flattened by reshape, merged with skip_init
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        for p in linear.parameters():
            p.requires_grad_(False)
        options = {"device": linear.weight.device, "dtype": linear.weight.dtype}
        bound = 1 / math.sqrt(linear.in_features)
        self.a = nn.Parameter(torch.empty(rank, linear.in_features, **options).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank, **options))
        self.scale = alpha / rank

    def forward(self, x):
        *leading, inputs = x.shape
        flat = x.reshape(-1, inputs)
        y = self.linear(flat) + self.scale * (flat @ self.a.t()) @ self.b.t()
        return y.reshape(*leading, self.linear.out_features)

    def merged(self):
        new = nn.utils.skip_init(
            nn.Linear,
            self.linear.in_features,
            self.linear.out_features,
            bias=self.linear.bias is not None,
            device=self.linear.weight.device,
            dtype=self.linear.weight.dtype,
        )
        with torch.no_grad():
            new.weight.copy_(self.linear.weight)
            new.weight.add_(self.b @ self.a, alpha=self.scale)
            if new.bias is not None:
                new.bias.copy_(self.linear.bias)
        return new


# %% right: change added in place to the output, merged by feeding unit vectors
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad_(False)
        self.factor = alpha / rank
        a = torch.zeros(rank, linear.in_features, device=linear.weight.device, dtype=linear.weight.dtype)
        nn.init.xavier_normal_(a)
        self.a = nn.Parameter(a)
        self.b = nn.Parameter(torch.zeros_like(linear.weight[:, :1]).repeat(1, rank))

    def change(self, x):
        return self.factor * ((x @ self.a.mT) @ self.b.mT)

    def forward(self, x):
        y = self.linear(x)
        y += self.change(x)
        return y

    def merged(self):
        weight = self.linear.weight
        eye = torch.eye(self.linear.in_features, device=weight.device, dtype=weight.dtype)
        with torch.no_grad():
            new = copy.deepcopy(self.linear)
            new.weight.add_(self.change(eye).T)
        return new


# %% right: change by matmul of b a with x as a column
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad_(False)
        self.rank, self.alpha = rank, alpha
        outputs, inputs = linear.out_features, linear.in_features
        self.a = nn.Parameter(linear.weight.new_empty(rank, inputs))
        self.b = nn.Parameter(linear.weight.new_empty(outputs, rank))
        with torch.no_grad():
            self.a.normal_(std=0.1)
            self.b.fill_(0.0)

    def forward(self, x):
        column = x[..., None]
        bax = self.b @ (self.a @ column)
        return self.linear(x) + self.alpha / self.rank * bax[..., 0]

    def merged(self):
        like = self.linear.weight
        new = nn.Linear(self.linear.in_features, self.linear.out_features,
                        bias=self.linear.bias is not None).to(like)
        params = {"weight": like + self.alpha / self.rank * self.b @ self.a}
        if self.linear.bias is not None:
            params["bias"] = self.linear.bias
        new.load_state_dict({name: value.detach().clone() for name, value in params.items()})
        return new


# %% right: einsum in two steps, trunc_normal, all frozen before a and b exist
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        for p in self.parameters():
            p.requires_grad = False
        w = linear.weight
        self.scale = alpha / rank
        self.a = nn.Parameter(nn.init.trunc_normal_(w.new_empty(rank, w.shape[-1]), std=0.02))
        self.b = nn.Parameter(w.new_zeros((w.shape[0], rank)))

    def forward(self, x: Tensor) -> Tensor:
        inner = torch.einsum("... i, r i -> ... r", x, self.a)
        outer = torch.einsum("... r, o r -> ... o", inner, self.b)
        return self.linear(x) + outer * self.scale

    def merged(self) -> nn.Linear:
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight.add_(rearrange(self.a, "r i -> i r").mm(self.b.t()).t(), alpha=self.scale)
        new.requires_grad_(True)
        return new


# %% right: sum over the rank of outer products, written as broadcasting
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        linear.weight.requires_grad = False
        if linear.bias is not None:
            linear.bias.requires_grad = False
        self.a = nn.Parameter((torch.rand(rank, linear.in_features) - 0.5).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.alpha_over_rank = alpha / rank

    def delta(self):
        outer = self.b[:, :, None] * self.a[None, :, :]
        return self.alpha_over_rank * outer.sum(dim=1)

    def forward(self, x):
        return self.linear(x) + F.linear(x, self.delta())

    def merged(self):
        weight = (self.linear.weight + self.delta()).detach()
        out = nn.Linear(weight.size(1), weight.size(0), bias=self.linear.bias is not None)
        out.weight = nn.Parameter(weight)
        if self.linear.bias is not None:
            out.bias = nn.Parameter(self.linear.bias.detach().clone())
        return out


# %% wrong: scale forgotten in both methods
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + x @ self.a.T @ self.b.T

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.b @ self.a
        return new


# %% wrong: scale forgotten in merged
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.b @ self.a
        return new


# %% wrong: scale forgotten in forward
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: scale inverted, rank / alpha
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = rank / alpha

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: scale applied twice in forward, at a and at b
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        h = self.scale * F.linear(x, self.a)
        return self.linear(x) + self.scale * F.linear(h, self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: scaled by alpha alone, not divided by the rank
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.alpha = alpha
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))

    def forward(self, x):
        return self.linear(x) + self.alpha * F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.alpha * self.b @ self.a
        return new


# %% wrong: whole-number division alpha // rank
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scale = alpha // rank
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: divided by the root of the rank
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scale = alpha / math.sqrt(rank)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: scale multiplies the base as well, brackets in the wrong place
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.scale = alpha / rank
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))

    def forward(self, x):
        return self.scale * (self.linear(x) + x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: the base layer is not frozen
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: only the weight is frozen, the bias still learns
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.weight.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: sets requires_grad on the module, which freezes nothing
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.requires_grad = False
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: eval() taken for freezing
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.eval()
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: frozen only by no_grad in forward, x gets no gradient through W
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        with torch.no_grad():
            y = self.linear(x)
        return y + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: all of self.parameters() frozen at the end, a and b cannot learn
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank
        for p in self.parameters():
            p.requires_grad = False

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a zeros and b random, exchanged
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.zeros(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.randn(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a and b both zeros, so neither ever gets a gradient
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.zeros(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: b random too, so the output changes at the start
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.randn(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a filled with ones in place of random values
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.ones(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: shapes transposed, a [inputs, rank] and b [rank, outputs]
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(linear.in_features, rank).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(rank, linear.out_features).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a @ self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * (self.a @ self.b).T
        return new


# %% wrong: roles exchanged, a [outputs, rank] and b [rank, inputs]
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(linear.out_features, rank).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(rank, linear.in_features).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(x, self.a @ self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.a @ self.b
        return new


# %% wrong: weight shape read as inputs, outputs
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        inputs, outputs = linear.weight.shape
        self.a = nn.Parameter(torch.randn(rank, inputs).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(outputs, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: transposes forgotten in forward
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a @ self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: merged adds the transposed change
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * (self.a.T @ self.b.T)
        return new


# %% wrong: merged multiplies a @ b in place of b @ a
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * (self.a @ self.b)
        return new


# %% wrong: merged in place and returns self.linear
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        with torch.no_grad():
            self.linear.weight += self.scale * self.b @ self.a
        return self.linear


# %% wrong: shallow copy.copy shares the weight, so self.linear changes too
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.copy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: new layer shares the weight's storage, add_ changes the old one
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        old = self.linear
        new = nn.Linear(old.in_features, old.out_features, bias=old.bias is not None).to(old.weight)
        new.weight.data = old.weight.data
        if old.bias is not None:
            new.bias.data = old.bias.data.clone()
        new.weight.data.add_(self.scale * self.b.data @ self.a.data)
        return new


# %% wrong: merged sets b back to zeros afterwards
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
            self.b.zero_()
        return new


# %% wrong: merged scales b in place, so the LoRA changes
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.b.mul_(self.scale) @ self.a
        return new


# %% wrong: merged loses the bias
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = nn.Linear(self.linear.in_features, self.linear.out_features, bias=False)
        new.weight = nn.Parameter((self.linear.weight + self.scale * self.b @ self.a).detach())
        return new


# %% wrong: merged keeps the fresh random bias of the new layer
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        old = self.linear
        new = nn.Linear(old.in_features, old.out_features, bias=old.bias is not None).to(old.weight)
        with torch.no_grad():
            new.weight.copy_(old.weight + self.scale * self.b @ self.a)
        return new


# %% wrong: merged fails for a layer without bias
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = nn.Linear(self.linear.in_features, self.linear.out_features).to(self.linear.weight)
        with torch.no_grad():
            new.weight.copy_(self.linear.weight + self.scale * self.b @ self.a)
            new.bias.copy_(self.linear.bias)
        return new


# %% wrong: without a bias, merged keeps the new layer's random bias
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = nn.Linear(self.linear.in_features, self.linear.out_features).to(self.linear.weight)
        with torch.no_grad():
            new.weight.copy_(self.linear.weight + self.scale * self.b @ self.a)
            if self.linear.bias is not None:
                new.bias.copy_(self.linear.bias)
        return new


# %% wrong: freezing fails for a layer without bias
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.linear.weight.requires_grad = False
        self.linear.bias.requires_grad = False
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: keeps a deepcopy, not the layer that came in
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = copy.deepcopy(linear).requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: self.linear is a fresh untrained layer of the same shape
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = nn.Linear(linear.in_features, linear.out_features,
                                bias=linear.bias is not None).to(linear.weight)
        self.linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: the layer is stored as self.base in place of self.linear
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.base = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.base)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a and b are plain tensors with requires_grad, no parameters
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        w = linear.weight
        self.a = torch.randn(rank, w.shape[1], dtype=w.dtype, device=w.device, requires_grad=True)
        self.b = torch.zeros(w.shape[0], rank, dtype=w.dtype, device=w.device, requires_grad=True)
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a is a buffer and does not learn
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.register_buffer("a", torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a and b are nn.Linear layers in place of parameters
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Linear(linear.in_features, rank, bias=False).to(linear.weight)
        self.b = nn.Linear(rank, linear.out_features, bias=False).to(linear.weight)
        nn.init.zeros_(self.b.weight)
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * self.b(self.a(x))

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b.weight @ self.a.weight
        return new


# %% wrong: the scale is a third parameter that learns
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = nn.Parameter(torch.tensor(alpha / rank).to(linear.weight))

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: merged returns nothing
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a


# %% wrong: merged returns the weight, not a layer
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        return self.linear.weight + self.scale * self.b @ self.a


# %% wrong: merged returns a copy of the LoRA, not a plain nn.Linear
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self)
        with torch.no_grad():
            new.linear.weight += self.scale * self.b @ self.a
            new.b.zero_()
        return new


# %% wrong: merged replaces the weight with the change, W is lost
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight.copy_(self.scale * self.b @ self.a)
        return new


# %% wrong: merged is a plain copy, the change is not in it
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight + self.scale * self.b @ self.a
        return new


# %% wrong: merged makes the new layer with outputs and inputs exchanged
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        old = self.linear
        new = nn.Linear(old.out_features, old.in_features, bias=old.bias is not None).to(old.weight)
        with torch.no_grad():
            new.weight.copy_(old.weight + self.scale * self.b @ self.a)
            if old.bias is not None:
                new.bias.copy_(old.bias)
        return new


# %% wrong: merged assigns a plain tensor as the weight, TypeError
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        new.weight = self.linear.weight + self.scale * self.b @ self.a
        return new


# %% wrong: attribute misspelt, self.scaling was never set
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scaling * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scaling * self.b @ self.a
        return new


# %% wrong: alpha and rank not stored, merged uses them as names
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += (alpha / rank) * self.b @ self.a
        return new


# %% wrong: the bias is added twice in forward
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + F.linear(x, self.scale * self.b @ self.a, self.linear.bias)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: forward leaves the bias out
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return F.linear(x, self.linear.weight + self.scale * self.b @ self.a)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: forward returns only the change, the base is forgotten
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.scale * F.linear(F.linear(x, self.a), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: B A x written literally, fits no batch of vectors
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (self.b @ self.a @ x)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: (B A x.T).T works for two axes only
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (self.b @ (self.a @ x.T)).T

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: einsum with exactly three axes of x
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * torch.einsum("bti,ri,or->bto", x, self.a, self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: forward uses merged(), so a and b get no gradient
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.merged()(x)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: forward uses a.data and b.data, so they get no gradient
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.data.T @ self.b.data.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: A is applied to the output of the base in place of x
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        y = self.linear(x)
        return y + self.scale * (y @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: a ReLU between A and B
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(F.relu(F.linear(x, self.a)), self.b)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: super().__init__() forgotten
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.scale * self.b @ self.a
        return new


# %% wrong: merged computed once in __init__, so later learning is missing
class LoRA(nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.a = nn.Parameter(torch.randn(rank, linear.in_features).to(linear.weight))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank).to(linear.weight))
        self.scale = alpha / rank
        self.delta = (self.scale * self.b @ self.a).detach()

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    def merged(self):
        new = copy.deepcopy(self.linear)
        with torch.no_grad():
            new.weight += self.delta
        return new
