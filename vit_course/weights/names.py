"""State dicts as people have them: wrapped into a checkpoint, with something in front of every name."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor

WRAPPERS = ("state_dict", "model", "model_state_dict", "net", "teacher", "student", "module")
AVERAGED = ("model_ema", "state_dict_ema", "ema")
PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "backbone.", "encoder.", "student.", "teacher.")


def unwrapped(found: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The state dict in a checkpoint, that is, in a mapping that holds it beside epoch, optimiser and such.

    Where there are two, the plain weights and their running average, the plain ones, with a warning.
    """
    while not any(isinstance(value, Tensor) for value in found.values()):
        inside = [key for key in (*WRAPPERS, *AVERAGED) if isinstance(found.get(key), Mapping) and found[key]]
        if not inside:
            return found
        if len(inside) > 1:
            others = ", ".join(inside[1:])
            warnings.warn(
                f"{source}: it holds several sets of weights; {inside[0]!r} is taken and {others} left. For another, "
                f"load the file yourself and hand over that part of it",
                stacklevel=4,
            )
        found = found[inside[0]]
    return found


def unprefixed(tensors: Mapping[str, Any], known: Iterable[str], source: str) -> Mapping[str, Any]:
    """The tensors under the names that a layout knows: what stands in front of them, as `module.`, is taken away.

    What is left without such a beginning, as the projection head beside a backbone, is left out with a warning.
    """
    known = set(known)
    while not known.intersection(tensors):
        prefix = next((p for p in PREFIXES if _under(tensors, p, known)), None)
        if prefix is None:
            break
        left = [name for name in tensors if not name.startswith(prefix) and name not in known]
        if left:
            warnings.warn(
                f"{source}: only what begins with {prefix!r} is used, not {', '.join(left[:3])}", stacklevel=4
            )
        tensors = {name.removeprefix(prefix): value for name, value in tensors.items() if name not in left}
    return tensors


def _under(tensors: Mapping[str, Any], prefix: str, known: set[str]) -> bool:
    """Whether known names come out, at once or under one more prefix, when this one is taken away."""
    under = {name.removeprefix(prefix): None for name in tensors if name.startswith(prefix)}
    return bool(under) and (bool(known.intersection(under)) or any(_under(under, more, known) for more in PREFIXES))
