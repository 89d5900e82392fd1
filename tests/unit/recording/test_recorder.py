"""Each run leaves one small record of itself, whatever happened to it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub import events as e
from schemahub._lake.run_objects import Runs, newest_runs
from schemahub._recording.recorder import RunRecorder
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError
from schemahub.layout import RunKey, StreamId
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub._lake.run_record import RunRecord
    from schemahub.hub import Hub

BTC = StreamId("coinbase", "BTC-USD")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def recorder(store: MemoryStore) -> RunRecorder:
    return RunRecorder(store, FakeClock())


def started(command: str = "ingest", exchange: str | None = "coinbase") -> e.RunStarted:
    return e.RunStarted(command=command, exchange=exchange, products=("BTC-USD", "ETH-USD"))


def finished(command: str = "ingest", exchange: str | None = "coinbase", failed: int = 0) -> e.RunFinished:
    return e.RunFinished(command=command, exchange=exchange, failed=failed, seconds=12.34567)


def request(status: int = 200, seconds: float = 0.1, exchange: str = "coinbase") -> e.RequestSent:
    return e.RequestSent(
        exchange=exchange, host="h", endpoint="trades", status=status, seconds=seconds, attempt=1
    )


def tell(recorder: RunRecorder, *events: e.Event) -> None:
    for event in events:
        recorder.schemahub_event(event)


def records(store: MemoryStore) -> tuple[RunRecord, ...]:
    found = newest_runs(store, 100)
    assert found.unreadable == ()
    return found.records


def test_what_was_asked_is_summed_up(recorder: RunRecorder, store: MemoryStore) -> None:
    answers = [request(seconds=n / 100) for n in range(1, 100)]
    retry = e.RetryScheduled(
        exchange="coinbase", host="h", endpoint="trades", attempt=1, seconds=1.5, reason="429"
    )
    waited = e.TokensWaited(exchange="coinbase", limit="public", seconds=0.25)
    opened, closed = (
        e.BreakerChanged(exchange="coinbase", host="h", before=before, after=after, reason="")
        for before, after in (("closed", "open"), ("open", "half_open"))
    )
    tell(recorder, started(), *answers, request(429), request(0), retry, waited, waited, opened, closed)
    tell(recorder, finished(failed=1))
    (record,) = records(store)
    assert (record.command, record.exchange, record.products, record.failed) == ("ingest", "coinbase", 2, 1)
    assert (record.seconds, record.complete) == (12.346, False)
    asked = record.asked
    assert asked.statuses == ((0, 1), (200, 99), (429, 1))
    assert (asked.requests, asked.answered(200), asked.answered(400, 499)) == (101, 99, 1)
    assert (asked.retries, asked.backoff_seconds, asked.tokens_seconds) == (1, 1.5, 0.5)
    assert asked.breaker_opened == 1
    assert asked.seconds is not None
    assert (asked.seconds.p50, asked.seconds.p90, asked.seconds.most) == (0.49, 0.89, 0.99)


def test_what_came_of_it_is_summed_up(recorder: RunRecorder, store: MemoryStore) -> None:
    span = schemahub.Span(1, 1000)
    for adopted in (False, True):
        batch = e.BatchStored(
            stream=BTC, key="k", span=span, count=1000, bytes=15_000, seconds=0.1, adopted=adopted
        )
        page = e.PageRead(stream=BTC, trades=1000)
        if not adopted:
            recorder.schemahub_event(started())
        tell(recorder, page, batch)
    failed = e.ProductFinished(stream=BTC, trades=0, error="x" * 5_000, seconds=1.0, lag_seconds=60.0)
    well = e.ProductFinished(
        stream=StreamId("coinbase", "ETH-USD"), trades=1, error=None, seconds=1.0, lag_seconds=30.0
    )
    tell(recorder, failed, well, finished(failed=1))
    fetched = records(store)[0].fetched
    assert (fetched.pages, fetched.batches, fetched.adopted) == (2, 1, 1)
    assert (fetched.trades, fetched.bytes, fetched.lag_seconds) == (1000, 15_000, 60.0)
    (failure,) = records(store)[0].failures
    assert failure.what == "coinbase/BTC-USD"
    assert len(failure.error) == 300


def test_the_size_is_bounded_whatever_happens(recorder: RunRecorder, store: MemoryStore) -> None:
    recorder.schemahub_event(started())
    for number in range(3_000):
        stream = StreamId("coinbase", f"P{number}-USD")
        tell(
            recorder,
            request(200 + number % 300, number / 7),
            e.ProductFinished(stream=stream, trades=0, error="down " * 100, seconds=1.0),
        )
    recorder.schemahub_event(finished(failed=3_000))
    (info,) = store.list("runs/")
    assert info.size < 16_000
    assert len(records(store)[0].failures) == 20


def test_runs_at_the_same_time_are_told_apart(recorder: RunRecorder, store: MemoryStore) -> None:
    transformed = e.BatchTransformed(stream=BTC, source="k", rows=7, quarantined=2)
    tell(recorder, started(), started("transform", None), started("ingest", "kraken"))
    tell(recorder, request(), transformed, request(exchange="kraken"), request(exchange="kraken"))
    tell(recorder, finished("ingest", "kraken"), finished("transform", None), finished())
    found = {(one.command, one.exchange): one for one in records(store)}
    assert found["ingest", "coinbase"].asked.requests == 1
    assert found["ingest", "kraken"].asked.requests == 2
    table = found["transform", None].tabled
    assert (table.rows, table.quarantined) == (7, 2)
    assert found["transform", None].asked.requests == 0


def test_a_run_in_which_nothing_happened_leaves_nothing(recorder: RunRecorder, store: MemoryStore) -> None:
    tell(recorder, started("transform", None), finished("transform", None))
    assert list(store.list("")) == []


def test_verify_writes_nothing_whatever_it_sends(recorder: RunRecorder, store: MemoryStore) -> None:
    happened = e.TableCommitted(version=1, files=1, rows=1, seconds=1.0)
    tell(recorder, started("verify", None), happened, finished("verify", None))
    assert list(store.list("")) == []
    tell(recorder, started("transform", None), happened, finished("transform", None))
    assert len(list(store.list(""))) == 1


class Refusing(MemoryStore):
    def put_new(self, key: str, data: object) -> bool:  # noqa: ARG002 - nothing is stored
        msg = "access is denied"
        raise ConfigError(msg, where=key)


def test_a_record_that_cannot_be_stored_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    recorder = RunRecorder(Refusing(), FakeClock())
    with caplog.at_level(logging.WARNING, "schemahub"):
        tell(recorder, started(), request(), finished())
    assert "the record of this run could not be stored" in caplog.text
    assert "access is denied" in caplog.text


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    exchange = SimulatedCoinbase(
        [ProductSpec(id="BTC-USD", trades=50, history_seconds=50)],
        knobs=Knobs(requests_per_second=0, max_age_seconds=0),
    )
    with SimulatorServer(exchange) as server:
        settings = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 1_000,
            "connectors.coinbase.burst": 1_000,
            "connectors.coinbase.settle_seconds": 0,
        }
        yield schemahub.open(tmp_path / "lake", overrides=settings)


def kept(hub: Hub) -> Runs:
    return newest_runs(hub.lake.store, 100)


def test_the_runs_of_a_hub_are_recorded_under_their_time(hub: Hub) -> None:
    hub.ingest(products=["BTC-USD"], since="1h")
    hub.transform()
    hub.verify()
    keys = [RunKey.parse(info.key) for info in hub.lake.store.list("runs/")]
    assert sorted(key.command for key in keys) == ["ingest", "transform"]
    transformed, ingested = kept(hub).records
    assert (ingested.fetched.trades, transformed.tabled.rows) == (50, 50)
    assert ingested.asked.answered(200) == ingested.asked.requests > 0
    before = len(keys)
    hub.transform()
    assert len(list(hub.lake.store.list("runs/"))) == before, "there was nothing to do"


def test_a_setting_switches_it_off(hub: Hub) -> None:
    settings = hub.settings.model_copy(
        update={"runs": hub.settings.runs.model_copy(update={"record": False})}
    )
    quiet = schemahub.open(hub.url, settings=settings)
    assert quiet.ingest(products=["BTC-USD"], since="1h").complete
    assert kept(quiet).records == ()
