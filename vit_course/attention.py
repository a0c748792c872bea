"""How tokens exchange information: multi-head self-attention (the paper's appendix A, equations 5 to 8).

    [q, k, v] = z U_qkv        A = softmax(q k^T / sqrt(head_dim))        head = A v        MSA(z) = [head_1; ...] U_msa

Each head compares every token with every token, A, and mixes their values accordingly.
"""

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.config import ViTConfig


def split_heads(
    tokens: Float[Tensor, "batch tokens hidden"], num_heads: int
) -> Float[Tensor, "batch heads tokens head_dim"]:
    """Share the numbers of each token out among the heads: the first head_dim go to the first head, and so on."""
    return rearrange(tokens, "batch tokens (heads head_dim) -> batch heads tokens head_dim", heads=num_heads)


def merge_heads(heads: Float[Tensor, "batch heads tokens head_dim"]) -> Float[Tensor, "batch tokens hidden"]:
    """Put side by side again what `split_heads` took apart."""
    return rearrange(heads, "batch heads tokens head_dim -> batch tokens (heads head_dim)")


def attention_weights(
    query: Float[Tensor, "batch heads tokens head_dim"], key: Float[Tensor, "batch heads tokens head_dim"]
) -> Float[Tensor, "batch heads tokens tokens"]:
    """How much each token (row) takes from each token (column); the numbers of a row sum to 1."""
    # Scaled before the product, not after it: the matrix of all pairs is the largest thing here.
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    return scores.softmax(dim=-1)


def attention_flops(num_tokens: int, hidden_size: int, num_heads: int) -> int:
    """Floating-point operations of `Attention` for one image; a multiplication and an addition are two.

    Matrix products only, as is usual: softmax, scaling and biases are left out, 1 % or less at the sizes of a ViT.
    """
    head_dim = hidden_size // num_heads
    projections = 4 * 2 * num_tokens * hidden_size**2  # query, key, value, out
    pairs = num_heads * 2 * 2 * num_tokens**2 * head_dim  # all scores, and the mixing of the values
    return projections + pairs


def attention_in_pieces(
    query: Float[Tensor, "batch heads tokens head_dim"],
    key: Float[Tensor, "batch heads tokens head_dim"],
    value: Float[Tensor, "batch heads tokens head_dim"],
    size: int,
) -> Float[Tensor, "batch heads tokens head_dim"]:
    """Attention with scores for `size` keys at a time: the softmax of a row that never exists as a whole.

    Source: Rabe and Staats (arXiv 2112.05682), and the heart of FlashAttention (arXiv 2205.14135).
    """
    query = query / math.sqrt(query.shape[-1])
    highest = torch.full_like(query[..., :1], -torch.inf)  # the largest score so far, of each query
    total, mixed = torch.zeros_like(highest), torch.zeros_like(query)
    for k, v in zip(key.split(size, dim=-2), value.split(size, dim=-2), strict=True):
        scores = query @ k.transpose(-2, -1)  # [batch, heads, tokens, size]: never all keys
        higher = torch.maximum(highest, scores.amax(dim=-1, keepdim=True))  # the new maximum
        # The factor that shrinks what was summed before, under a smaller maximum; the weights of this piece.
        shrink, parts = (highest - higher).exp(), (scores - higher).exp()
        total = total * shrink + parts.sum(dim=-1, keepdim=True)
        mixed = mixed * shrink + parts @ v
        highest = higher
    return mixed / total  # divide once, at the end


class Attention(nn.Module):
    """Multi-head self-attention: [batch, tokens, hidden] in and out.

    With `return_attention` the weights come along, [batch, heads, tokens, tokens], as they are before dropout; without
    it None comes in their place, and PyTorch's fused kernel gives the same output and never holds that matrix (on a CPU
    in bfloat16 the output is written out all the same, since that is faster there).
    """

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        hidden = config.hidden_size
        self.num_heads = config.num_heads
        self.attention_dropout = config.attention_dropout
        # Three projections, as the paper draws them. One of three times the width takes the same time.
        self.query = nn.Linear(hidden, hidden)
        self.key = nn.Linear(hidden, hidden)
        self.value = nn.Linear(hidden, hidden)
        self.out = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(config.dropout)
        for projection in (self.query, self.key, self.value, self.out):
            nn.init.xavier_uniform_(projection.weight)
            nn.init.zeros_(projection.bias)

    def forward(
        self, tokens: Float[Tensor, "batch tokens hidden"], return_attention: bool = False
    ) -> tuple[Float[Tensor, "batch tokens hidden"], Float[Tensor, "batch heads tokens tokens"] | None]:
        # Three projections, each split into heads.
        query = split_heads(self.query(tokens), self.num_heads)
        key = split_heads(self.key(tokens), self.num_heads)
        value = split_heads(self.value(tokens), self.num_heads)
        rate = self.attention_dropout if self.training else 0.0
        # On a CPU the fused kernel gains nothing in bfloat16: written out, the same takes two thirds of the time.
        if return_attention or (query.is_cpu and query.dtype == torch.bfloat16):
            weights = attention_weights(query, key)
            mixed = F.dropout(weights, rate) @ value  # mix the values
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=rate)
        # Merge the heads, project out, drop out.
        return self.dropout(self.out(merge_heads(mixed))), weights if return_attention else None


def head_writes(
    attention: Attention, tokens: Float[Tensor, "batch tokens hidden"]
) -> Float[Tensor, "batch heads tokens hidden"]:
    """What each head alone adds to the output. The sum over heads, plus the bias of `out`, is what `attention` returns.

    For attention in evaluation mode, or without dropout.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021), attention heads are independent.
    """
    _, weights = attention(tokens, return_attention=True)
    # Each head mixes its own values.
    value = split_heads(attention.value(tokens), attention.num_heads)
    mixed = weights @ value
    # `out` reads the heads side by side, so its columns come in groups, one for each head.
    out = rearrange(attention.out.weight, "hidden (heads head_dim) -> heads head_dim hidden", heads=attention.num_heads)
    return mixed @ out
