"""What an exercise's functions return: objects that show themselves, as a card in a notebook and as text elsewhere."""

import html
import re
from dataclasses import dataclass
from typing import Literal

_COLOURS = {"passed": "#2a8c55", "failed": "#d1495b", "not attempted": "#7a7f87"}
_MARKS = {"passed": "✓", "failed": "✗", "not attempted": "○"}


@dataclass(frozen=True)
class Report:
    """The result of a check."""

    name: str
    status: Literal["passed", "failed", "not attempted"]
    message: str
    printed: str = ""  # what the learner's code printed
    note: str = ""  # about the progress file, where something is wrong with it

    def __repr__(self) -> str:
        parts = [f"{self.status}: {self.name}", self.message]
        if self.printed:
            parts.append(f"Your code printed:\n{self.printed}")
        return "\n".join(filter(None, [*parts, self.note]))

    def _repr_html_(self) -> str:
        printed = f"<details><summary>Your code printed</summary>{_pre(self.printed)}</details>" if self.printed else ""
        note = _text(self.note) if self.note else ""
        title = f"{_MARKS[self.status]} {self.name}: {self.status}"
        return card(title, _text(self.message) + printed + note, _COLOURS[self.status])


@dataclass(frozen=True)
class Hint:
    """One of an exercise's three hints."""

    name: str
    number: int
    text: str
    note: str = ""  # as a report's

    def __repr__(self) -> str:
        return "\n".join(filter(None, [f"hint {self.number} of 3: {self.name}", self.text, self.note]))

    def _repr_html_(self) -> str:
        note = _text(self.note) if self.note else ""
        return card(f"{self.name}: hint {self.number} of 3", _text(self.text) + note, "#3b7dd8")


@dataclass(frozen=True)
class Solution:
    """An exercise's solution: the package's own source, with the imports that it needs."""

    name: str
    source: str
    note: str = ""  # as a report's

    def __repr__(self) -> str:
        return f"{self.source}\n# {self.note}" if self.note else self.source  # code that can be pasted, in either case

    def _repr_html_(self) -> str:
        note = _text(self.note) if self.note else ""
        return card(f"{self.name}: the package's own version", _pre(self.source) + note, "#3b7dd8")


def card(title: str, body: str, colour: str) -> str:
    """A small HTML card that takes its text colour from the theme, so that it is legible in light and dark."""
    return (
        f'<div style="border-left: 5px solid {colour}; padding: 0.3em 0.9em; margin: 0.2em 0">'
        f'<strong style="color: {colour}">{html.escape(title)}</strong>{body}</div>'
    )


def _text(text: str) -> str:
    paragraphs = html.escape(text, quote=False).split("\n")
    marked = [re.sub(r"`([^`]+)`", r"<code>\1</code>", p) for p in paragraphs]
    # Lines of the learner's own code keep their spaces.
    return "".join(f'<div style="white-space: pre-wrap; margin-top: 0.3em">{p}</div>' for p in marked)


def _pre(text: str) -> str:
    return f'<pre style="margin: 0.3em 0; white-space: pre-wrap">{html.escape(text, quote=False)}</pre>'
