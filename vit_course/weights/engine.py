"""The engine under the tables: expand the rows, check everything, and only then touch the model."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import einops
import numpy as np
import torch
from torch import Tensor

from vit_course.config import ViTConfig
from vit_course.embeddings import resize_position_embeddings
from vit_course.vision_transformer import VisionTransformer

POSITIONS = "embeddings.position_embeddings"


class WeightsError(ValueError):
    """Weights that do not fit the model, or a file that holds none."""


@dataclass(frozen=True)
class Row:
    """One array of a layout: its name there, the parameters it fills here, and how its axes turn into ours.

    Names may hold {layer}, {stage} and {unit}, counted from 0, and {stage1} and {unit1}, counted from 1. Where
    one array fills several parameters, it holds them one after the other along its first axis.
    """

    theirs: str
    ours: tuple[str, ...]
    axes: str = ""  # an einops pattern, theirs -> ours; empty where the array is ours already

    def to_ours(self, array: Tensor, heads: int) -> list[Tensor]:
        turned = einops.rearrange(array, self.axes, **self._sizes(heads)) if self.axes else array
        return list(turned.chunk(len(self.ours)))

    def to_theirs(self, parameters: Mapping[str, Tensor], heads: int) -> Tensor:
        joined = torch.cat([parameters[name] for name in self.ours]) if len(self.ours) > 1 else parameters[self.ours[0]]
        back = " -> ".join(reversed(self.axes.split(" -> ")))
        return einops.rearrange(joined, back, **self._sizes(heads)) if self.axes else joined

    def _sizes(self, heads: int) -> dict[str, int]:
        return {"heads": heads} if "heads" in self.axes else {}


def row(theirs: str, *ours: str, axes: str = "") -> Row:
    return Row(theirs, ours, axes)


def expand(rows: Iterable[Row], config: ViTConfig) -> list[Row]:
    """Write out the rows that stand for each layer of the encoder or for each unit of the ResNet."""
    layers = [{"layer": i} for i in range(config.num_layers)]
    stages = config.resnet.num_layers if config.resnet else ()
    units = [
        {"stage": s, "unit": u, "stage1": s + 1, "unit1": u + 1} for s, count in enumerate(stages) for u in range(count)
    ]
    written: list[Row] = []
    for each in rows:
        numbers: list[dict[str, int]] = [{}]
        if "{layer}" in each.theirs:
            numbers = layers
        elif "{unit" in each.theirs:
            numbers = units
        for n in numbers:
            ours = tuple(name.format(**n) for name in each.ours)
            written.append(replace(each, theirs=each.theirs.format(**n), ours=ours))
    return written


def load(
    model: VisionTransformer,
    arrays: Mapping[str, Any],
    rows: Iterable[Row],
    *,
    source: str,
    align_corners: bool,
    old_grid: tuple[int, int] | None,
) -> None:
    """Fill the model's parameters from the arrays as the rows say, or raise WeightsError and leave it as it was."""
    config, parameters = model.config, dict(model.named_parameters())
    written = expand(rows, config)
    # Rows for what this model does not have are left out: their arrays, if there are any, are surplus.
    needed = [each for each in written if each.ours[0] in parameters]
    named = {name for each in needed for name in each.ours}
    dropped = _head_to_drop(written, arrays, parameters, config.num_classes)

    problems = [f"the layout has no name for {name}" for name in parameters if name not in named]
    new: dict[str, Tensor] = {}
    for each in needed:
        if each.theirs in dropped:
            new[each.ours[0]] = torch.zeros_like(parameters[each.ours[0]])
        elif each.theirs not in arrays:
            problems.append(f"missing: {each.theirs}")
        else:
            try:
                array = _floats(arrays[each.theirs])
                if each.ours == (POSITIONS,):
                    array = _resized(array, config, align_corners, old_grid)
                expected = tuple(each.to_theirs(parameters, config.num_heads).shape)
                if array.shape != expected:
                    raise ValueError(f"its shape is {tuple(array.shape)}, and the model needs {expected}")
                new.update(zip(each.ours, each.to_ours(array, config.num_heads), strict=True))
            except ValueError as error:
                problems.append(f"{each.theirs}: {error}")
    used = {each.theirs for each in needed} | dropped
    problems += [f"surplus: {name}" for name in arrays if name not in used]
    if problems:
        lines = "\n  ".join(problems)
        raise WeightsError(f"{source} does not fit the model, which is left as it was:\n  {lines}")

    if dropped:
        instead = f"for {config.num_classes} classes starts from zero" if config.num_classes else "does not exist"
        names = ", ".join(sorted(dropped))
        warnings.warn(f"{source}: its head is not used ({names}); the model's own {instead}", stacklevel=3)
    with torch.no_grad():
        for name, value in new.items():
            parameters[name].copy_(value)


def _head_to_drop(
    rows: list[Row], arrays: Mapping[str, Any], parameters: Mapping[str, Tensor], num_classes: int
) -> set[str]:
    """Names of the arrays that make the head, where it is one for another number of classes than the model's.

    The layer before the head goes with it, unless the model has such a layer too.
    """
    head = {each.ours[0]: each.theirs for each in rows if each.ours[0].startswith(("head.", "pre_logits."))}
    bias = head["head.bias"]
    if bias not in arrays or np.ndim(arrays[bias]) != 1 or np.shape(arrays[bias]) == (num_classes,):
        return set()
    return {
        theirs
        for ours, theirs in head.items()
        if theirs in arrays and (ours.startswith("head.") or ours not in parameters)
    }


def _floats(array: Any) -> Tensor:
    if not isinstance(array, Tensor):
        array = np.array(array)
        if array.dtype not in (np.float16, np.float32, np.float64):
            raise ValueError(f"its numbers are of type {array.dtype}, and not floating point")
        array = torch.from_numpy(array)
    if not array.is_floating_point():
        raise ValueError(f"its numbers are of type {array.dtype}, and not floating point")
    wrong = int((~array.isfinite()).sum())
    if wrong:
        raise ValueError(f"{wrong} of its {array.numel()} numbers are not finite")
    return array.detach()


def _resized(array: Tensor, config: ViTConfig, align_corners: bool, old_grid: tuple[int, int] | None) -> Tensor:
    prefix = 1 if config.classifier == "token" else 0
    if array.ndim != 3 or (old_grid is None and array.shape[1] == prefix + config.num_patches):
        return array
    return resize_position_embeddings(
        array.float(), config.grid, old_grid=old_grid, prefix_tokens=prefix, align_corners=align_corners
    )
