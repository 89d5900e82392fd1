"""What `report` did and found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._report.problems import Level, Problem
from schemahub.results import Grid, Result

if TYPE_CHECKING:
    from schemahub.layout import StreamId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult(Result):
    """Where the page is, and the problems that it begins with."""

    path: str
    bytes: int
    verdict: str
    products: tuple[StreamId, ...]
    problems: tuple[Problem, ...]

    @property
    def complete(self) -> bool:
        """Tell whether there is something to report on and nothing is wrong; warnings are no matter."""
        return bool(self.products) and not self.failed

    @property
    def failed(self) -> int:
        """Count what is wrong."""
        return sum(one.level is Level.PROBLEM for one in self.problems)

    def headline(self) -> str:
        """Say where the page is, and the verdict."""
        return f"{self.path}: {self.verdict[:1].lower()}{self.verdict[1:]}"

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a problem."""
        rows = tuple((one.level.value, one.where, one.text, one.hint) for one in self.problems)
        return (Grid(title="problems", columns=("", "where", "found", "what to do"), rows=rows),)
