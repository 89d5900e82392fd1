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

    Trades below `low` are older, trades from `high` on are not. Both ends are asked for first: often they
    are the answer, and their times tell where to look. Each further probe is a small page around the place
    that the times suggest, or (every second time, for uneven histories) around the middle. Holes are
    stepped over upwards. Where the beginning is not served, the first position served is the first of all.
    """
    search = _Search(pages, product)
    bracket = _Bracket((yield from search.floor(within)), within.last + 1, time_ns)
    if bracket.low < bracket.high:
        size = min(pages.page_limit, bracket.high - bracket.low)
        first = Span(bracket.low, bracket.low + size - 1)
        bracket.learn(first.first, (yield from search.served(first, bracket.high - 1)))
    if bracket.low < bracket.high:
        size = min(pages.page_limit, bracket.high - bracket.low)
        last = Span(bracket.high - size, bracket.high - 1)
        bracket.learn(last.first, (yield from search.served(last, last.last)))
    while bracket.low < bracket.high:
        size = min(pages.page_limit, max(1, (bracket.high - bracket.low) // 8))
        start = max(bracket.low, min(bracket.guess(search.probes) - size // 2, bracket.high - size))
        page = yield from search.served(Span(start, start + size - 1), bracket.high - 1)
        bracket.learn(start, page)
    return bracket.low


@dataclass(slots=True)
class _Bracket:
    low: int
    high: int
    time_ns: int
    low_time: int | None = None
    high_time: int | None = None

    def learn(self, start: int, page: Page | None) -> None:
        """Narrow by the first page served from `start` on; None if none is, up to `high`."""
        if page is None or not page.positions:
            self.high = start
        elif _known(page.first_time_ns) >= self.time_ns:
            self.high, self.high_time = page.positions[0], page.first_time_ns
        elif _known(page.last_time_ns) < self.time_ns:
            self.low, self.low_time = page.positions[-1] + 1, page.last_time_ns
        else:
            self.low, self.high = page.positions[0] + 1, page.positions[-1]
            self.low_time, self.high_time = page.first_time_ns, page.last_time_ns

    def guess(self, probe: int) -> int:
        """Return where to look next."""
        low_time, high_time = self.low_time, self.high_time
        if probe % 2 or low_time is None or high_time is None or high_time <= low_time:
            return (self.low + self.high) // 2
        return self.low + (self.high - self.low) * (self.time_ns - low_time) // (high_time - low_time)


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


def _known(time_ns: int | None) -> int:
    if time_ns is None:
        msg = "a page with trades has no times"
        raise RetryableError(msg)
    return time_ns
