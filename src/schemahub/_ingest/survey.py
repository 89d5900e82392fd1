"""What the lake and the exchange say of a stream before anything is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._ingest.plan import check_head
from schemahub._ingest.stored import check_belongs, rebuilt
from schemahub.checkpoint import TokenMark
from schemahub.errors import IntegrityError
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet
from schemahub.token_connector import TokenConnector

if TYPE_CHECKING:
    from schemahub._clock import Clock
    from schemahub._ingest.asking import Sender
    from schemahub._ingest.ledger import Ledger
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
            self._check_ids(stored.checkpoint)
            return stored.checkpoint
        return self.rebuilt()

    def rebuilt(self) -> Checkpoint:
        """Return the checkpoint that raw proves."""
        return rebuilt(self._raw, self._ledger.stream, self._connector.ids)

    def target(self, checkpoint: Checkpoint) -> int | None:
        """Return the newest position to fetch, `settle_seconds` behind the head; None if there is none."""
        head = self._http.call(lambda: self._connector.head(self._ledger.stream.product))
        check_head(checkpoint, head, str(self._ledger.stream))
        settle_ns = int(self._connector.config.settle_seconds * _NS_PER_SECOND)
        return head.settled(self._clock.now_ns() - settle_ns)

    def locate(self, time_ns: int, end: int) -> int:
        """Return the first position up to `end` whose trade is not older than `time_ns`, else `end + 1`."""
        return self._locate(time_ns, Span(self._connector.first_position, end))

    def range_of(self, start_ns: int, end_ns: int, newest: int) -> tuple[int, SpanSet]:
        """Return the first position of a time range that is served, and the range up to `newest`."""
        first = self._locate(start_ns, Span(self._connector.first_position, newest))
        last = self._locate(end_ns, Span(first, newest)) - 1 if first <= newest else newest
        return first, SpanSet((Span(first, last),)) if first <= last else SpanSet()

    def mark(self, position: int, time_ns: int) -> TokenMark | None:
        """Return where a token stream is followed from, to read what is behind `position`."""
        connector = self._connector
        if not isinstance(connector, TokenConnector):
            return None
        token = self._http.call(lambda: connector.token_at(self._ledger.stream.product, time_ns))
        return TokenMark(position=position, token=token)

    def unreachable(self, first: int, start_ns: int) -> Span | None:
        """Return the positions before `first` that are no longer served, if `start_ns` asks for them.

        An exchange says how soon it forgets, or that it may have: then dense ids are known to have existed.
        """
        if first <= self._connector.first_position:
            return None
        reach = self._connector.reach_seconds
        if reach is not None:
            is_out = start_ns < self._clock.now_ns() - int(reach * _NS_PER_SECOND)
        else:
            may_be = self._connector.forgets and self._connector.ids is Ids.DENSE
            is_out = may_be and not self._serves(first - 1)
        return Span(self._connector.first_position, first - 1) if is_out else None

    def _serves(self, position: int) -> bool:
        one = Span(position, position)
        page = self._connector.page
        return bool(self._http.call(lambda: page(self._ledger.stream.product, one)).positions)

    def _check_ids(self, checkpoint: Checkpoint) -> None:
        if checkpoint.ids is not self._connector.ids:
            msg = "the checkpoint was written for other ids than the connector's"
            raise IntegrityError(
                msg,
                where=self._ledger.stream.checkpoint_key,
                expected=self._connector.ids.value,
                found=checkpoint.ids.value,
            )

    def _locate(self, time_ns: int, within: Span) -> int:
        locate = self._connector.locate
        return self._http.call(lambda: locate(self._ledger.stream.product, time_ns, within))
