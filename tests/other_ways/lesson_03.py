"""The exercises of lesson 03, answered in other ways."""

import torch
from torch import nn


def by_einsum(query, key):
    scores = torch.einsum("b h i d, b h j d -> b h i j", query, key) * query.shape[-1] ** -0.5
    scores = torch.exp(scores - scores.amax(-1, keepdim=True))
    return scores / scores.sum(-1, keepdim=True)


def by_chunks(tokens, num_heads):
    return torch.stack(tokens.chunk(num_heads, dim=-1), dim=1)


def by_cat(heads):
    return torch.cat(heads.unbind(dim=1), dim=-1)


class HeadByHead(nn.Module):
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


OTHER_WAYS = {
    "attention_weights": by_einsum,
    "split_heads": by_chunks,
    "merge_heads": by_cat,
    "Attention": HeadByHead,
    "attention_flops": lambda n, hidden, heads: 8 * n * hidden**2 + 4 * n**2 * hidden,
}
