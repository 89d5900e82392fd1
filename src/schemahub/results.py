"""What commands return: values that print as a table, show in a notebook, and serialise to JSON."""

from __future__ import annotations

import dataclasses
import enum
import html
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable

# Notebooks align every cell to the right, and cut what is wide.
_STYLE = (
    "<style>.schemahub{overflow:auto;max-height:36em}.schemahub td,.schemahub th{text-align:left}"
    ".schemahub td.number{text-align:right;font-variant-numeric:tabular-nums}"
    ".schemahub caption{text-align:left;opacity:.7}</style>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of cells for people: numbers are right-aligned by whoever prints it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


class Result(ABC):
    """Base of all results (frozen dataclasses)."""

    @property
    @abstractmethod
    def complete(self) -> bool:
        """Tell whether all that was asked for is done and sound; if not, the command exits 1."""

    @property
    def failed(self) -> int:
        """Count what is not complete: products, raw objects, days; 1 where that is not counted."""
        return int(not self.complete)

    @property
    def stopped(self) -> bool:
        """Tell whether a wish to stop is all that keeps it from being complete: the next run goes on."""
        return False

    @abstractmethod
    def headline(self) -> str:
        """Return the outcome in one sentence."""

    @abstractmethod
    def grids(self) -> tuple[Grid, ...]:
        """Return the tables to show, the most important first."""

    def next_steps(self) -> tuple[str, ...]:
        """Return what to do next, the most urgent first: commands, each with its reason; often nothing."""
        return ()

    def displayed(self) -> tuple[Grid, ...]:
        """Return the tables that a notebook shows, which has more room than a terminal."""
        return self.grids()

    def document(self) -> dict[str, Any]:
        """Return the JSON document of `--json`: the fields, `complete` and the headline."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        body = {field.name: plain(getattr(self, field.name)) for field in fields}
        return {"complete": self.complete, "headline": self.headline(), **body}

    def __str__(self) -> str:
        """Print the headline and the tables as plain text."""
        return "\n\n".join([self.headline(), *(text_of(grid) for grid in self.grids() if grid.rows)])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show in IPython the tables, or what `print` shows where there is no HTML; never the fields."""
        del include, exclude
        return {"text/plain": str(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        """Show the headline and the tables in a notebook."""
        mark = "✔" if self.complete else "✘"
        tables = "".join(html_of(grid) for grid in self.displayed() if grid.rows)
        return f"<p>{mark} {html.escape(self.headline())}</p>{tables}"


BEGIN = "schemahub update-seed, then schemahub ingest: the lake is empty"
"""The next step where a lake has nothing yet."""


def steps_of(hints: Iterable[str | None]) -> tuple[str, ...]:
    """Return the commands that hints of the form `Run: COMMAND` name, each once, in order."""
    commands = (hint.removeprefix("Run: ") for hint in hints if hint and hint.startswith("Run: "))
    return tuple(dict.fromkeys(commands))


def envelope(result: Result, command: str | None) -> dict[str, Any]:
    """Return the document of `--json`: of every command `command`, `complete`, `headline` and `next`.

    The rest is the result's own. `schemahub schema COMMAND` prints the JSON Schema.
    """
    return {"command": command, **result.document(), "next": list(result.next_steps())}


def cell_text(cell: object) -> str:
    """Print one cell: thousands separated, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.10g}"
    return str(cell)


def html_of(grid: Grid) -> str:
    """Return a grid as an HTML table in the colours of its page, light or dark; every text is escaped.

    What is long or wide scrolls in a box of its own.
    """
    head = "".join(f"<th>{html.escape(column)}</th>" for column in grid.columns)
    body = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in grid.rows)
    caption = f"<caption>{html.escape(grid.title)}</caption>" if grid.title else ""
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="schemahub">{_STYLE}{table}</div>'


def _html_cell(cell: object) -> str:
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    kind = ' class="number"' if is_number else ""
    return f"<td{kind}>{html.escape(cell_text(cell))}</td>"


def text_of(grid: Grid) -> str:
    """Print a grid as aligned plain text, numbers to the right."""
    cells = [[cell_text(cell) for cell in row] for row in grid.rows]
    widths = [max(map(len, column)) for column in zip(grid.columns, *cells, strict=True)]
    numeric = [
        all(isinstance(row[i], (int, float, type(None))) for row in grid.rows) for i in range(len(widths))
    ]
    lines = [grid.title] if grid.title else []
    for row in (list(grid.columns), ["-" * width for width in widths], *cells):
        padded = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def plain(value: object) -> Any:  # noqa: ANN401, PLR0911 - JSON is any of seven types
    """Turn a value into what `json` writes: dataclasses to objects, spans to pairs, enums to values."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Span():
            return [value.first, value.last]
        case SpanSet():
            return value.pairs()
        case StreamId():
            return {"exchange": value.exchange, "product": value.product, "stream": value.stream}
        case enum.Enum():
            return value.value
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            return str(value)
