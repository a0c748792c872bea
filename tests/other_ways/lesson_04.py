"""The exercises of lesson 04, answered in other ways."""

import torch
from torch import nn

from vit_course.attention import Attention
from vit_course.block import Mlp


class InOneGo(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.first, self.second = nn.Dropout(config.dropout), nn.Dropout(config.dropout)
        self.approximate = {"tanh": "tanh", "exact": "none"}[config.gelu]

    def forward(self, x):
        x = self.first(nn.functional.gelu(self.fc1(x), approximate=self.approximate))
        return self.second(self.fc2(x))


class AsTheArticleWritesIt(nn.Module):
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


def by_rand(branch, rate, training):
    if not training:
        return branch
    mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < 1 - rate
    return torch.where(mask, branch / (1 - rate), 0.0)


OTHER_WAYS = {"Mlp": InOneGo, "Block": AsTheArticleWritesIt, "drop_path": by_rand}
