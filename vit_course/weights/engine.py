"""The engine under the tables: expand the rows, check everything, and only then touch the model."""

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import einops
import numpy as np
import torch
from torch import Tensor

from vit_course.config import ViTConfig
from vit_course.vision_transformer import VisionTransformer
from vit_course.weights.fused import join_qkv, split_qkv

POSITIONS = "embeddings.position_embeddings"
HEAD = ("head.", "pre_logits.")
NUMBER = re.compile(r"(?<=[._/])\d+(?=[._/])|(?<=block)\d+|(?<=unit)\d+")  # of a layer, a stage or a unit, in a name
LINES = 12  # of an error: more kinds of problems than that help nobody

Resize = Callable[..., Tensor]  # resize_position_embeddings, with a library's own way of interpolating


class WeightsError(ValueError):
    """Weights that do not fit the model, or a file that holds none."""


@dataclass(frozen=True)
class Row:
    """One array of a layout: its name there, the parameters it fills here, and how its axes turn into ours.

    Names may hold {layer}, {stage} and {unit}, counted from 0, and {stage1} and {unit1}, counted from 1. Where
    one array fills several parameters, it holds them one after the other along its first axis, or, as query, key and
    value, in the `order` that it says.
    """

    theirs: str
    ours: tuple[str, ...]
    axes: str = ""  # an einops pattern, theirs -> ours; empty where the array is ours already
    order: str = ""  # of the rows of query, key and value in one, for split_qkv

    def to_ours(self, array: Tensor, heads: int) -> list[Tensor]:
        turned = einops.rearrange(array, self.axes, **self._sizes(heads)) if self.axes else array
        return list(split_qkv(turned, heads, self.order) if self.order else turned.chunk(len(self.ours)))

    def to_theirs(self, parameters: Mapping[str, Tensor], heads: int) -> Tensor:
        parts = [parameters[name] for name in self.ours]
        joined = join_qkv(parts, heads, self.order) if self.order else torch.cat(parts) if parts[1:] else parts[0]
        back = " -> ".join(reversed(self.axes.split(" -> ")))
        return einops.rearrange(joined, back, **self._sizes(heads)) if self.axes else joined

    def _sizes(self, heads: int) -> dict[str, int]:
        return {"heads": heads} if "heads" in self.axes else {}


def row(theirs: str, *ours: str, axes: str = "", order: str = "") -> Row:
    """A row of a layout: what an array is called there, the parameter (or parameters) that it fills here, its axes.

    Both names may hold {layer}, counted from 0 (in a hybrid {stage} and {unit}; {stage1} and {unit1} count from 1).
    `axes` is an einops pattern, theirs -> ours, as "inputs outputs -> outputs inputs" for a kernel of JAX; `heads` in
    it is the model's number of heads. Several parameters: the array holds them one after the other along its first
    axis, as queries, keys and values. Where these three stand in another order, `order` says in which, as
    "heads qkv head_dim": see `split_qkv`. Raises ValueError for an order of other than three parameters.
    """
    if order and len(ours) != 3:
        raise ValueError(f"order={order!r} is for query, key and value, three parameters, and {theirs} has {len(ours)}")
    return Row(theirs, ours, axes, order)


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
    resize: Resize,
    old_grid: tuple[int, int] | None,
    spare: tuple[str, ...] = (),
) -> None:
    """Fill the model's parameters from the arrays as the rows say, or raise WeightsError and leave it as it was.

    `spare` are beginnings of names that no model for classes needs, such as those of a decoder: what the model has no
    place for there is left out with a warning.
    """
    config, parameters = model.config, dict(model.named_parameters())
    written = expand(rows, config)
    # Rows for what this model does not have are left out: their arrays, if there are any, are surplus.
    needed = [each for each in written if each.ours[0] in parameters]
    named = {name for each in needed for name in each.ours}
    dropped = _head_to_drop(written, arrays, parameters, config.num_classes)
    headless = _without_head(needed, arrays)

    problems = [f"the layout has no name for {name}" for name in parameters if name not in named]
    new: dict[str, Tensor] = {}
    for each in needed:
        if each.theirs in dropped or each.theirs in headless:
            new[each.ours[0]] = torch.zeros_like(parameters[each.ours[0]])
        elif each.theirs not in arrays:
            problems.append(f"missing: {each.theirs}")
        else:
            try:
                array = _floats(arrays[each.theirs])
                if each.ours == (POSITIONS,):
                    array = _resized(array, config, resize, old_grid)
                expected = tuple(each.to_theirs(parameters, config.num_heads).shape)
                if array.shape != expected:
                    raise ValueError(f"its shape is {tuple(array.shape)}, and the model needs {expected}")
                new.update(zip(each.ours, each.to_ours(array, config.num_heads), strict=True))
            except ValueError as error:
                problems.append(f"{each.theirs}: {error}")
    used = {each.theirs for each in needed} | dropped
    left_out = [name for name in arrays if name not in used and name.startswith(spare)] if spare else []
    problems += [f"surplus: {name}" for name in arrays if name not in used and name not in left_out]
    if problems:
        raise WeightsError(_all_of(problems, source, [each.theirs for each in needed], arrays))

    if dropped or headless:
        instead = f"for {config.num_classes} classes starts from zero" if config.num_classes else "does not exist"
        theirs = f"its head is not used ({', '.join(sorted(dropped))})" if dropped else "it holds no head"
        warnings.warn(f"{source}: {theirs}; the model's own {instead}", stacklevel=3)
    if left_out:
        warnings.warn(f"{source}: left out, for the model has no place for it: {_listed(left_out)}", stacklevel=3)
    with torch.no_grad():
        for name, value in new.items():
            parameters[name].copy_(value)


def _head_to_drop(
    rows: list[Row], arrays: Mapping[str, Any], parameters: Mapping[str, Tensor], num_classes: int
) -> set[str]:
    """Names of the arrays that make the head, where it is one for another number of classes than the model's.

    The layer before the head goes with it, unless the model has such a layer too.
    """
    head = {each.ours[0]: each.theirs for each in rows if each.ours[0].startswith(HEAD)}
    bias = head.get("head.bias", "")
    if bias not in arrays or np.ndim(arrays[bias]) != 1 or np.shape(arrays[bias]) == (num_classes,):
        return set()
    return {
        theirs
        for ours, theirs in head.items()
        if theirs in arrays and (ours.startswith("head.") or ours not in parameters)
    }


def _without_head(needed: list[Row], arrays: Mapping[str, Any]) -> set[str]:
    """The names of the head, where a file that has all other kinds of names has none of it, as MAE's."""
    head = {each.theirs for each in needed if each.ours[0].startswith("head.")}
    others = [each.theirs for each in needed if each.theirs not in head]
    return head if head.isdisjoint(arrays) and sum(name in arrays for name in others) > len(others) / 2 else set()


def _all_of(problems: list[str], source: str, needed: list[str], arrays: Mapping[str, Any]) -> str:
    """One message: each kind of problem on a line, layers and units taken together."""
    if not any(name in arrays for name in needed):
        found = f"It begins with {_listed(list(arrays))}" if arrays else "It is empty"
        return (
            f"{source} does not fit the model, which is left as it was: none of its names is one of this layout, "
            f"which begins with {needed[0]}. {found}. Is it for another of the loaders?"
        )
    kinds: dict[str, list[str]] = {}
    for problem in problems:
        kinds.setdefault(NUMBER.sub("*", problem), []).append(problem)
    lines = [same[0] if len(same) == 1 else f"{same[0]}, and {len(same) - 1} more like it" for same in kinds.values()]
    if len(lines) > LINES:
        lines = [*lines[:LINES], f"and {len(lines) - LINES} more kinds"]
    return "\n  ".join([f"{source} does not fit the model, which is left as it was:", *lines])


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


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


def _resized(array: Tensor, config: ViTConfig, resize: Resize, old_grid: tuple[int, int] | None) -> Tensor:
    prefix = 1 if config.classifier == "token" else 0
    if array.ndim != 3:
        return array
    rows, columns = config.grid
    if old_grid is None and rows != columns and array.shape[1] == prefix + config.num_patches:
        raise ValueError(
            f"it holds {config.num_patches} positions, and does not say for which grid: say old_grid=({rows}, "
            f"{columns}) if it is the model's own, else that of the model which it is from"
        )
    return resize(array.float(), config.grid, old_grid=old_grid, prefix_tokens=prefix)
