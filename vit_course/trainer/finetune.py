"""Starting from weights that were trained before, with a new head, and with parts of the model frozen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import torch
import torchvision
from safetensors import safe_open
from torch import Tensor, nn

from vit_course.config import ViTConfig
from vit_course.lora import add_lora
from vit_course.trainer.errors import TrainingError
from vit_course.trainer.run import Run
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights import (
    WeightsError,
    load_google,
    load_huggingface,
    load_layout,
    load_timm,
    load_torchvision,
    row,
)
from vit_course.weights.files import read_state_dict

HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # the original's images go from -1 to 1
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))

Pixels = tuple[tuple[float, ...], tuple[float, ...]]


def pixels_of(weights: str) -> Pixels | None:
    """Mean and deviation of the pixels by channel that weights were trained with; None where a file doesn't say."""
    library, _, name = weights.partition(":")
    if library == "timm":
        found = _timm().get_pretrained_cfg(name)
        return (tuple(found.mean), tuple(found.std)) if found else None
    if library == "torchvision":
        return IMAGENET
    if Path(weights).is_dir():
        source = Run.open(Path(weights)).source
        return source.mean, source.std
    if weights.endswith(".npz"):
        return HALF
    own = _written_beside(weights).get("source")
    return (tuple(own["mean"]), tuple(own["std"])) if own else None


def config_of(weights: str, image_size: int, classes: int) -> ViTConfig | None:
    """The configuration that weights bring with them: that of a run, and None where they are a file or a library's.

    Raises TrainingError for an image that its patches do not tile.
    """
    if not Path(weights).is_dir():
        return None
    try:
        return replace(Run.open(Path(weights)).config, image_size=image_size, num_classes=classes)
    except ValueError as error:
        raise TrainingError(f"--weights {weights}: {error}") from error


def gelu_of(weights: str) -> Literal["exact", "tanh"]:
    """Which GELU weights were trained with: Google's with the approximation, those of libraries in PyTorch exactly."""
    own = _written_beside(weights).get("config")
    return own["gelu"] if own else "tanh" if weights.endswith(".npz") else "exact"


def _written_beside(weights: str) -> dict[str, Any]:
    """What `vit-course export` writes beside the tensors of a .safetensors file: the run's config and source."""
    if not weights.endswith(".safetensors") or not Path(weights).exists():
        return {}
    with safe_open(weights, "pt") as file:
        return {name: json.loads(value) for name, value in (file.metadata() or {}).items() if value.startswith("{")}


def build_model(run: Run, device: torch.device) -> VisionTransformer:
    """The model of a run as it was at the start, or ready for the run's newest checkpoint.

    Raises TrainingError where the weights that it starts from can't be had, or don't fit.
    """
    torch.manual_seed(run.recipe.seed)
    model, start = VisionTransformer(run.config), run.start
    if start.weights and not run.begun:
        load_weights(model, start.weights)
    freeze(model, start.freeze)
    if start.lora:
        add_lora(model, start.lora)
    return model.to(device)


def load_weights(model: VisionTransformer, weights: str) -> None:
    """Fill the model; its head is new where the weights are for other classes, and its positions are resized.

    `weights` is the folder of a run, "timm:NAME" or "torchvision:NAME" (from the network, unless already fetched), an
    .npz file in Google's layout, or a file with a state dict of timm, torchvision, transformers or this course.

    Raises TrainingError, with all that doesn't fit.
    """
    library, _, name = weights.partition(":")
    try:
        if library == "timm":
            load_timm(model, _from_timm(name))
        elif library == "torchvision":
            load_torchvision(model, _from_torchvision(name))
        elif Path(weights).is_dir():
            _load_ours(model, Run.open(Path(weights)).best_weights().tensors)
        elif not Path(weights).exists():
            raise TrainingError(f"--weights {weights}: no such file or folder, nor timm:NAME or torchvision:NAME")
        elif weights.endswith(".npz"):
            load_google(model, weights)
        else:
            tensors, _ = read_state_dict(weights, set(KNOWN))
            _loader(tensors, weights)(model, tensors)
    except WeightsError as error:
        raise TrainingError(f"--weights {weights}: {error}") from error


def _load_ours(model: VisionTransformer, tensors: Mapping[str, Tensor]) -> None:
    load_layout(model, tensors, [row(name, name) for name, _ in model.named_parameters()])


# A name that only one library has, and its loader.
KNOWN: dict[str, Callable[..., None]] = {
    "embeddings.patch_embeddings.weight": _load_ours,
    "patch_embed.proj.weight": load_timm,
    "patch_embed.backbone.conv.weight": load_timm,
    "patch_embed.backbone.stem.conv.weight": load_timm,
    "conv_proj.weight": load_torchvision,
    "embeddings.patch_embeddings.projection.weight": load_huggingface,
}


def _loader(tensors: Mapping[str, Tensor], weights: str) -> Callable[..., None]:
    for known, loader in KNOWN.items():
        if any(name.endswith(known) for name in tensors):
            return loader
    raise TrainingError(
        f"--weights {weights}: its names, as {next(iter(tensors), 'none')!r}, are those of no library that is known "
        f"here; vit_course.weights.load_layout reads any layout, by a table"
    )


def _timm() -> ModuleType:
    try:
        import timm
    except ModuleNotFoundError as error:
        raise TrainingError("timm is not installed: pip install timm") from error
    return timm.models


def _from_timm(name: str) -> Mapping[str, Tensor]:
    try:
        return _timm().create_model(name, pretrained=True).state_dict()
    except TrainingError:
        raise
    except Exception as error:  # an unknown name, no network, no space: each library beneath has errors of its own
        raise TrainingError(f"--weights timm:{name} could not be had: {error}") from error


def _from_torchvision(name: str) -> Mapping[str, Tensor]:
    try:
        return torchvision.models.get_model(name, weights="DEFAULT").state_dict()
    except (ValueError, OSError) as error:
        raise TrainingError(f"--weights torchvision:{name} could not be had: {error}") from error


def freeze(model: VisionTransformer, what: str) -> None:
    """Freeze nothing ("none"), all but the head ("backbone"), or all but head, last norm and last block."""
    if what == "none":
        return
    model.requires_grad_(False)
    free: list[nn.Module | None] = [model.head, model.pre_logits]
    if what == "all-but-last-block":
        free += [model.encoder.layer[-1], model.encoder.encoder_norm]
    for part in free:
        if part is not None:
            part.requires_grad_(True)
