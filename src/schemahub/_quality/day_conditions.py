"""The proof of each day, from the manifest and the checkpoint alone.

Dense ids are consecutive, so what a stream lacks is known exactly: every position that the table (or its
quarantine) does not cover. A day is complete if no such position can be of it. Which day a missing
position is of, its neighbours tell: ids are in order and times nearly so, so a missing trade is taken to
be of the day of the nearest known trade below it, of the one above it, or of a day between. From this all
else follows:

- Before a day's first id and after its last there must be a known trade of another day, or the position
  before is still missing and touches the day. Only the first position of all has nothing before it. So the
  day on which a history begins stays pending until an earlier trade is known, and the newest day until a
  later one is.
- A hole inside a day touches that day. A hole over midnight touches both days, and one over a week all its
  days. A day without trades between two adjacent ids is complete, with none.
- Near midnight a trade's time may fall on the other day than its id suggests, by milliseconds or, after an
  outage of the exchange, by hours. So the id ranges of days may interleave. That alone makes no hole:
  positions are counted, not ranges. Where a hole lies in such a place, the nearest ids are looked up in
  the files; otherwise no file is opened.

Positions in quarantine are covered; their day is not known. What this cannot see: a missing trade whose time
is far from its neighbours', and trades after the last known one that an exchange has not numbered yet.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub._quality.day_state import SEVERITY, DayCondition, DayState
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub._quality.calendar import Calendar
    from schemahub._quality.missing import Known, Missing


def day_conditions(known: Known, calendar: Calendar) -> tuple[DayCondition, ...]:
    """Return every day from the first known to the last."""
    days = calendar.days()
    if not days:
        return ()
    touching: defaultdict[str, list[Missing]] = defaultdict(list)
    for piece in _split(known.missing(), calendar):
        for day in _touched(piece.span, calendar, days):
            touching[day].append(piece)
    return tuple(_condition(day, calendar.trades.get(day, 0), touching[day]) for day in days)


def _split(pieces: Iterable[Missing], calendar: Calendar) -> Iterator[Missing]:
    """Cut pieces at trades whose day is known though the table lacks them, as the watermark's."""
    lone = sorted(each.span.last for each in calendar.ranges if each.key is None)
    for piece in pieces:
        first = piece.span.first
        for cut in (each for each in lone if each in piece.span and each < piece.span.last):
            yield replace(piece, span=Span(first, cut))
            first = cut + 1
        yield replace(piece, span=Span(first, piece.span.last))


def _touched(span: Span, calendar: Calendar, days: list[str]) -> list[str]:
    """Return the days that positions of `span` can be of; without a neighbour, all on that side."""
    below = calendar.day_below(span.first) or days[0]
    above = calendar.day_above(span.last) or days[-1]
    # Times follow ids nearly, not always.
    first, last = sorted((below, above))
    return [day for day in days if first <= day <= last]


def _condition(day: str, trades: int, touching: list[Missing]) -> DayCondition:
    states = [DayState.COMPLETE, *(piece.state for piece in touching)]
    reasons = dict.fromkeys(
        piece.reason for piece in sorted(touching, key=lambda each: -SEVERITY[each.state])
    )
    return DayCondition(
        trade_date=day,
        state=max(states, key=SEVERITY.__getitem__),
        trades=trades,
        missing=SpanSet.of(piece.span for piece in touching if not piece.is_edge),
        reason="; ".join(reasons),
    )
