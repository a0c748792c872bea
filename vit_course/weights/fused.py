"""Query, key and value in one matrix, as many files keep them: the U_qkv of the paper's equation 5.

One large product is faster than three. In which order the rows stand is up to each library, and no shape tells.
"""

from einops import rearrange
from jaxtyping import Float
from torch import Tensor


def split_qkv(
    weight: Float[Tensor, "rows *inputs"], num_heads: int, order: str
) -> tuple[Float[Tensor, "hidden *inputs"], Float[Tensor, "hidden *inputs"], Float[Tensor, "hidden *inputs"]]:
    """Take query, key and value out of one matrix [3 * hidden, hidden], or out of one bias [3 * hidden].

    Each comes back as [hidden, hidden], or [hidden], its rows in this course's order: head after head. `order` names
    the three axes that the rows are counted along, the slowest first:

        "qkv heads head_dim"   all queries, all keys, all values (timm, torchvision)
        "heads qkv head_dim"   for each head its query, its key, its value (BLOOM, GPT-NeoX)
        "heads head_dim qkv"   for each number of a head that of q, of k, of v (Megatron-LM's files of version 1.0)

    Raises ValueError for other words, and where the rows are not 3 * num_heads * head_dim.
    Source: equation 5 of the paper (appendix A), which is "qkv head_dim" for one head.
    """
    if sorted(order.split()) != ["head_dim", "heads", "qkv"]:
        raise ValueError(f"order={order!r} is to hold the words qkv, heads and head_dim, the slowest axis first")
    if len(weight) % (3 * num_heads):
        raise ValueError(f"{len(weight)} rows are no three parts for {num_heads} heads: is num_heads right?")
    # Give each row its three numbers, put those of q, k and v in front, and lay the heads one after the other.
    query, key, value = rearrange(weight, f"({order}) ... -> qkv (heads head_dim) ...", qkv=3, heads=num_heads)
    return query, key, value


def join_qkv(parts: list[Float[Tensor, "hidden *inputs"]], num_heads: int, order: str) -> Float[Tensor, "rows *inputs"]:
    """The way back, from [query, key, value]: one matrix [3 * hidden, hidden], or one bias, its rows in `order`."""
    return rearrange(parts, f"qkv (heads head_dim) ... -> ({order}) ...", heads=num_heads)
