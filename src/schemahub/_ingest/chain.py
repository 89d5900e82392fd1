"""Read a span of positions along a chain: from token to token, or out of one window."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._ingest.blocks import Block, blocks_of, chained_block
from schemahub._ingest.guards import check_order
from schemahub._page_parts import page_of, part_of, times_of
from schemahub._seek import token_before
from schemahub._windows import reaching
from schemahub.errors import RetryableError, StalledError
from schemahub.events import Emit, PageRead
from schemahub.model import Ids, Page
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._ingest.asking import Asking
    from schemahub.layout import StreamId
    from schemahub.token_connector import TokenConnector
    from schemahub.window_connector import WindowConnector


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page of a chain: all positions behind the link before it, up to `last`.

    `holes` are those that a dense stream lacks, `beyond` those that the exchange no longer serves.
    `token` leads to this page's trades, `onward` to those behind `last`.
    """

    last: int
    blocks: tuple[Block, ...] = ()
    holes: SpanSet = field(default_factory=SpanSet)
    beyond: SpanSet = field(default_factory=SpanSet)
    token: str | None = None
    onward: str | None = None


class Chain(ABC):
    """The pages of one stream, one after another.

    A page joins what came before if it begins no later than one position behind it: where ids are sparse,
    connectors give the trade before once more. A page that does not join is asked for twice.
    """

    def __init__(self, stream: StreamId, ids: Ids, asking: Asking, emit: Emit) -> None:
        """Keep the surroundings."""
        self._stream = stream
        self._ids = ids
        self._asking = asking
        self._emit = emit

    @abstractmethod
    def links(self, span: Span, token: str | None) -> Iterator[Link]:
        """Yield links that together account for every position of `span`.

        `token` leads to all trades from the first on; where it is None and one is needed, it is searched for.
        """

    def _link(self, page: Page, reached: int, last: int, token: str | None) -> Link:
        part = part_of(page, reached + 1, last)
        begins = min(page.positions[0], last + 1)
        before = SpanSet((Span(reached + 1, begins - 1),)) if begins > reached + 1 else SpanSet()
        whole = bool(part.positions) and part.positions[-1] == page.positions[-1]
        end = part.positions[-1] if whole else last
        onward = page.next_token if whole else token
        if part.positions:
            self._emit(PageRead(stream=self._stream, trades=len(part.positions)))
        if self._ids is Ids.DENSE:
            blocks = tuple(blocks_of(part)) if part.positions else ()
            holes = SpanSet((Span(reached + 1, end),)) - SpanSet.of(block.span for block in blocks)
            return Link(last=end, blocks=blocks, holes=holes, token=token, onward=onward)
        after = before.spans[-1].last if before else reached
        chained = (chained_block(part, after, end),) if end > after else ()
        return Link(last=end, blocks=chained, beyond=before, token=token, onward=onward)

    def _where(self, reached: int) -> str:
        return f"{self._stream} after {reached}"


class TokenChain(Chain):
    """Pages that lead from token to token."""

    def __init__(self, stream: StreamId, connector: TokenConnector, asking: Asking, emit: Emit) -> None:
        """Keep the surroundings."""
        super().__init__(stream, connector.ids, asking, emit)
        self._connector = connector

    def links(self, span: Span, token: str | None) -> Iterator[Link]:
        """Follow tokens; pages that bring nothing new, as in a circle of tokens, come to a loud end."""
        reached, idle = span.first - 1, 0
        at = self._before(span.first, None) if token is None else token
        time_ns: int | None = None
        while reached < span.last:
            page = self._page(at, reached)
            if not self._joins(page, reached):
                page = self._again(at, page, reached, time_ns)
            if _has_news(page, reached):
                link = self._link(page, reached, span.last, at)
                yield link
                reached, time_ns, idle = link.last, page.last_time_ns, 0
            elif (idle := idle + 1) == self._asking.attempts:
                msg = "pages lead on and bring nothing new"
                raise StalledError(msg, where=self._where(reached), found=f"token {at!r}")
            at = page.next_token or at

    def _page(self, token: str, reached: int) -> Page:
        follow = self._connector.follow
        return self._asking.page(
            lambda: follow(self._stream.product, token),
            lambda page: check_order(page, self._where(reached)),
            self._where(reached),
        )

    def _joins(self, page: Page, reached: int) -> bool:
        """Tell whether a page brings something new, and all that follows on what came before."""
        if not _has_news(page, reached) or page.positions[0] > reached + 1:
            return False
        news = len(page.positions) - bisect_left(page.positions, reached + 1)
        return self._ids is not Ids.DENSE or news == page.positions[-1] - reached

    def _again(self, token: str, page: Page, reached: int, time_ns: int | None) -> Page:
        """Ask once more, of dense ids from before the trade that came last, and return what both pages hold.

        A page may end between trades of one time while its token leads behind all of them.
        """
        product = self._stream.product
        start = self._before(reached + 1, time_ns) if self._ids is Ids.DENSE else token

        def check(other: Page) -> None:
            check_order(other, self._where(reached))
            leads_on = other.next_token not in {None, start, token}
            if not leads_on and not _has_news(_merged(page, other), reached):
                msg = "a page brings nothing new and leads nowhere, yet the head is not reached"
                raise RetryableError(msg, where=self._where(reached), found=f"token {token!r}")

        follow = self._connector.follow
        other = self._asking.page(lambda: follow(product, start), check, self._where(reached))
        return _merged(page, other)

    def _before(self, position: int, time_ns: int | None) -> str:
        """Return a token that leads to a position: by the time of the trade before it, else searched for."""
        connector, product = self._connector, self._stream.product
        if time_ns is not None:
            return self._asking.value(lambda: connector.token_at(product, time_ns))
        return self._asking.value(lambda: token_before(connector, product, position))


class WindowChain(Chain):
    """The one page that a window is."""

    def __init__(self, stream: StreamId, connector: WindowConnector, asking: Asking, emit: Emit) -> None:
        """Keep the surroundings."""
        super().__init__(stream, connector.ids, asking, emit)
        self._connector = connector

    def links(self, span: Span, token: str | None) -> Iterator[Link]:  # noqa: ARG002 - windows need none
        """Take the smallest window that reaches back far enough, else the widest."""
        reached = span.first - 1
        page = self._page(span)
        if page.positions[0] > reached + 1:
            page = _merged(page, self._page(span))
        yield self._link(page, reached, span.last, None)

    def _page(self, span: Span) -> Page:
        def check(page: Page) -> None:
            check_order(page, self._where(span.first - 1))
            if not page.positions or page.positions[-1] < span.last:
                msg = "the newest window ends before a trade that was seen"
                raise RetryableError(msg, where=self._where(span.first - 1), expected=f"up to {span.last}")

        product = self._stream.product
        return self._asking.page(
            lambda: reaching(self._connector, product, lambda page: page.positions[0] <= span.first),
            check,
            self._where(span.first - 1),
        )


def _has_news(page: Page, reached: int) -> bool:
    return bool(page.positions) and page.positions[-1] > reached


def _merged(one: Page, other: Page) -> Page:
    """Return what either page holds; it goes on where the one that reaches further does."""
    rows = {
        position: (line, time_ns)
        for page in (one, other)
        for position, line, time_ns in zip(page.positions, page.lines, times_of(page), strict=True)
    }
    positions = sorted(rows)
    further = max(one, other, key=lambda page: page.positions[-1] if page.positions else -1)
    merged = page_of(
        positions,
        [rows[position][0] for position in positions],
        [rows[position][1] for position in positions],
    )
    return Page(
        positions=merged.positions,
        lines=merged.lines,
        first_time_ns=merged.first_time_ns,
        last_time_ns=further.last_time_ns,
        times_ns=merged.times_ns,
        next_token=further.next_token,
    )
