"""What the lake and the exchange say of a stream before anything is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest.gaps import FIRST_POSITION
from schemahub._ingest.plan import check_head
from schemahub._ingest.stored import check_belongs, rebuilt
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from schemahub._clock import Clock
    from schemahub._ingest.ledger import Ledger
    from schemahub._ingest.pages import Sender
    from schemahub.checkpoint import Checkpoint
    from schemahub.connector import Connector
    from schemahub.raw_sink import RawSink

_NS_PER_SECOND = 1_000_000_000


class Survey:
    """Looks, and writes nothing: what a run is planned from, and all that a dry run does."""

    def __init__(
        self, connector: Connector, http: Sender, raw: RawSink, ledger: Ledger, clock: Clock
    ) -> None:
        """Keep the surroundings."""
        self._connector = connector
        self._http = http
        self._raw = raw
        self._ledger = ledger
        self._clock = clock

    def opened(self) -> Checkpoint:
        """Return the stored checkpoint, or the one that raw proves; saves nothing."""
        stored = self._ledger.load()
        if stored is not None:
            check_belongs(self._raw, stored.checkpoint)
            return stored.checkpoint
        return rebuilt(self._raw, self._ledger.stream)

    def target(self, checkpoint: Checkpoint) -> int | None:
        """Return the newest position to fetch, `settle_seconds` behind the head; None if there is none."""
        head = self._http.call(lambda: self._connector.head(self._ledger.stream.product))
        check_head(checkpoint, head, str(self._ledger.stream))
        settle_ns = int(self._connector.config.settle_seconds * _NS_PER_SECOND)
        return head.settled(self._clock.now_ns() - settle_ns)

    def locate(self, time_ns: int, end: int) -> int:
        """Return the first position up to `end` whose trade is not older than `time_ns`, else `end + 1`."""
        return self._locate(time_ns, Span(FIRST_POSITION, end))

    def range_of(self, start_ns: int, end_ns: int, newest: int) -> SpanSet:
        """Return the positions of a time range, up to `newest`."""
        first = self._locate(start_ns, Span(FIRST_POSITION, newest))
        last = self._locate(end_ns, Span(first, newest)) - 1 if first <= newest else newest
        return SpanSet((Span(first, last),)) if first <= last else SpanSet()

    def _locate(self, time_ns: int, within: Span) -> int:
        locate = self._connector.locate
        return self._http.call(lambda: locate(self._ledger.stream.product, time_ns, within))
