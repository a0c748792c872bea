# %% right: another way (AsTheArticle)
class VisionTransformer(nn.Module):
    """Both pooled vectors at hand, and the attention always asked for."""

    def __init__(self, config):
        super().__init__()
        self.pool = {"token": lambda x: x.select(1, 0), "gap": lambda x: x.sum(1) / x.size(1)}[config.classifier]
        self.embeddings = Embeddings(config)
        self.head = nn.Linear(in_features=config.hidden_size, out_features=config.num_classes)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        self.encoder = Encoder(config)

    def forward(self, x, return_attention=False):
        x, attention = self.encoder(self.embeddings(x), True)
        logits = self.head(self.pool(x))
        if return_attention:
            return logits, attention
        return logits
