"""Find a position by time through pages alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from schemahub.errors import RetryableError, StalledError
from schemahub.spans import Span

if TYPE_CHECKING:
    from schemahub.model import Page, Steps

_MOST_PROBES = 200


class Pages(Protocol):
    """The part of a connector that the search needs."""

    @property
    def page_limit(self) -> int:
        """Return how many positions a page holds."""
        ...

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Return the trades of `span`."""
        ...


def locate_by_pages(pages: Pages, product: str, time_ns: int, within: Span) -> Steps[int]:
    """Return the first position in `within` whose trade is not older than `time_ns`.

    Trades below `low` are older, trades from `high` on are not. Each probe asks for one page; its place is
    the middle, or (every second time) interpolated between the times seen, so that an even history takes
    few probes and an uneven one logarithmically many. Holes are stepped over upwards. Where the beginning
    is not served, the first position that is counts as the first of all.
    """
    search = _Search(pages, product)
    low, high = (yield from search.floor(within)), within.last + 1
    low_time = high_time = None
    while low < high:
        size = min(pages.page_limit, max(1, (high - low) // 2))
        start = (low + high) // 2
        if search.probes % 2 and low_time is not None and high_time is not None:
            start = _between(low, high, low_time, high_time, time_ns)
        start = max(low, min(start, high - size))
        page = yield from search.served(Span(start, start + size - 1), high - 1)
        if page is None:
            high = start
        elif _first(page) >= time_ns:
            high, high_time = page.positions[0], _first(page)
        elif _last(page) < time_ns:
            low, low_time = page.positions[-1] + 1, _last(page)
        else:
            low, high = page.positions[0] + 1, page.positions[-1]
    return low


@dataclass(slots=True)
class _Search:
    pages: Pages
    product: str
    probes: int = field(default=0)

    def floor(self, within: Span) -> Steps[int]:
        """Return the first position served: the first of all, or where an unserved beginning ends."""
        size = min(self.pages.page_limit, len(within))
        low, high = within.first, within.last + 1
        first = yield from self.page(Span(low, low + size - 1))
        if first.positions:
            return low
        low += size
        while low < high:
            start = min((low + high) // 2, max(low, high - size))
            page = yield from self.page(Span(start, min(start + size, high) - 1))
            if page.positions:
                high = page.positions[0]
            else:
                low = min(start + size, high)
        return low

    def served(self, span: Span, last: int) -> Steps[Page | None]:
        """Return the first page from `span` upwards that holds a trade; None if none does up to `last`."""
        size = len(span)
        first = span.first
        while first <= last:
            page = yield from self.page(Span(first, min(first + size - 1, last)))
            if page.positions:
                return page
            first += size
            size = self.pages.page_limit
        return None

    def page(self, span: Span) -> Steps[Page]:
        while self.probes < _MOST_PROBES:
            self.probes += 1
            page = yield from self.pages.page(self.product, span)
            # A stale page, of another span, is asked for again.
            if not page.positions or (span.first <= page.positions[0] and page.positions[-1] <= span.last):
                return page
        msg = "searching by time does not come to an end"
        raise StalledError(msg, where=self.product, expected=f"at most {_MOST_PROBES} pages", found=str(span))


def _first(page: Page) -> int:
    return _known(page.first_time_ns)


def _last(page: Page) -> int:
    return _known(page.last_time_ns)


def _known(time_ns: int | None) -> int:
    if time_ns is None:
        msg = "a page with trades has no times"
        raise RetryableError(msg)
    return time_ns


def _between(low: int, high: int, low_time: int, high_time: int, time_ns: int) -> int:
    if high_time <= low_time:
        return (low + high) // 2
    return low + (high - low) * (time_ns - low_time) // (high_time - low_time)
