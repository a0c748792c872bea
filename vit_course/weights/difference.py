"""Where do two models part? The first stage at which one computes something else than the other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from vit_course.vision_transformer import VisionTransformer

BLOCK = "encoder.layer.{layer}"
# Our stages, and what timm, torchvision and transformers call them; {layer} counts from 0.
STAGES = (
    ("embeddings", "pos_drop", "encoder.dropout", "vit.embeddings"),
    (f"{BLOCK}.attention_norm", "blocks.{layer}.norm1", "{torchvision}.ln_1", "vit.layers.{layer}.layernorm_before"),
    (f"{BLOCK}.attn", "blocks.{layer}.attn", "{torchvision}.self_attention", "vit.layers.{layer}.attention"),
    (f"{BLOCK}.ffn_norm", "blocks.{layer}.norm2", "{torchvision}.ln_2", "vit.layers.{layer}.layernorm_after"),
    (f"{BLOCK}.ffn", "blocks.{layer}.mlp", "{torchvision}.mlp", "vit.layers.{layer}.mlp"),
    (BLOCK, "blocks.{layer}", "{torchvision}", "vit.layers.{layer}"),
    ("encoder.encoder_norm", "norm", "encoder.ln", "vit.layernorm"),
    ("head", "head", "heads", "classifier"),
)


@dataclass(frozen=True)
class Difference:
    """The first stage at which two models part: its name in each, how far apart, and the last one that agreed."""

    stage: str
    theirs: str
    error: float  # |ours - theirs| / |theirs|; inf where shapes differ or numbers are not finite
    agreed: str = ""

    def __str__(self) -> str:
        name = self.stage if self.stage == self.theirs else f"{self.stage} ({self.theirs} in the other)"
        by = f"by {self.error:.2g} of its size" if math.isfinite(self.error) else "in shape, or it is not finite"
        return f"{name} is the first to differ, {by}" + (f"; {self.agreed} still agrees" if self.agreed else "")


@torch.no_grad()
def first_difference(
    model: VisionTransformer,
    other: nn.Module,
    images: Tensor,
    *,
    stages: Mapping[str, str] | None = None,
    limit: float = 1e-4,
) -> Difference | None:
    """Run both models on the same images and name the first stage whose outputs differ by more than `limit`.

    `other` is a model of this course, of timm, torchvision or transformers, or any with `stages`: what our modules, as
    "encoder.layer.0.attn", are called there. The two must be in evaluation mode. None: they agree at every stage, and
    in what comes out. A stage that is not called as a module in both is left out.

    Raises ValueError where the other's stages are not known, or a name of them does not exist.
    """
    pairs = dict(stages) if stages is not None else _known_stages(model, other)
    ours, theirs = _outputs(model, images, pairs), _outputs(other, images, pairs.values())
    agreed = ""
    for stage, mine in ours.items():  # in the order in which they were computed
        name = pairs.get(stage, stage)
        if name in theirs:
            if (error := _error(mine, theirs[name])) > limit:
                return Difference(stage, name, error, agreed)
            agreed = stage
    return None


def _known_stages(model: VisionTransformer, other: nn.Module) -> dict[str, str]:
    names = [name for name, module in model.named_modules() if name and not isinstance(module, nn.Dropout)]
    if isinstance(other, VisionTransformer):
        return {name: name for name in names}
    there = dict(other.named_modules())
    for library in range(1, len(STAGES[0])):
        pairs: dict[str, str] = {}
        for layer in range(model.config.num_layers):
            numbers = {"layer": layer, "torchvision": f"encoder.layers.encoder_layer_{layer}"}
            pairs |= {each[0].format(**numbers): each[library].format(**numbers) for each in STAGES}
        if set(pairs.values()) <= set(there):
            return {name: theirs for name, theirs in pairs.items() if name in names}
    raise ValueError(
        f"the stages of a {type(other).__name__} are not known: say stages={{our name: theirs}}, as "
        f"{{'encoder.layer.0.attn': 'blocks.0.attn'}}. It has {', '.join(list(there)[1:6])} and so on"
    )


def _outputs(model: nn.Module, images: Tensor, names: Any) -> dict[str, Tensor]:
    """What modules of these names give, in the order in which they are done, and what the whole model does."""
    modules = dict(model.named_modules())
    seen: dict[str, Tensor] = {}
    if missing := [name for name in names if name not in modules]:
        raise ValueError(f"a {type(model).__name__} has no module {missing[0]!r}: is the name right?")

    def note(name: str) -> Any:
        return lambda module, inputs, output: seen.update({name: _tensor(output)})

    hooks = [modules[name].register_forward_hook(note(name)) for name in names]
    try:
        seen["what comes out"] = _tensor(model(images))
    finally:
        for hook in hooks:
            hook.remove()
    return seen


def _tensor(output: Any) -> Tensor:
    """The tensor itself, or the first of several (of logits and attention, say)."""
    while not isinstance(output, Tensor):
        output = output[0]
    return output


def _error(ours: Tensor, theirs: Tensor) -> float:
    if ours.shape != theirs.shape:
        return math.inf
    error = ((ours - theirs).norm() / theirs.norm().clamp(min=1e-12)).item()
    return error if math.isfinite(error) else math.inf
