# %% right: another way (AsTheArticle)
import copy


class Encoder(nn.Module):
    """The article's loop, deepcopy included; a tuple of weights made at the end."""

    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList()
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        for _ in range(config.num_layers):
            layer = Block(config)
            self.layer.append(copy.deepcopy(layer))

    def forward(self, tokens, return_attention=False):
        results = []
        for i in range(len(self.layer)):
            tokens, weights = self.layer[i](tokens, return_attention)
            results.append(weights)
        return self.encoder_norm(tokens), list(w for w in results if w is not None)


# %% right: step by step
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% right: appended one by one
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList()
        for i in range(config.num_layers):
            self.layer.append(Block(config))
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% right: filtered at the end
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for i in range(len(self.layer)):
            tokens, w = self.layer[i](tokens, return_attention)
            attention += [w] if w is not None else []
        return self.encoder_norm(tokens), attention


# %% wrong: copies of one block
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList(__import__("copy").deepcopy(Block(config)) for _ in [0])
        block = Block(config)
        self.layer = nn.ModuleList([__import__("copy").deepcopy(block) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: the same block each time
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config)] * config.num_layers)
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: a plain list
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = [Block(config) for _ in range(config.num_layers)]
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: no last norm
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return tokens, attention


# %% wrong: norm after each block
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            tokens = self.encoder_norm(tokens)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: norm before the blocks
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        tokens = self.encoder_norm(tokens)
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return tokens, attention


# %% wrong: norm twice
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(self.encoder_norm(tokens)), attention


# %% wrong: blocks backwards
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in reversed(self.layer):
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: each block reads the input
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            out, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(out), attention


# %% wrong: the first block left out
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer[1:]:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: the last block left out
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer[:-1]:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: nones in the list
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: None and not an empty list
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention if return_attention else None


# %% wrong: stacked
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), torch.stack(attention) if attention else attention


# %% wrong: last weights only
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention = [weights]
        return self.encoder_norm(tokens), attention


# %% wrong: weights in front of the others
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.insert(0, weights)
        return self.encoder_norm(tokens), attention


# %% wrong: list kept from call to call
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False, attention=[]):
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: default eps
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: tokens alone
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens)


# %% wrong: pair swapped
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return attention, self.encoder_norm(tokens)


# %% wrong: flag not handed on
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: weights always
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, True)
            if True:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: residual around the blocks
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            out, weights = block(tokens, return_attention)
            tokens = tokens + out
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: attention averaged over heads
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights.mean(1))
        return self.encoder_norm(tokens), attention


# %% wrong: twelve layers
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(12)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: dropout at the end
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return F.dropout(self.encoder_norm(tokens), 0.3, self.training), attention


# %% wrong: called blocks and norm
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.blocks:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.norm(tokens), attention


# %% right: recursion over the layers
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def _run(self, tokens, blocks, return_attention):
        if not blocks:
            return self.encoder_norm(tokens), []
        tokens, weights = blocks[0](tokens, return_attention)
        tokens, rest = self._run(tokens, blocks[1:], return_attention)
        return tokens, ([weights] + rest if return_attention else [])

    def forward(self, tokens, return_attention=False):
        return self._run(tokens, list(self.layer), return_attention)


# %% right: a generator that yields the weights
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList()
        while len(self.layer) < config.num_layers:
            self.layer.append(Block(config))
        self.encoder_norm = nn.LayerNorm((config.hidden_size,), eps=1e-6)

    def forward(self, tokens, return_attention=False):
        def states():
            x = tokens
            for block in self.layer:
                x, weights = block(x, return_attention)
                yield x, weights

        history = [(tokens, None), *states()]
        maps = [weights for _, weights in history[1:]] if return_attention else []
        return self.encoder_norm(history[-1][0]), maps


# %% right: functools.reduce over the blocks
import functools


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList(map(lambda _: Block(config), range(config.num_layers)))
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        def step(state, block):
            x, maps = state
            x, weights = block(x, return_attention)
            return x, (maps + [weights] if return_attention else maps)

        x, maps = functools.reduce(step, self.layer, (tokens, []))
        return self.encoder_norm(x), maps


# %% wrong: the list is a default argument and grows from call to call
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False, attentions=[]):
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights)
        return self.encoder_norm(tokens), attentions


# %% wrong: an early return skips the norm when weights are asked for
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        if return_attention:
            attentions = []
            for block in self.layer:
                tokens, weights = block(tokens, True)
                attentions.append(weights)
            return tokens, attentions
        for block in self.layer:
            tokens, _ = block(tokens, False)
        return self.encoder_norm(tokens), []


# %% wrong: every block reads the embeddings
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attentions = []
        hidden = tokens
        for block in self.layer:
            hidden, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights)
        return self.encoder_norm(hidden), attentions


# %% wrong: as many layers as heads
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_heads)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attentions = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights)
        return self.encoder_norm(tokens), attentions


# %% wrong: mean and variance over all the tokens of an image
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attentions = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights)
        norm = self.encoder_norm
        tokens = F.layer_norm(tokens, tokens.shape[1:], eps=norm.eps) * norm.weight + norm.bias
        return tokens, attentions


# %% wrong: the weights are detached
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attentions = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights.detach().cpu())
        return self.encoder_norm(tokens), attentions


# %% wrong: a second residual around every block
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attentions = []
        for block in self.layer:
            update, weights = block(tokens, return_attention)
            tokens = tokens + update
            if return_attention:
                attentions.append(weights)
        return self.encoder_norm(tokens), attentions


# %% wrong: whole layers are skipped at random in training
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.layerdrop = 0.1

    def forward(self, tokens, return_attention=False):
        attentions = []
        for block in self.layer:
            if self.training and torch.rand(()).item() < self.layerdrop:
                continue
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attentions.append(weights)
        return self.encoder_norm(tokens), attentions


# %% right: a ModuleList filled by append
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList()
        for _ in range(config.num_layers):
            self.layer.append(Block(config))
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            attention.append(weights)
        return self.encoder_norm(tokens), attention if return_attention else []


# %% right: by index, with a list of known length
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.encoder_norm = nn.LayerNorm((config.hidden_size,), eps=1e-6)
        self.layer = nn.ModuleList(map(lambda _: Block(config), range(config.num_layers)))

    def forward(self, tokens, return_attention=False):
        depth = len(self.layer) if return_attention else 0
        attention = [None] * depth
        for i in range(len(self.layer)):
            pair = self.layer[i](tokens, return_attention)
            tokens = pair[0]
            if return_attention:
                attention[i] = pair[1]
        tokens = self.encoder_norm(tokens)
        return tokens, attention


# %% right: two loops, one for each case
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        if not return_attention:
            for block in self.layer:
                tokens, _ = block(tokens, False)
            return self.encoder_norm(tokens), []

        def walk(x):
            for block in self.layer:
                x, weights = block(x, True)
                yield x, weights

        attention = []
        for tokens, weights in walk(tokens):
            attention += [weights]
        return self.encoder_norm(tokens), attention


# %% wrong: the norm after every block
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            tokens = self.encoder_norm(tokens)
            if return_attention:
                attention.append(weights)
        return tokens, attention


# %% wrong: copies of one block again
import copy


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        block = Block(config)
        self.layer = nn.ModuleList([copy.deepcopy(block) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(self, tokens, return_attention=False):
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


# %% wrong: the list grows from call to call
class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList([Block(config) for _ in range(config.num_layers)])
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)
        self.attention = []

    def forward(self, tokens, return_attention=False):
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                self.attention.append(weights)
        tokens = self.encoder_norm(tokens)
        return tokens, self.attention if return_attention else []
