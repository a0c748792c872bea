"""The table that `progress()` and `vit-course progress` show."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vit_course.exercises.engine import progress
from vit_course.exercises.engine.questions import Question, guesses_told, quiz_told

_COLUMNS = ("lesson", "exercise", "status", "attempts", "help taken")


@dataclass
class Progress:
    """A learner's progress, read when it is made; of a single lesson with what became of the guesses."""

    lessons: Mapping[str, list[str]]
    guesses: Mapping[str, Question] = field(default_factory=dict)
    quiz: int = 0  # how many questions the lesson's quiz has
    optional: frozenset[str] = frozenset()  # exercises that count by themselves
    rows: list[tuple[str, str, str, str, str]] = field(init=False)
    told: list[str] = field(init=False)
    note: str = field(init=False)

    def __post_init__(self) -> None:
        try:
            content, self.note = progress.read()
        except OSError as error:
            content, self.note = {}, f"Your progress could not be read ({error}); nothing is lost."
        self.rows = [
            (lesson, name, entry.get("status", "not attempted"), str(entry.get("attempts", 0)), _help(entry))
            for lesson, names in self.lessons.items()
            for name in names
            for entry in [content.get(name, {})]
        ]
        self.told = [*guesses_told(content, self.guesses), *quiz_told(content, next(iter(self.lessons)), self.quiz)]

    @property
    def summary(self) -> str:
        passed = {name for _, name, status, _, _ in self.rows if status == "passed"}
        names = {name for _, name, *_ in self.rows}
        asked, more = names - self.optional, names & self.optional
        told = f"{len(passed & asked)} of {len(asked)} exercises passed"
        return f"{told}, and {len(passed & more)} of {len(more)} optional ones" if more else told

    def __repr__(self) -> str:
        table = [_COLUMNS, *self.rows]
        widths = [max(len(row[i]) for row in table) for i in range(len(_COLUMNS))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in table]
        return "\n".join(filter(None, [*lines, self.summary, *self.told, self.note]))

    def _repr_html_(self) -> str:
        def row(cells: tuple[str, ...], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(row(cells, "td") for cells in self.rows)
        below = "".join(f"<p>{html.escape(line)}</p>" for line in filter(None, [self.summary, *self.told, self.note]))
        return f"<table>{row(_COLUMNS, 'th')}{body}</table>{below}"


def _help(entry: dict[str, Any]) -> str:
    hints, seen = entry.get("hints", 0), entry.get("solution", 0)
    return ", ".join(filter(None, [f"hint {hints}" if hints else "", "solution" if seen else ""]))
