"""What a compaction did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub.results import Grid, Result

if TYPE_CHECKING:
    from schemahub._compact.cost import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDone:
    """One day before and after; `reason` is why it was rewritten. After a dry run there is no after."""

    trade_date: str
    reason: str
    rows: int
    files_before: int
    bytes_before: int
    files_after: int | None = None
    bytes_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactResult(Result):
    """Days rewritten, files deleted, and what it cost.

    `marked` files are dead since this run, `deleted` went, `waiting` are left for a run after
    `next_deletion`; `runs_deleted` are old records of runs. `failures` are days left as they were, and
    why (R9).
    """

    days: tuple[DayDone, ...]
    failures: tuple[tuple[str, str], ...]
    marked: int
    deleted: int
    waiting: int
    next_deletion: str | None
    cost: Cost
    runs_deleted: int = 0
    dry_run: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether nothing was left undone that should have been done now."""
        return not self.failures

    @property
    def failed(self) -> int:
        """Count what was left undone."""
        return len(self.failures)

    def headline(self) -> str:
        """Return the outcome in one sentence."""
        before = sum(day.files_before for day in self.days)
        if self.dry_run:
            return f"{before:,} files of {len(self.days):,} days to compact"
        after = sum(day.files_after or 0 for day in self.days)
        text = f"{before:,} files of {len(self.days):,} days made {after:,}"
        if not self.days:
            text = "nothing to compact"
        if self.deleted:
            text += f", {self.deleted:,} old files deleted"
        if self.waiting:
            text += f", {self.waiting:,} go after {self.next_deletion}"
        if self.runs_deleted:
            text += f", {self.runs_deleted:,} records of old runs deleted"
        return f"{text}, {len(self.failures)} days failed" if self.failures else text

    def grids(self) -> tuple[Grid, ...]:
        """Return failures, days, and the cost."""
        columns = ("day", "why", "rows", "files", "bytes", "files after", "bytes after")
        rows = tuple(
            (
                day.trade_date,
                day.reason,
                day.rows,
                day.files_before,
                day.bytes_before,
                day.files_after,
                day.bytes_after,
            )
            for day in self.days
        )
        cost = (
            ("CPU seconds", self.cost.cpu_seconds),
            ("seconds", self.cost.wall_seconds),
            ("bytes read", self.cost.bytes_read),
            ("bytes written", self.cost.bytes_written),
            *((f"{name} requests", number) for name, number in self.cost.requests),
        )
        return (
            Grid(title="failed", columns=("day", "reason"), rows=self.failures),
            Grid(title="days", columns=columns, rows=rows),
            Grid(title="cost", columns=("of", "used"), rows=cost),
        )
