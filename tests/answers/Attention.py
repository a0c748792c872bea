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
