"""On which UTC days a stream's trades fall, from the manifest's id ranges."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemahub._quality.stored_ids import StoredIds
    from schemahub.table import DataFile, Snapshot, SymbolRange

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRange:
    """Trades of one day: the least id, the greatest, and the file that has them (None for a lone trade)."""

    trade_date: str
    span: Span
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of a stream's known trades, and how many the table has of each.

    `ids` reads a file where the ranges of several days interleave. Without it, such a question is
    answered by the widest days possible.
    """

    ranges: tuple[DayRange, ...] = ()
    trades: Mapping[str, int] = field(default_factory=dict)
    ids: StoredIds | None = None

    def days(self) -> list[str]:
        """Return every day from the first known to the last."""
        known = {each.trade_date for each in self.ranges} | set(self.trades)
        return list(days_between(min(known), max(known))) if known else []

    def day_below(self, position: int) -> str | None:
        """Return the day of the nearest known trade that is not above `position`."""
        near = [each for each in self.ranges if each.span.first <= position]
        least = max((_sure_floor(each.span, position) for each in near), default=0)
        near = [each for each in near if each.span.last >= least]
        if self.ids is None:
            return min((each.trade_date for each in near), default=None)
        if _on_one_day(near):
            return near[0].trade_date if near else None
        return max(near, key=lambda each: self._floor(each, position)).trade_date

    def day_above(self, position: int) -> str | None:
        """Return the day of the nearest known trade that is not below `position`."""
        near = [each for each in self.ranges if each.span.last >= position]
        most = min((_sure_ceiling(each.span, position) for each in near), default=0)
        near = [each for each in near if each.span.first <= most]
        if self.ids is None:
            return max((each.trade_date for each in near), default=None)
        if _on_one_day(near):
            return near[0].trade_date if near else None
        return min(near, key=lambda each: self._ceiling(each, position)).trade_date

    def _floor(self, each: DayRange, position: int) -> int:
        sure = _sure_floor(each.span, position)
        if each.span.last <= position or self.ids is None or each.key is None:
            return sure
        found = self.ids.floor(each.key, position)
        return sure if found is None else found

    def _ceiling(self, each: DayRange, position: int) -> int:
        sure = _sure_ceiling(each.span, position)
        if each.span.first >= position or self.ids is None or each.key is None:
            return sure
        found = self.ids.ceiling(each.key, position)
        return sure if found is None else found


def calendar_of(snapshot: Snapshot, ids: StoredIds, *, exact: bool) -> Calendar:
    """Read a symbol's days off the manifest; files of an older version that name no ids are opened.

    With `exact`, the calendar may open more where ranges interleave. Without it, nothing is opened, and
    files that name no ids count for their trades alone.
    """
    exchange, symbol = ids.identity
    found = [
        (file, part)
        for file in snapshot.files
        for part in file.symbols
        if (part.exchange, part.symbol) == (exchange, symbol)
    ]
    trades: Counter[str] = Counter()
    ranges = []
    for file, part in found:
        trades[file.trade_date] += part.rows
        span = _span(file, part, ids if exact else None)
        if span is not None:
            ranges.append(DayRange(trade_date=file.trade_date, span=span, key=file.key))
    return Calendar(ranges=tuple(ranges), trades=trades, ids=ids if exact else None)


def days_between(first: str, last: str) -> Iterator[str]:
    """Return the days from `first` to `last`, both included, as `YYYY-MM-DD`."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.isoformat()
        day += _DAY


def days_text(first: str | None, last: str | None) -> str | None:
    """Print the day, or the days between; None where neither is known."""
    if first is None and last is None:
        return None
    if first == last:
        return first
    if last is None:
        return f"from {first}"
    return f"to {last}" if first is None else f"{first} .. {last}"


def _span(file: DataFile, part: SymbolRange, ids: StoredIds | None) -> Span | None:
    if part.least_id is not None and part.greatest_id is not None:
        return Span(part.least_id, part.greatest_id)
    return ids.bounds(file.key) if ids is not None else None


def _sure_floor(span: Span, position: int) -> int:
    return span.last if span.last <= position else span.first


def _sure_ceiling(span: Span, position: int) -> int:
    return span.first if span.first >= position else span.last


def _on_one_day(near: list[DayRange]) -> bool:
    return len({each.trade_date for each in near}) <= 1
