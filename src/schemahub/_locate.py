"""Find a position by time through pages alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from schemahub.errors import StalledError
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

    Trades below `low` are known to be older, trades from `high` on are known not to be. Each probe asks
    for one page; while the range is larger than a page the place is interpolated between the times seen
    (then halved, every second probe, so that an uneven history costs logarithmic time all the same).
    """
    low, high = within.first, within.last + 1
    low_time = high_time = None
    for probe in range(_MOST_PROBES):
        if low >= high:
            return low
        size = min(pages.page_limit, max(1, (high - low) // 2))
        start = _guess(low, high, low_time, high_time, time_ns) if probe % 2 else (low + high) // 2
        start = max(low, min(start, high - size))
        span = Span(start, start + size - 1)
        page = yield from pages.page(product, span)
        if page.first_time_ns is None or page.last_time_ns is None:
            # A hole holds no trade, so either neighbour bounds it: take it as older and look above.
            low = span.last + 1
        elif page.positions[0] < span.first or page.positions[-1] > span.last:
            continue  # a stale page, of another span: ask again
        elif page.first_time_ns >= time_ns:
            high, high_time = page.positions[0], page.first_time_ns
        elif page.last_time_ns < time_ns:
            low, low_time = page.positions[-1] + 1, page.last_time_ns
        else:
            low, high = page.positions[0] + 1, page.positions[-1]
    msg = "searching by time does not converge"
    raise StalledError(msg, where=product, expected=f"at most {_MOST_PROBES} pages", found=f"{low}..{high}")


def _guess(low: int, high: int, low_time: int | None, high_time: int | None, time_ns: int) -> int:
    if low_time is None or high_time is None or high_time <= low_time:
        return (low + high) // 2
    return low + (high - low) * (time_ns - low_time) // (high_time - low_time)
