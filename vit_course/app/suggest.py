"""What is said about a name that is none."""

import difflib
from collections.abc import Collection


def unknown(kind: str, name: object, known: Collection[str]) -> str:
    """A message with the nearest name there is, and all of them."""
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.3)
    remedy = f"did you mean {near[0]!r}? " if near else ""
    return f"there is no {kind} {name!r}: {remedy}Known: {', '.join(known)}"
