"""Read a span of positions through a connector until every one is served or known to be a hole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._ingest.blocks import Block, blocks_of, chained_block
from schemahub._ingest.guards import check_page
from schemahub._page_parts import part_of
from schemahub.events import Emit, PageRead
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from schemahub._ingest.asking import Asking
    from schemahub.connector import Connector
    from schemahub.layout import StreamId
    from schemahub.model import Page
    from schemahub.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRead:
    """All that the exchange serves of a span, ascending, and what it does not serve."""

    span: Span
    blocks: tuple[Block, ...]
    holes: SpanSet


class PageReader:
    """Owns the page loop of one stream; used by many threads at once."""

    def __init__(self, stream: StreamId, connector: Connector, asking: Asking, emit: Emit) -> None:
        """Keep the surroundings."""
        self._stream = stream
        self._connector = connector
        self._asking = asking
        self._emit = emit

    def between(self, span: Span) -> tuple[Block, ...]:
        """Read what is between the ends of `span`, of sparse ids; nothing, unless both ends are served.

        Only then is it known that all between them is there.
        """
        page = self._page(span)
        if not page.positions or (page.positions[0], page.positions[-1]) != (span.first, span.last):
            return ()
        inside = part_of(page, span.first + 1, span.last - 1)
        return (chained_block(inside, span.first, span.last - 1),)

    def read(self, span: Span) -> SpanRead:
        """Read a span of at most a page.

        A part that comes back short is progress: the rest is asked for. A part that comes back empty
        twice is a hole. So each request makes the rest smaller or ends it, and the loop must end.
        """
        blocks: list[Block] = []
        holes: list[Span] = []
        rest = [span]
        while rest:
            part = rest.pop()
            page = self._page(part)
            if not page.positions:
                page = self._page(part)
            if not page.positions:
                holes.append(part)
                continue
            served = list(blocks_of(page))
            blocks += served
            self._emit(PageRead(stream=self._stream, trades=len(page.positions)))
            if len(page.positions) != len(part):
                rest += SpanSet((part,)) - SpanSet.of(block.span for block in served)
        blocks.sort(key=lambda block: block.span)
        return SpanRead(span=span, blocks=tuple(blocks), holes=SpanSet.of(holes))

    def _page(self, span: Span) -> Page:
        where = f"{self._stream} {span}"
        return self._asking.page(
            lambda: self._connector.page(self._stream.product, span),
            lambda page: check_page(page, span, where),
            where,
        )
