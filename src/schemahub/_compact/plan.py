"""Which days are worth rewriting: a function of the manifest and the names in the day's folder."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemahub.settings import FileSettings
    from schemahub.table import DataFile, Snapshot

_SMALL = 0.75
"""A file below this share of its target is small. What compaction writes is cut a little below or above
the target, and must not look small again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """One day to rewrite, all its files, and why."""

    trade_date: str
    files: tuple[DataFile, ...]
    reason: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the keys of the day's files, in one order for everybody."""
        return tuple(sorted(file.key for file in self.files))

    @property
    def rows(self) -> int:
        """Return the rows of the day."""
        return sum(file.rows for file in self.files)

    @property
    def bytes(self) -> int:
        """Return the bytes of the day's files."""
        return sum(file.bytes for file in self.files)


def plan(
    snapshot: Snapshot, files: FileSettings, strays: Mapping[str, Iterable[str]] | None = None
) -> tuple[DayPlan, ...]:
    """Return the days to rewrite, in order of time; nothing is left to do right after it was done.

    A day's files share one folder, so a day is rewritten whole: if that makes fewer files of at least two
    small ones, or if a file lies in its folder that is not the table's (`strays`, by day): whoever reads
    whole folders would see those rows as well.
    """
    by_day: defaultdict[str, list[DataFile]] = defaultdict(list)
    for file in snapshot.files:
        by_day[file.trade_date].append(file)
    reasons = {day: _reason(by_day[day], files, (strays or {}).get(day, ())) for day in sorted(by_day)}
    return tuple(
        DayPlan(trade_date=day, files=tuple(by_day[day]), reason=reason)
        for day, reason in reasons.items()
        if reason
    )


def _reason(of_day: list[DataFile], files: FileSettings, strays: Iterable[str]) -> str:
    if any(True for _ in strays):
        return "a file in its folder is not the table's"
    small = sum(_is_small(file, files) for file in of_day)
    if small > 1 and _needed(of_day, files) < len(of_day):
        return f"{small} small files"
    return ""


def _is_small(file: DataFile, files: FileSettings) -> bool:
    return file.bytes < _SMALL * files.bytes_per_file and file.rows < _SMALL * files.rows_per_file


def _needed(of_day: list[DataFile], files: FileSettings) -> int:
    by_bytes = sum(file.bytes for file in of_day) / files.bytes_per_file
    by_rows = sum(file.rows for file in of_day) / files.rows_per_file
    return max(1, round(max(by_bytes, by_rows) + 0.499))
