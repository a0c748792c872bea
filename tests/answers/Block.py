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
