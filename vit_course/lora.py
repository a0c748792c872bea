"""Low-rank adaptation: learn a small change beside weights that stay (Hu et al., arXiv 2106.09685)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vit_course.vision_transformer import VisionTransformer


class LoRA(nn.Module):
    """A linear layer that is frozen, and a change of rank `rank` beside it that learns: y = W x + b + scale * B A x.

    A is [rank, inputs] and starts as a linear layer does; B is [outputs, rank] and starts at zero, so at first nothing
    is changed. scale is alpha / rank: with another rank the same learning rate will do.

    Raises ValueError for a rank below 1, or one that saves nothing.
    """

    def __init__(self, linear: nn.Linear, rank: int, alpha: int | float) -> None:
        super().__init__()
        outputs, inputs = linear.weight.shape
        if not 1 <= rank <= min(inputs, outputs):
            raise ValueError(f"rank={rank} must be from 1 to {min(inputs, outputs)}, the lesser side of the weight")
        self.linear = linear.requires_grad_(False)
        self.scale = alpha / rank
        self.a = nn.Parameter(linear.weight.new_empty(rank, inputs))
        self.b = nn.Parameter(linear.weight.new_zeros(outputs, rank))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)

    def forward(self, x: Float[Tensor, "*batch inputs"]) -> Float[Tensor, "*batch outputs"]:
        # First down to `rank` numbers, then up again: B A as one matrix would be as large as W.
        return self.linear(x) + self.scale * (x @ self.a.T @ self.b.T)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """One plain linear layer that gives the same output; this one stays as it is."""
        outputs, inputs = self.linear.weight.shape
        merged = nn.Linear(inputs, outputs, bias=self.linear.bias is not None).to(self.linear.weight)
        merged.weight.copy_(self.linear.weight + self.scale * self.b @ self.a)
        if self.linear.bias is not None:
            merged.bias.copy_(self.linear.bias)
        return merged


def add_lora(model: VisionTransformer, rank: int, alpha: int | float | None = None) -> None:
    """Freeze the model but for its head, and put a LoRA in place of each query and value projection.

    These two are what the paper's section 7.1 finds best for a given number of parameters. `alpha` is `rank` unless
    given. In place; `merge_lora` makes a plain model of it again.
    """
    model.requires_grad_(False)
    if model.head is not None:
        model.head.requires_grad_(True)
    for block in model.encoder.layer:
        for name in ("query", "value"):
            setattr(block.attn, name, LoRA(getattr(block.attn, name), rank, rank if alpha is None else alpha))


def merge_lora(model: VisionTransformer) -> None:
    """Put plain linear layers in place of each LoRA: the same outputs, and nothing that is computed beside."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, LoRA):
                setattr(module, name, child.merged())
