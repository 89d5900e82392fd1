"""A run's first and last event, whatever happens between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub._clock import Stop
from schemahub.errors import Cancelled, PluginError
from schemahub.events import Event, RequestSent, RunFinished, RunStarted
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.hub import Hub


class Memory:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def schemahub_event(self, event: Event) -> None:
        self.events.append(event)

    def take(self) -> list[Event]:
        taken, self.events = self.events, []
        return taken


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def hub(memory: Memory, stop: Stop, tmp_path: Path) -> Iterator[Hub]:
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=50, history_seconds=50)], knobs=knobs)
    with SimulatorServer(exchange) as server:
        settings = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 1_000,
            "connectors.coinbase.burst": 1_000,
            "connectors.coinbase.settle_seconds": 0,
        }
        yield schemahub.open(tmp_path / "lake", overrides=settings, observers=[memory], stop=stop)


def ends(events: list[Event]) -> tuple[RunStarted, RunFinished]:
    """Return the first and the last event; there is no other of their kind."""
    first, last = events[0], events[-1]
    assert isinstance(first, RunStarted)
    assert isinstance(last, RunFinished)
    assert [event for event in events if isinstance(event, (RunStarted, RunFinished))] == [first, last]
    assert first.command == last.command
    assert first.exchange == last.exchange
    return first, last


def test_commands_that_write_tell_their_start_and_end(hub: Hub, memory: Memory) -> None:
    hub.ingest(products=["BTC-USD"], since="1h")
    events = memory.take()
    started, finished = ends(events)
    assert (started.command, started.exchange, started.products) == ("ingest", "coinbase", ("BTC-USD",))
    assert finished.complete
    assert finished.seconds > 0
    assert {event.exchange for event in events if isinstance(event, RequestSent)} == {"coinbase"}
    for name, work in (("transform", hub.transform), ("compact", hub.compact), ("verify", hub.verify)):
        work()  # type: ignore[operator]  # each has its own options
        started, finished = ends(memory.take())
        assert (started.command, started.exchange, started.products) == (name, None, ())
        assert finished.complete


def test_what_is_not_done_is_counted(hub: Hub, memory: Memory) -> None:
    hub.ingest(products=["BTC-USD", "NO-USD", "NEITHER-USD"], since="1h")
    assert ends(memory.take())[1].failed == 2
    hub.lake.store.put_new("raw_coinbase_trades/BTC-USD/notes.txt", b"")
    hub.transform()
    assert ends(memory.take())[1].failed == 1
    hub.verify()
    assert not ends(memory.take())[1].complete


def test_a_run_that_raises_ends_too(hub: Hub, memory: Memory, stop: Stop) -> None:
    with pytest.raises(PluginError, match="unknown connector"):
        hub.ingest(exchange="nowhere", products=["BTC-USD"])
    _, finished = ends(memory.take())
    assert not finished.complete
    assert "unknown connector 'nowhere'" in (finished.error or "")
    stop.set("enough")
    with pytest.raises(Cancelled):
        hub.transform()
    assert ends(memory.take())[1].error == "enough"


def test_a_dry_run_is_no_run(hub: Hub, memory: Memory) -> None:
    hub.transform(dry_run=True)
    hub.compact(dry_run=True)
    assert memory.take() == []
    hub.ingest(products=["BTC-USD"], dry_run=True)
    assert not [event for event in memory.take() if isinstance(event, (RunStarted, RunFinished))]
