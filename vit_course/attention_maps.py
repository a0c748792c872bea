"""What the attention weights of a whole model say about one image."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


def rollout(
    attention: Sequence[Float[Tensor, "batch heads tokens tokens"]],
) -> Float[Tensor, "batch tokens tokens"]:
    """How much each token at the end (row) draws on each token at the start (column); the numbers of a row sum to 1.

    `attention` are the weights of the layers, first layer first, as the encoder returns them. The heads of a layer are
    averaged. Half of what a token is comes along the residual connection: hence the identity, as much as all the
    attention. The layers are multiplied, the later one from the left, for it reads what the earlier one wrote.

    Raises ValueError where there are no weights.
    Source: Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (arXiv 2005.00928), attention rollout.
    """
    if not attention:
        raise ValueError("there are no attention weights: ask the model for them with return_attention=True")
    identity = torch.eye(attention[0].shape[-1], dtype=attention[0].dtype, device=attention[0].device)
    joint = identity.expand(len(attention[0]), -1, -1)
    for weights in attention:
        layer = weights.mean(dim=1) + identity  # average the heads, add the identity
        joint = (layer / layer.sum(dim=-1, keepdim=True)) @ joint  # divide by the sum; multiply with the layers before
    return joint
