"""What `vit-course doctor` found, as tables: in a notebook, on a terminal, as text."""

import html
import io
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `remedy` is the command that mends it, "" where all is well."""

    what: str
    found: str
    remedy: str = ""
    blocking: bool = True  # whether lessons cannot be done before it is mended


@dataclass(frozen=True)
class Lesson:
    """A lesson and its predicted minutes here: reading, which takes as long everywhere, and computing."""

    title: str
    reading: int
    computing: float


@dataclass(frozen=True)
class Diagnosis:
    """All findings, and the lessons' minutes where the machine could be tried; shows itself as tables."""

    findings: list[Finding]
    lessons: list[Lesson]

    @property
    def healthy(self) -> bool:
        return not any(finding.remedy and finding.blocking for finding in self.findings)

    @property
    def remedies(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.remedy]

    def tables(self) -> list[tuple[list[str], list[list[str]]]]:
        """The head and the rows of each table."""
        findings = [
            ["✗" if f.remedy and f.blocking else "!" if f.remedy else "✓", f.what, f.found] for f in self.findings
        ]
        minutes = [
            [lesson.title, *(f"{value:.1f}".removesuffix(".0") for value in (lesson.reading, lesson.computing))]
            for lesson in self.lessons
        ]
        return [(["", "what", "found"], findings)] + [(["lesson", "minutes to work", "to compute"], minutes)] * bool(
            minutes
        )

    def __rich_console__(self, console: Any, options: Any) -> Any:
        from rich.markup import escape
        from rich.table import Table
        from rich.text import Text

        for head, rows in self.tables():
            table = Table(*head)
            for row in rows:
                table.add_row(*map(escape, row))
            yield table
        for finding in self.remedies:
            yield f"\n{escape(finding.what)}: {escape(finding.found)}\nTo mend it:"
            yield Text(f"  {finding.remedy}", no_wrap=True, overflow="ignore")  # in one piece, to be copied
        yield "All is well." if self.healthy else "\nA lesson cannot be done before this is mended."

    def __repr__(self) -> str:
        from rich.console import Console

        text = io.StringIO()
        Console(file=text, width=110, force_jupyter=False, color_system=None).print(self, crop=False)
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str:
        def row(cells: list[str], tag: str) -> str:
            return (
                "<tr>"
                + "".join(f'<{tag} style="text-align:left">{html.escape(cell)}</{tag}>' for cell in cells)
                + "</tr>"
            )

        tables = [
            "<table>" + row(head, "th") + "".join(row(r, "td") for r in rows) + "</table>"
            for head, rows in self.tables()
        ]
        remedies = [
            f"<p>{html.escape(f.what)}: {html.escape(f.found)}<br>To mend it: <code>{html.escape(f.remedy)}</code></p>"
            for f in self.remedies
        ]
        return "".join([*tables, *remedies])
