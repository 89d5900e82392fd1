"""Find positions and times where only windows of the newest trades can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from schemahub._page_parts import first_at, part_of
from schemahub.model import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub.model import Steps
    from schemahub.spans import Span


class Windows(Protocol):
    """The part of a connector that is needed here."""

    @property
    def windows(self) -> Sequence[float]:
        """Return the windows that can be asked for, in seconds, ascending."""
        ...

    def recent(self, product: str, seconds: float) -> Steps[Page]:
        """Return all trades of the last `seconds`."""
        ...


def locate_in_windows(windows: Windows, product: str, time_ns: int, within: Span) -> Steps[int]:
    """Return the first position in `within` that is not older than `time_ns`, else `within.last + 1`."""
    page = yield from reaching(windows, product, lambda page: (page.first_time_ns or 0) < time_ns)
    at = first_at(page, time_ns)
    return within.last + 1 if at is None else min(max(at, within.first), within.last + 1)


def page_of_windows(windows: Windows, product: str, span: Span) -> Steps[Page]:
    """Return the trades of `span` that the windows still hold."""
    page = yield from reaching(windows, product, lambda page: page.positions[0] <= span.first)
    return part_of(page, span.first, span.last)


def reaching(windows: Windows, product: str, far_enough: Callable[[Page], bool]) -> Steps[Page]:
    """Return the smallest window that reaches far enough back, else the widest."""
    page = Page(positions=(), lines=())
    for seconds in windows.windows:
        page = yield from windows.recent(product, seconds)
        if page.positions and far_enough(page):
            return page
    return page
