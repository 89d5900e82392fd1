"""What a plugin author writes for an exchange that serves nothing but its newest trades."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from schemahub._windows import locate_in_windows, page_of_windows
from schemahub.connector import Connector
from schemahub.model import Ids, Paging

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from schemahub.model import Page, Steps
    from schemahub.spans import Span


class WindowConnector(Connector):
    """One exchange's public trades, of which only the newest can be had, as one page.

    The core asks for the smallest window that reaches back to what is stored. Where the widest does not,
    the trades between are a gap that is out of reach.
    """

    paging: ClassVar[Paging] = Paging.BY_WINDOW
    ids: ClassVar[Ids] = Ids.SPARSE
    windows: ClassVar[Sequence[float]]
    """The windows that can be asked for, in seconds, ascending."""

    @abstractmethod
    def recent(self, product: str, seconds: float) -> Steps[Page]:
        """Return all trades of the last `seconds`, one of `windows`, ascending."""

    def page(self, product: str, span: Span) -> Steps[Page]:
        """Return the trades of `span` that the windows still hold."""
        return (yield from page_of_windows(self, product, span))

    def locate(self, product: str, time_ns: int, within: Span) -> Steps[int]:
        """Return the first position in `within` of the smallest window that reaches back to a time.

        `within.last + 1` if there is none.
        """
        return (yield from locate_in_windows(self, product, time_ns, within))
