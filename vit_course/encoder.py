"""Blocks upon blocks, and a last norm: the Transformer encoder (the paper's figure 1, and LN of its equation 4)."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.block import Block
from vit_course.config import ViTConfig


class Encoder(nn.Module):
    """`num_layers` blocks in a row, then LayerNorm. [batch, tokens, hidden] in and out.

    The second result is the list of the layers' attention weights, first layer first, each
    [batch, heads, tokens, tokens]; it is empty unless `return_attention` asks for them.
    """

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        last = max(config.num_layers - 1, 1)
        # Each block is built afresh: weights of its own, and a start of its own. Drop path grows with the depth.
        self.layer = nn.ModuleList(Block(config, config.drop_path * i / last) for i in range(config.num_layers))
        # Nothing in a pre-norm block normalises the stream itself; this does, once, at the end.
        self.encoder_norm = nn.LayerNorm(config.hidden_size, eps=1e-6)

    def forward(
        self, tokens: Float[Tensor, "batch tokens hidden"], return_attention: bool = False
    ) -> tuple[Float[Tensor, "batch tokens hidden"], list[Float[Tensor, "batch heads tokens tokens"]]]:
        attention = []
        for block in self.layer:
            tokens, weights = block(tokens, return_attention)
            if return_attention:
                attention.append(weights)
        return self.encoder_norm(tokens), attention


def count_parameters(module: nn.Module) -> int:
    """How many numbers a module can learn; a parameter that is used in several places is counted once.

    Frozen parameters count, buffers (running statistics, fixed positions) do not.
    """
    return sum(parameter.numel() for parameter in module.parameters())


def logit_lens(
    encoder: Encoder, head: nn.Module, tokens: Float[Tensor, "batch tokens hidden"]
) -> Float[Tensor, "depths batch classes"]:
    """The logits that final norm and head read from the class token before the first block, and after each block.

    The last depth gives the model's own logits. Source: nostalgebraist, interpreting GPT: the logit lens (2020).
    """
    depths = [tokens]  # keep the stream before the first block and after each
    for block in encoder.layer:
        depths.append(block(depths[-1])[0])
    # The final norm on each, the class token, the head.
    return torch.stack([head(encoder.encoder_norm(stream)[:, 0]) for stream in depths])


@torch.no_grad()
def order_of_blocks(blocks: Sequence[nn.Module], depths: Sequence[Float[Tensor, "batch tokens hidden"]]) -> list[int]:
    """Which block took the stream from each depth to the next, as its number in `blocks`."""
    found = []
    for step in range(len(depths) - 1):
        errors = [(block(depths[step])[0] - depths[step + 1]).norm().item() for block in blocks]
        found.append(errors.index(min(errors)))
    return found
