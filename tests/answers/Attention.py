# %% right: another way (HeadByHead)
class Attention(nn.Module):
    """As the article writes it, transpose_for_scores and all, but one head after the other."""

    def __init__(self, config):
        super().__init__()
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.heads, self.size = config.num_heads, config.hidden_size // config.num_heads
        self.attn_dropout = nn.Dropout(config.attention_dropout)
        self.proj_dropout = nn.Dropout(config.dropout)

    def transpose_for_scores(self, x):
        return x.view(*x.shape[:-1], self.heads, self.size).permute(0, 2, 1, 3)

    def forward(self, tokens, return_attention=False):
        q, k, v = (self.transpose_for_scores(layer(tokens)) for layer in (self.query, self.key, self.value))
        maps = torch.stack([(q[:, h] @ k[:, h].mT / self.size**0.5).softmax(-1) for h in range(self.heads)], 1)
        context = (self.attn_dropout(maps) @ v).permute(0, 2, 1, 3).contiguous().view(*tokens.shape)
        return [self.proj_dropout(self.out(context)), maps if return_attention else None]


# %% right: step by step
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% right: functional dropout
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.config = config

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = F.dropout(weights, self.config.attention_dropout, self.training) @ v
        out = F.dropout(self.out(merge_heads(mixed)), p=self.config.dropout, training=self.training)
        return out, weights if return_attention else None


# %% right: fused where the weights are not asked for
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        if return_attention:
            weights = attention_weights(q, k)
            mixed = self.attn_drop(weights) @ v
        else:
            weights = None
            p = self.attn_drop.p if self.training else 0.0
            mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=p)
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights


# %% wrong: fused, and drops in evaluation
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=self.attn_drop.p)
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: functional dropout without training
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = F.dropout(self.out(merge_heads(mixed)), self.drop.p)
        return out, weights if return_attention else None


# %% wrong: dropout made in forward
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = nn.Dropout(self.attn_drop.p)(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: rates swapped
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.dropout)
        self.drop = nn.Dropout(config.attention_dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: one rate for both
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: weights after dropout returned
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        weights = self.attn_drop(weights)
        mixed = weights @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: dropout before out
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.out(self.drop(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: no dropout on the weights
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = weights @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: no last dropout
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.out(merge_heads(mixed))
        return out, weights if return_attention else None


# %% wrong: scaled twice
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q / math.sqrt(q.shape[-1]), k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: not scaled
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = (q @ k.transpose(-2, -1)).softmax(-1)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: exp and sum
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        e = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).exp()
        weights = e / e.sum(-1, keepdim=True)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: single head
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = 1
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: weights always returned
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights


# %% wrong: weights never returned
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, None


# %% wrong: only the output where the weights are not asked for
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        if return_attention:
            return out, weights
        return out


# %% wrong: pair swapped
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return (weights if return_attention else None), out


# %% wrong: squeezed weights
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights.squeeze(0) if return_attention else None


# %% wrong: weights averaged over heads
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights.mean(1) if return_attention else None


# %% wrong: residual inside
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return tokens + out, weights if return_attention else None


# %% wrong: out is not used
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(merge_heads(mixed))
        return out, weights if return_attention else None


# %% wrong: projections without bias
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden, bias=False)
        self.key = nn.Linear(hidden, hidden, bias=False)
        self.value = nn.Linear(hidden, hidden, bias=False)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: keys and values swapped
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, v)
        mixed = self.attn_drop(weights) @ k
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: weights transposed when they mix
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights).transpose(-2, -1) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: softmax over the queries
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).softmax(-2)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: merged by reshape alone
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(mixed.reshape(tokens.shape)))
        return out, weights if return_attention else None


# %% wrong: a norm inside
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        tokens = F.layer_norm(tokens, tokens.shape[-1:])
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.out(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% wrong: names of another library
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.proj = nn.Linear(hidden, hidden)
        self.attn_drop = nn.Dropout(config.attention_dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attn_drop(weights) @ v
        out = self.drop(self.proj(merge_heads(mixed)))
        return out, weights if return_attention else None


# %% right: with einsum and einops, the softmax by hand
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.scale = (hidden // config.num_heads) ** -0.5
        for name in ("query", "key", "value", "out"):
            setattr(self, name, nn.Linear(hidden, hidden))
        self.weights_dropout = nn.Dropout(config.attention_dropout)
        self.out_dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q, k, v = (
            rearrange(layer(tokens), "b n (h d) -> b h n d", h=self.num_heads)
            for layer in (self.query, self.key, self.value)
        )
        scores = torch.einsum("bhid,bhjd->bhij", q, k) * self.scale
        scores = scores - scores.amax(dim=-1, keepdim=True)
        exps = scores.exp()
        weights = exps / exps.sum(dim=-1, keepdim=True)
        mixed = torch.einsum("bhij,bhjd->bhid", self.weights_dropout(weights), v)
        result = self.out_dropout(self.out(rearrange(mixed, "b h n d -> b n (h d)")))
        return (result, weights) if return_attention else (result, None)


# %% right: one matrix product for query, key and value
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query, self.key, self.value, self.out = [
            nn.Linear(config.hidden_size, config.hidden_size, bias=True) for _ in range(4)
        ]
        self.drop_weights = nn.Dropout(p=config.attention_dropout)
        self.drop_result = nn.Dropout(p=config.dropout)

    def forward(self, tokens, return_attention=False):
        batch, n, hidden = tokens.shape
        w = torch.cat([self.query.weight, self.key.weight, self.value.weight])
        b = torch.cat([self.query.bias, self.key.bias, self.value.bias])
        qkv = F.linear(tokens, w, b).reshape(batch, n, 3, self.num_heads, hidden // self.num_heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        weights = attention_weights(q, k)
        mixed = self.drop_weights(weights) @ v
        result = self.out(mixed.transpose(1, 2).reshape(batch, n, hidden))
        return self.drop_result(result), (weights if return_attention else None)


# %% right: head after head in a loop, functional dropout
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.p_weights = config.attention_dropout
        self.p_out = config.dropout

    def forward(self, tokens, return_attention=False):
        queries = self.query(tokens).chunk(self.num_heads, dim=-1)
        keys = self.key(tokens).chunk(self.num_heads, dim=-1)
        values = self.value(tokens).chunk(self.num_heads, dim=-1)
        heads, maps = [], []
        for q, k, v in zip(queries, keys, values):
            w = torch.softmax(torch.matmul(q, k.mT) / math.sqrt(q.size(-1)), dim=-1)
            maps.append(w)
            heads.append(torch.matmul(F.dropout(w, self.p_weights, training=self.training), v))
        result = self.out(torch.cat(heads, dim=-1))
        result = F.dropout(result, self.p_out, training=self.training)
        if not return_attention:
            return result, None
        return result, torch.stack(maps, dim=1)


# %% wrong: Dropout2d on the weights, which drops whole heads
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout2d(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attention_dropout(weights) @ v
        result = self.dropout(self.out(merge_heads(mixed)))
        return result, weights if return_attention else None


# %% wrong: dropout in place, so the weights returned are changed too
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout, inplace=True)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attention_dropout(weights) @ v
        result = self.dropout(self.out(merge_heads(mixed)))
        return result, weights if return_attention else None


# %% wrong: the training flag is read once, in the constructor
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = partial_dropout(config.attention_dropout, self.training)
        self.dropout = partial_dropout(config.dropout, self.training)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attention_dropout(weights) @ v
        result = self.dropout(self.out(merge_heads(mixed)))
        return result, weights if return_attention else None


def partial_dropout(p, training):
    return lambda x: F.dropout(x, p, training)


# %% wrong: exp without the maximum taken off
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = torch.exp(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]))
        weights = weights / weights.sum(dim=-1, keepdim=True)
        mixed = self.attention_dropout(weights) @ v
        result = self.dropout(self.out(merge_heads(mixed)))
        return result, weights if return_attention else None


# %% wrong: a batch of one loses its axis in the weights
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        result = self.dropout(self.out(merge_heads(self.attention_dropout(weights) @ v)))
        if return_attention:
            return result, weights.squeeze(0)
        return result, None


# %% wrong: weights once asked for are returned by later calls too
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.saved = None

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        if return_attention:
            self.saved = weights
        mixed = self.attention_dropout(weights) @ v
        return self.dropout(self.out(merge_heads(mixed))), self.saved


# %% wrong: scaled_dot_product_attention drops in evaluation as well
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = config.attention_dropout
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=self.attention_dropout)
        result = self.dropout(self.out(merge_heads(mixed)))
        return result, attention_weights(q, k) if return_attention else None


# %% wrong: the weights can be had in evaluation only
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q = split_heads(self.query(tokens), self.num_heads)
        k = split_heads(self.key(tokens), self.num_heads)
        v = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(q, k)
        mixed = self.attention_dropout(weights) @ v
        result = self.dropout(self.out(merge_heads(mixed)))
        if return_attention and not self.training:
            return result, weights
        return result, None


# %% right: einsum and rearrange, all written out
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.drop_weights = nn.Dropout(config.attention_dropout)
        self.drop_out = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        q, k, v = (rearrange(layer(tokens), "b t (h d) -> b h t d", h=self.num_heads)
                   for layer in (self.query, self.key, self.value))
        scores = torch.einsum("bhid,bhjd->bhij", q, k) * q.shape[-1] ** -0.5
        weights = scores.softmax(dim=-1)
        mixed = torch.einsum("bhij,bhjd->bihd", self.drop_weights(weights), v)
        result = self.drop_out(self.out(mixed.flatten(2)))
        return result, (weights if return_attention else None)


# %% right: a loop over the heads
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.head_dim = config.hidden_size // config.num_heads
        for name in ("query", "key", "value", "out"):
            setattr(self, name, nn.Linear(config.hidden_size, config.hidden_size))
        self.first_dropout = nn.Dropout(config.attention_dropout)
        self.second_dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        queries = self.query(tokens).split(self.head_dim, dim=-1)
        keys = self.key(tokens).split(self.head_dim, dim=-1)
        values = self.value(tokens).split(self.head_dim, dim=-1)
        all_weights, all_heads = [], []
        for q, k, v in zip(queries, keys, values):
            weights = torch.softmax(torch.bmm(q, k.transpose(1, 2)) / math.sqrt(self.head_dim), dim=-1)
            all_weights.append(weights)
            all_heads.append(torch.bmm(self.first_dropout(weights), v))
        tokens = self.second_dropout(self.out(torch.cat(all_heads, dim=-1)))
        if return_attention:
            return tokens, torch.stack(all_weights, dim=1)
        return tokens, None


# %% right: the helpers, and the dropouts in a ModuleDict
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        size = config.hidden_size
        self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
        self.value, self.out = nn.Linear(size, size), nn.Linear(size, size)
        self.drops = nn.ModuleDict({
            "weights": nn.Dropout(p=config.attention_dropout),
            "result": nn.Dropout(p=config.dropout),
        })

    def forward(self, tokens, return_attention=False):
        def project(layer):
            return split_heads(layer(tokens), self.num_heads)

        weights = attention_weights(project(self.query), project(self.key))
        mixed = merge_heads(self.drops["weights"](weights) @ project(self.value))
        pair = [self.drops["result"](self.out(mixed)), None]
        if return_attention:
            pair[1] = weights
        return tuple(pair)


# %% wrong: the weights are returned after dropout
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        weights = self.attention_dropout(weights)
        result = self.dropout(self.out(merge_heads(weights @ value)))
        return result, weights if return_attention else None


# %% wrong: the weights come back unasked
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        heads = self.attention_dropout(weights) @ value
        return self.dropout(self.out(merge_heads(heads))), weights


# %% wrong: the two dropout rates are swapped
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        hidden = config.hidden_size
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.out_dropout = nn.Dropout(config.attention_dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        mixed = merge_heads(self.dropout(weights) @ value)
        result = self.out_dropout(self.out(mixed))
        return result, weights if return_attention else None


# %% wrong: F.dropout without the training flag
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.attention_dropout = config.attention_dropout
        self.dropout = config.dropout
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        mixed = F.dropout(weights, self.attention_dropout) @ value
        result = F.dropout(self.out(merge_heads(mixed)), self.dropout)
        return result, weights if return_attention else None


# %% wrong: the scores are scaled twice
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.scale = (config.hidden_size // config.num_heads) ** -0.5
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads) * self.scale
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        heads = self.attention_dropout(weights) @ value
        result = self.dropout(self.out(merge_heads(heads)))
        return result, weights if return_attention else None


# %% wrong: the projections of queries, keys and values have no bias
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.key = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.value = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        weights = attention_weights(query, key)
        heads = self.attention_dropout(weights) @ value
        result = self.dropout(self.out(merge_heads(heads)))
        return result, weights if return_attention else None


# %% wrong: dropout on the scores, before softmax
class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_heads = config.num_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, config.hidden_size)
        self.attention_dropout = nn.Dropout(config.attention_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, tokens, return_attention=False):
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
        weights = F.softmax(self.attention_dropout(scores), dim=-1)
        result = self.dropout(self.out(merge_heads(weights @ value)))
        return result, weights if return_attention else None
