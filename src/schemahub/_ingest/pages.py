"""Read a span of positions through a connector until every one is served or known to be a hole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from schemahub._ingest.blocks import Block, blocks_of
from schemahub._ingest.guards import check_page
from schemahub.errors import RetryableError, StalledError
from schemahub.events import Emit, PageRead
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._clock import Clock, Stop
    from schemahub.connector import Connector
    from schemahub.layout import StreamId
    from schemahub.model import Page, Steps
    from schemahub.spans import Span

T = TypeVar("T")

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


class Sender(Protocol):
    """The part of the protection layer that the engine needs."""

    def drive(self, steps: Steps[T]) -> T:
        """Run a connector's generator: send what it yields, return what it returns."""
        ...

    def call(self, start: Callable[[], Steps[T]]) -> T:
        """Drive `start()`, and again while the connector cannot make sense of an answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRead:
    """All that the exchange serves of a span, ascending, and what it does not serve."""

    span: Span
    blocks: tuple[Block, ...]
    holes: SpanSet


class PageReader:
    """Owns the page loop of one stream; used by many threads at once."""

    def __init__(  # noqa: PLR0913 - a page loop needs its surroundings
        self,
        stream: StreamId,
        connector: Connector,
        http: Sender,
        *,
        attempts: int,
        clock: Clock,
        stop: Stop,
        emit: Emit,
    ) -> None:
        """Keep the surroundings."""
        self._stream = stream
        self._connector = connector
        self._http = http
        self._attempts = attempts
        self._clock = clock
        self._stop = stop
        self._emit = emit

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
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, self._attempts + 1):
            try:
                page = self._http.drive(self._connector.page(self._stream.product, span))
                check_page(page, span, where)
            except RetryableError as error:
                if attempt == self._attempts:
                    msg = f"no page that fits, {attempt} times in a row: {error}"
                    raise StalledError(msg, where=where) from error
                self._clock.wait(pause, self._stop)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                return page
        msg = "page_attempts must be at least 1"
        raise AssertionError(msg)
