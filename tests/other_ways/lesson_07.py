"""The exercises of lesson 07, answered in other ways."""

from torch import nn

from vit_course.embeddings import Embeddings
from vit_course.encoder import Encoder


class AsTheArticle(nn.Module):
    """Both pooled vectors at hand, and the attention always asked for."""

    def __init__(self, config):
        super().__init__()
        self.pool = {"token": lambda x: x.select(1, 0), "gap": lambda x: x.sum(1) / x.size(1)}[config.classifier]
        self.embeddings = Embeddings(config)
        self.head = nn.Linear(in_features=config.hidden_size, out_features=config.num_classes)
        self.encoder = Encoder(config)

    def forward(self, x, return_attention=False):
        x, attention = self.encoder(self.embeddings(x), True)
        logits = self.head(self.pool(x))
        if return_attention:
            return logits, attention
        return logits


def by_reshape(kernel, part):
    if part == "out":
        return kernel.flatten(0, 1).t()
    return kernel.permute(1, 2, 0).reshape(-1, kernel.size(0))


def by_ifs(conversion):
    if conversion in "AE":
        return ("query" if conversion == "A" else "out") + " kernel"
    return {"B": "positions", "C": "norms"}.get(conversion, "patch kernel")


OTHER_WAYS = {"VisionTransformer": AsTheArticle, "convert_kernel": by_reshape, "name_the_bug": by_ifs}
