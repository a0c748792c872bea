"""When are two results the same?"""

import numbers
from typing import Any

import numpy as np
import torch
from torch import Tensor


def same(a: Any, b: Any, atol: float = 1e-5) -> bool:
    """Whether two values are equal, to rounding where they are floats; a NumPy number counts as Python's."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype or a.device != b.device:
            return False
        if a.is_meta:
            return True  # there are no numbers to compare
        return torch.equal(a, b) if not a.is_floating_point() else bool(close(a, b, atol).all())
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return type(a) is type(b) and a == b
    if isinstance(a, numbers.Integral) and isinstance(b, numbers.Integral):
        return int(a) == int(b)
    if isinstance(a, float) and isinstance(b, (int, float)):
        return bool(np.isclose(a, b, rtol=1e-4, atol=1e-5))
    return type(a) is type(b) and bool(np.all(a == b))


def part_of(value: Any, i: int) -> str:
    """How one writes part number i of a result: by its name where it has one."""
    names = getattr(value, "_fields", None)
    return f".{names[i]}" if names else f"[{i}]"


def close(a: Tensor, b: Tensor, atol: float = 1e-5) -> Tensor:
    """Where two tensors of floats are equal to rounding."""
    return torch.isclose(a, b, rtol=1e-4, atol=atol, equal_nan=True)


def same_gradients(a: dict[str, Tensor | None], b: dict[str, Tensor | None]) -> bool:
    return a.keys() == b.keys() and not different_gradients(a, b)


def different_gradients(a: dict[str, Tensor | None], b: dict[str, Tensor | None]) -> list[str]:
    """The names of those that differ. None and zeros are the same."""
    # Gradients that are sums of large numbers have errors as large as these allow.
    atol = 1e-5 * max(1.0, min(_largest(a), _largest(b)))

    def zeros_as_none(gradient: Tensor | None) -> Tensor | None:
        return None if gradient is None or bool((gradient.abs() <= atol).all()) else gradient

    return [name for name in b if not same(zeros_as_none(a.get(name)), zeros_as_none(b[name]), atol)]


def _largest(gradients: dict[str, Tensor | None]) -> float:
    return max((g.abs().max().item() for g in gradients.values() if g is not None and g.numel()), default=0.0)
