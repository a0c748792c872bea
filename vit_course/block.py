"""One layer of the encoder: attention, then an MLP, each added to the stream (the paper's equations 2 and 3).

    z'_l = MSA(LN(z_{l-1})) + z_{l-1}        z_l = MLP(LN(z'_l)) + z'_l

Nothing overwrites the stream z: each half reads a normalised copy of it and adds what it found.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.attention import Attention
from vit_course.config import ViTConfig


def drop_path(
    branch: Float[Tensor, "batch tokens hidden"], rate: float, training: bool = True
) -> Float[Tensor, "batch tokens hidden"]:
    """Leave the whole branch out for some images of the batch, and scale it up for the others.

    Each image loses it with probability `rate`; dividing by what is kept leaves the expected value as it was.
    Source: Huang et al., "Deep Networks with Stochastic Depth" (arXiv 1603.09382), section 3.
    """
    if rate == 0 or not training:
        return branch
    keep = 1 - rate
    return branch * torch.bernoulli(torch.full_like(branch[:, :1, :1], keep)) / keep


class Mlp(nn.Module):
    """Two linear layers with GELU between them, for each token by itself: hidden -> mlp_dim -> hidden."""

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.mlp_dim)
        # The original computes GELU by its tanh approximation; most PyTorch models compute it exactly.
        self.gelu = nn.GELU(approximate="tanh" if config.gelu == "tanh" else "none")
        self.fc2 = nn.Linear(config.mlp_dim, config.hidden_size)
        self.dropout = nn.Dropout(config.dropout)
        for linear in (self.fc1, self.fc2):
            nn.init.xavier_uniform_(linear.weight)
            nn.init.normal_(linear.bias, std=1e-6)

    def forward(self, tokens: Float[Tensor, "batch tokens hidden"]) -> Float[Tensor, "batch tokens hidden"]:
        return self.dropout(self.fc2(self.dropout(self.gelu(self.fc1(tokens)))))


class Block(nn.Module):
    """Norm, attention, add; norm, MLP, add. [batch, tokens, hidden] in and out, and the weights if asked for.

    `drop_path_rate` is this layer's own. LayerScale, where the configuration has it, is one learned factor for each of
    the `hidden` numbers of a branch, small at the start (Touvron et al., arXiv 2103.17239, section 2.2).
    """

    def __init__(self, config: ViTConfig, drop_path_rate: float = 0.0) -> None:
        super().__init__()
        hidden = config.hidden_size
        self.attention_norm = nn.LayerNorm(hidden, eps=1e-6)
        self.attn = Attention(config)
        self.ffn_norm = nn.LayerNorm(hidden, eps=1e-6)
        self.ffn = Mlp(config)
        self.drop_path_rate = drop_path_rate
        self.attention_scale: nn.Parameter | None = None
        self.ffn_scale: nn.Parameter | None = None
        if config.layer_scale is not None:
            self.attention_scale = nn.Parameter(torch.full((hidden,), config.layer_scale))
            self.ffn_scale = nn.Parameter(torch.full((hidden,), config.layer_scale))

    def forward(
        self, tokens: Float[Tensor, "batch tokens hidden"], return_attention: bool = False
    ) -> tuple[Float[Tensor, "batch tokens hidden"], Float[Tensor, "batch heads tokens tokens"] | None]:
        # Norm, attention, add.
        branch, weights = self.attn(self.attention_norm(tokens), return_attention)
        if self.attention_scale is not None:
            branch = branch * self.attention_scale
        tokens = tokens + drop_path(branch, self.drop_path_rate, self.training)
        # Norm, MLP, add.
        branch = self.ffn(self.ffn_norm(tokens))
        if self.ffn_scale is not None:
            branch = branch * self.ffn_scale
        tokens = tokens + drop_path(branch, self.drop_path_rate, self.training)
        return tokens, weights


def contributions(
    blocks: Sequence[Block], tokens: Float[Tensor, "batch tokens hidden"]
) -> Float[Tensor, "parts batch tokens hidden"]:
    """What the stream is a sum of: the tokens that came in, then what attention and MLP of each block wrote.

    For blocks without drop path and LayerScale, or with these off.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021), the residual stream.
    """
    parts = [tokens]
    for block in blocks:
        parts.append(block.attn(block.attention_norm(tokens))[0])  # what attention writes
        tokens = tokens + parts[-1]
        parts.append(block.ffn(block.ffn_norm(tokens)))  # what the MLP then writes
        tokens = tokens + parts[-1]
    return torch.stack(parts)
