"""Parts of pages, cut by position or found by time."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from schemahub.model import Page

if TYPE_CHECKING:
    from collections.abc import Sequence


def times_of(page: Page) -> Sequence[int]:
    """Return the time of each trade; a connector that gave none has only the first and the last known."""
    if page.times_ns is not None:
        return page.times_ns
    first, last = page.first_time_ns or 0, page.last_time_ns or 0
    return [first] * (len(page.positions) - 1) + [last] * bool(page.positions)


def part_of(page: Page, first: int, last: int) -> Page:
    """Return the trades of a page from position `first` to `last`; where it goes on is left out."""
    begin, end = bisect_left(page.positions, first), bisect_left(page.positions, last + 1)
    return page_of(page.positions[begin:end], page.lines[begin:end], times_of(page)[begin:end])


def page_of(positions: Sequence[int], lines: Sequence[bytes], times: Sequence[int]) -> Page:
    """Return a page of these columns."""
    if not positions:
        return Page(positions=(), lines=())
    return Page(
        positions=positions, lines=lines, first_time_ns=times[0], last_time_ns=times[-1], times_ns=times
    )


def first_at(page: Page, time_ns: int) -> int | None:
    """Return the first position of a page whose trade is not older than `time_ns`; None if all are."""
    at = bisect_left(times_of(page), time_ns)
    return page.positions[at] if at < len(page.positions) else None
