"""Five conversions that load without complaint and are wrong (lesson 07): each has one of the usual mistakes.

None of them changes a name or a shape. This file is the answer to an exercise: try that first.
"""

from collections.abc import Mapping

import torch
from einops import rearrange
from torch import Tensor

CANDIDATES = (
    *("patch kernel", "class token", "positions", "norms", "query kernel"),
    *("value kernel", "out kernel", "mlp kernel", "final norm", "head"),
)


def broken_conversion(conversion: str, state: Mapping[str, Tensor], heads: int) -> dict[str, Tensor]:
    """What conversion "A" to "E" makes of the weights whose right form is `state`, a state dict of this course's model.

    Raises ValueError for another letter.
    """
    if conversion not in tuple("ABCDE"):
        raise ValueError(f"there is no conversion {conversion!r}: they are A, B, C, D, E")
    return {name: _broken(conversion, name, state, heads) for name in state}


def _broken(conversion: str, name: str, state: Mapping[str, Tensor], heads: int) -> Tensor:
    weight = state[name]
    if conversion == "A" and name.endswith("attn.query.weight"):
        return rearrange(weight, "(heads head_dim) hidden -> (head_dim heads) hidden", heads=heads)
    if conversion == "B" and name.endswith("position_embeddings"):
        return torch.cat([weight[:, 1:], weight[:, :1]], dim=1)
    if conversion == "C" and ".attention_norm." in name:
        return state[name.replace("attention_norm", "ffn_norm")]
    if conversion == "C" and ".ffn_norm." in name:
        return state[name.replace("ffn_norm", "attention_norm")]
    if conversion == "D" and name.endswith("patch_embeddings.weight"):
        return rearrange(weight, "hidden channels rows columns -> hidden channels columns rows")
    if conversion == "E" and name.endswith("attn.out.weight"):
        return weight.T
    return weight


def name_the_bug(conversion: str) -> str:
    """Which of CANDIDATES is wrong in a conversion, "A" to "E"."""
    return {"A": "query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}[conversion]
