"""Many products at once: walls between them, leases, and what became of each (R9)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange, Wire, tiny_connector

from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._ingest.report import IngestResult, ProductState
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub._lease import LeaseKeeper
from schemahub._runner import Runner
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import UnknownProduct
from schemahub.events import Event, GapSeen, LeaseHeld, ProductFinished
from schemahub.layout import StreamId
from schemahub.settings import IngestSettings
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest

NAMES = ("A-USD", "B-USD", "C-USD")
STREAMS = [StreamId("tiny", name) for name in NAMES]


class Bench:
    """A runner over a lake in memory."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock(EPOCH_NS + 10_000 * SECOND_NS)
        self.stop = Stop()
        self.events: list[Event] = []
        self.engine_events: list[Event] = []
        self.exchange = TinyExchange(head=30)
        self.keeper: LeaseKeeper | None = None
        self.aborted = threading.Event()

    def engine(self, stream: StreamId, check: Callable[[], None]) -> ProductIngest:
        return assemble(
            stream,
            connector=tiny_connector(),
            http=Wire(self.exchange, lambda step: step()),
            raw=RawObjects(self.store),
            checkpoints=CheckpointObjects(self.store),
            settings=IngestSettings(batch_size=10, chunk_concurrency=2),
            check_lease=check,
            clock=self.clock,
            stop=self.stop,
            emit=self.engine_events.append,
        )

    def run(self, work: Callable[[ProductIngest], None]) -> IngestResult:
        runner = Runner(
            engine=self.engine,
            keeper=self.keeper,
            workers=2,
            clock=self.clock,
            stop=self.stop,
            emit=self.events.append,
            abort=self.aborted.set,
        )
        outcomes = runner.run(STREAMS, work)
        return IngestResult(command="ingest", exchange="tiny", products=outcomes, seconds=0)


def states(result: IngestResult) -> dict[str, ProductState]:
    return {outcome.stream.product: outcome.state for outcome in result.products}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UnknownProduct("no such thing"), "no such thing"),
        (ZeroDivisionError("oops"), "ZeroDivisionError: oops"),
    ],
)
def test_one_products_failure_stops_no_other(error: Exception, says: str) -> None:
    def work(engine: ProductIngest) -> None:
        if engine.stream.product == "B-USD":
            raise error
        engine.live(0)

    bench = Bench()
    result = bench.run(work)
    done, failed = ProductState.DONE, ProductState.FAILED
    assert states(result) == {"A-USD": done, "B-USD": failed, "C-USD": done}
    assert not result.complete
    assert result.products[1].reason == says
    assert [outcome.trades for outcome in result.products] == [30, 0, 30]
    assert "1 of 3 products are not complete" in result.headline()
    finished = {
        event.stream.product: event.error for event in bench.events if isinstance(event, ProductFinished)
    }
    assert finished == {"A-USD": None, "B-USD": says, "C-USD": None}


def test_the_end_of_a_product_tells_how_late_it_is() -> None:
    bench = Bench()
    bench.run(lambda engine: engine.live(0))
    bench.clock.advance(3_600)

    def failing(engine: ProductIngest) -> None:
        if engine.stream.product == "B-USD":
            msg = "gone"
            raise UnknownProduct(msg)
        engine.live(0)

    bench.exchange.head = 40
    bench.run(failing)
    lags = [event.lag_seconds for event in bench.events if isinstance(event, ProductFinished)]
    # Trade n is made n seconds after the epoch, and the clock stands at 10 000 s, then an hour later.
    assert lags[:3] == [9_970] * 3
    assert sorted(filter(None, lags[3:])) == [13_560, 13_560, 13_570], "also where the work failed"


def test_no_lag_is_told_where_live_ingestion_has_not_begun() -> None:
    bench = Bench()
    bench.run(lambda engine: engine.backfill(EPOCH_NS + SECOND_NS, EPOCH_NS + 10 * SECOND_NS))
    assert {event.lag_seconds for event in bench.events if isinstance(event, ProductFinished)} == {None}


def test_a_hole_is_reported_and_makes_the_run_incomplete_until_it_is_confirmed() -> None:
    bench = Bench()
    bench.exchange.missing = {7}
    result = bench.run(lambda engine: engine.live(0))
    assert set(states(result).values()) == {ProductState.GAPS}
    assert "does not serve 7: schemahub gaps --recheck" in (result.products[0].reason or "")
    for _ in range(2):
        bench.clock.advance(61)
        result = bench.run(lambda engine: engine.live(0))
    assert result.complete
    assert result.products[0].checkpoint is not None
    assert [gap.state.value for gap in result.products[0].checkpoint.gaps] == ["confirmed"]
    seen = [event.again for event in bench.engine_events if isinstance(event, GapSeen)]
    assert seen == [False] * 3 + [True] * 6, "recorded once, reread twice, of three products"


def test_a_lost_checkpoint_with_holes_is_reported_once_and_filled_on_request() -> None:
    bench = Bench()
    bench.run(lambda engine: engine.backfill(EPOCH_NS + SECOND_NS, EPOCH_NS + 10 * SECOND_NS))
    bench.run(lambda engine: engine.live(EPOCH_NS + 20 * SECOND_NS))
    for stream in STREAMS:
        bench.store.delete(stream.checkpoint_key)
    bench.exchange.head = 35
    result = bench.run(lambda engine: engine.live(0))
    assert set(states(result).values()) == {ProductState.REBUILT}
    assert "10 trades between stored batches: schemahub backfill --fill-gaps" in (
        result.products[0].reason or ""
    )
    assert bench.run(lambda engine: engine.fill_gaps()).complete
    stored = CheckpointObjects(bench.store).load(STREAMS[0])
    assert stored is not None
    assert stored.checkpoint.covered.pairs() == [[1, 35]]
    assert stored.checkpoint.watermark is not None
    assert stored.checkpoint.watermark.time_ns == EPOCH_NS + 35 * SECOND_NS


def test_a_stop_leaves_the_rest_and_says_so() -> None:
    bench = Bench()

    def work(engine: ProductIngest) -> None:
        bench.stop.set("time is up")
        engine.live(0)
        bench.stop.check()

    result = bench.run(work)
    assert set(states(result).values()) == {ProductState.STOPPED}
    assert {outcome.reason for outcome in result.products} == {"time is up"}
    assert bench.aborted.wait(5)


def test_what_another_runner_holds_is_left_to_it() -> None:
    bench = Bench()
    bench.keeper = LeaseKeeper(LeaseObjects(bench.store), bench.clock)
    with bench.keeper.hold(STREAMS[1].lease_name) as held:
        assert held is not None
        result = bench.run(lambda engine: engine.live(0))
    assert states(result)["B-USD"] is ProductState.BUSY
    assert (result.products[1].reason or "").endswith("works on it")
    assert [event.holder for event in bench.events if isinstance(event, LeaseHeld)] != [""]
    assert result.complete
    assert bench.run(lambda engine: engine.live(0)).trades == 30


def test_a_lost_lease_ends_the_products_work() -> None:
    bench = Bench()
    bench.keeper = LeaseKeeper(LeaseObjects(bench.store), bench.clock, ttl_seconds=90)

    def work(engine: ProductIngest) -> None:
        bench.clock.advance(91)
        engine.live(0)

    result = bench.run(work)
    assert set(states(result).values()) == {ProductState.STOPPED}
    assert "the lease ran out" in (result.products[0].reason or "")
    assert not list(bench.store.list("raw_"))
