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
