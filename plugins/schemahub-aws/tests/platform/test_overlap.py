"""While one batch is uploaded the next one is fetched: shown by the order of events, not by a clock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from recording_proxy import recording

import schemahub
from schemahub.events import Event, PageRead
from schemahub.layout import RawName
from schemahub.spans import Span, SpanSet
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from asked import Asked

pytest.importorskip("schemahub_coinbase", reason="an ingest takes a connector")

BATCH, TRADES = 3_000, 20_999
LONG_SECONDS, SHORT_SECONDS = 20.0, 0.1


class Holding:
    """Answers no upload of a batch before the whole next batch was fetched, or `seconds` are over."""

    def __init__(self, seconds: float) -> None:
        self.uploads: list[Span] = []
        self.alone: list[Span] = []
        """Uploads during which the next batch was not fetched."""
        self._seconds = seconds
        self._read = 0
        self._changed = threading.Condition()

    def schemahub_event(self, event: Event) -> None:
        if isinstance(event, PageRead):
            with self._changed:
                self._read += event.trades
                self._changed.notify_all()

    def hold(self, asked: Asked, _: str) -> None:
        folder, _, name = asked.key.rpartition("/")
        if asked.operation != "PutObject" or "/raw_" not in folder:
            return
        span = RawName.parse(name).span
        following = Span(span.last + 1, span.last + BATCH).clip(Span(1, TRADES))
        with self._changed:
            self.uploads.append(span)
            if following is None:
                return
            # Pages are started in order, and few are ahead: that many trades are those up to its end.
            enough = self._changed.wait_for(lambda: self._read >= following.last, self._seconds)
            if not enough:
                self.alone.append(span)
                self._seconds = min(self._seconds, SHORT_SECONDS)


def ingest(aws: str, bucket: str, threads: int, holding: Holding) -> None:
    exchange = SimulatedCoinbase(
        [ProductSpec(id="BTC-USD", trades=TRADES, history_seconds=3_600)],
        knobs=Knobs(requests_per_second=0, max_age_seconds=0),
    )
    with SimulatorServer(exchange) as server, recording(aws) as recorder:
        recorder.before = holding.hold
        overrides = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 10_000,
            "connectors.coinbase.burst": 10_000,
            "connectors.coinbase.settle_seconds": 0,
            "ingest.batch_size": BATCH,
            "ingest.chunk_concurrency": threads,
            "object_stores.s3.endpoint_url": recorder.url,
        }
        hub = schemahub.open(f"s3://{bucket}/schemahub", overrides=overrides, observers=[holding])
        assert hub.ingest(exchange="coinbase", products=["BTC-USD"]).complete


def test_each_batch_is_fetched_while_the_one_before_it_is_uploaded(aws: str, bucket: str) -> None:
    holding = Holding(LONG_SECONDS)
    ingest(aws, bucket, 2, holding)
    assert SpanSet.of(holding.uploads) == SpanSet((Span(1, TRADES),))
    assert holding.uploads == sorted(holding.uploads, key=lambda span: span.first), "one after another"
    assert len(holding.uploads) == 7
    assert holding.alone == [], "wall time is that of the slower of the two, not their sum"


def test_one_thread_does_one_thing_after_another_and_the_test_above_would_see_it(
    aws: str, bucket: str
) -> None:
    holding = Holding(SHORT_SECONDS)
    ingest(aws, bucket, 1, holding)
    assert holding.alone == holding.uploads[:-1]
