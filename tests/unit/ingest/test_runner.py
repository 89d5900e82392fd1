"""Many products at once: walls between them, leases, and what became of each (R9)."""

from __future__ import annotations

import dataclasses
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange, Wire, tiny_connector

from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._ingest.report import ExchangeFailure, IngestResult, ProductOutcome, ProductState
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lake.raw_objects import RawObjects
from schemahub._lease import LeaseKeeper
from schemahub._runner import Runner
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import LeaseLost, UnknownProduct
from schemahub.events import Event, GapSeen, LeaseHeld, ProductFinished
from schemahub.layout import StreamId, us
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

    def run(self, work: Callable[[ProductIngest], None], workers: int = 2) -> IngestResult:
        runner = Runner(
            engine=self.engine,
            keeper=self.keeper,
            workers=workers,
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
    assert result.stopped
    assert {outcome.reason for outcome in result.products} == {"time is up"}
    assert bench.aborted.wait(5)


@pytest.mark.parametrize(
    ("ended", "stopped"),
    [
        ((ProductState.STOPPED, ProductState.DONE, ProductState.ELSEWHERE), True),
        ((ProductState.STOPPED, ProductState.GAPS), False),
        ((ProductState.STOPPED, ProductState.FAILED), False),
        ((ProductState.DONE,), False),
    ],
)
def test_a_run_was_merely_stopped_if_nothing_else_is_wrong(
    ended: tuple[ProductState, ...], *, stopped: bool
) -> None:
    products = tuple(
        ProductOutcome(stream=StreamId(exchange="tiny", product=str(i)), state=state)
        for i, state in enumerate(ended)
    )
    result = IngestResult(command="ingest", exchange="tiny", products=products, seconds=1)
    assert result.stopped == stopped
    failed = ExchangeFailure(exchange="other", reason="no seed")
    assert not dataclasses.replace(result, failures=(failed,)).stopped


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


def test_what_another_runner_held_and_did_meanwhile_is_not_asked_for_again() -> None:
    bench, rival = Bench(), Bench()
    rival.store = bench.store
    bench.keeper = LeaseKeeper(LeaseObjects(bench.store), bench.clock)
    asked_us = us(bench.clock.now_ns())
    rival.clock.advance(1)
    order: list[str] = []

    def work(engine: ProductIngest) -> None:
        if not order:
            # The rival's lease ran out, or was given back: the product has another turn, after the rest.
            holding.close()
        order.append(engine.stream.product)
        engine.live(0, asked_us)

    with ExitStack() as holding:
        assert holding.enter_context(bench.keeper.hold(STREAMS[0].lease_name)) is not None
        rival.engine(STREAMS[0], lambda: None).live(0)
        result = bench.run(work, workers=1)
    assert order == ["B-USD", "C-USD", "A-USD"]
    assert [outcome.stream for outcome in result.products] == STREAMS
    assert [outcome.state.value for outcome in result.products] == ["done by another runner", "done", "done"]
    assert result.complete
    assert "; 1 of 3 products by other runners" in result.headline()
    assert not [event for event in bench.events if isinstance(event, LeaseHeld)]
    assert len([event for event in bench.events if isinstance(event, ProductFinished)]) == 3


def test_what_another_runner_held_and_left_undone_is_done_after_the_rest() -> None:
    bench = Bench()
    bench.keeper = LeaseKeeper(LeaseObjects(bench.store), bench.clock)

    def work(engine: ProductIngest) -> None:
        holding.close()
        engine.live(0, us(bench.clock.now_ns()))

    with ExitStack() as holding:
        assert holding.enter_context(bench.keeper.hold(STREAMS[0].lease_name)) is not None
        result = bench.run(work, workers=1)
    assert [outcome.trades for outcome in result.products] == [30, 30, 30]


def test_what_was_planned_before_the_run_began_is_looked_at_again() -> None:
    bench = Bench()
    bench.run(lambda engine: engine.live(0))
    bench.clock.advance(1)
    asked_us = us(bench.clock.now_ns())
    bench.exchange.head = 35
    assert bench.run(lambda engine: engine.live(0, asked_us)).trades == 15
    bench.clock.advance(1)
    bench.exchange.head = 40
    later = bench.run(lambda engine: engine.live(0, us(bench.clock.now_ns())))
    assert states(later) == dict.fromkeys(NAMES, ProductState.DONE)
    assert later.trades == 15


def test_a_runner_that_comes_late_with_a_batch_changes_nothing() -> None:
    bench = Bench()
    left = [5]
    stored: list[object] = []

    def check() -> None:
        # Once before each plan, each cell and each batch: the second batch is in hand.
        left[0] -= 1
        if not left[0]:
            bench.engine(STREAMS[0], lambda: None).live(0)
            stored.append(CheckpointObjects(bench.store).load(STREAMS[0]))

    late = bench.engine(STREAMS[0], check)
    late.live(0)
    assert [CheckpointObjects(bench.store).load(STREAMS[0])] == stored
    assert late.tally.trades == 9, "the first batch; the others are the other runner's"


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


def test_a_runner_whose_lease_is_lost_makes_no_plan() -> None:
    bench = Bench()

    def check() -> None:
        msg = "the lease was taken over"
        raise LeaseLost(msg)

    engine = bench.engine(STREAMS[0], check)
    with pytest.raises(LeaseLost):
        engine.live(0)
    checkpoint = engine.stored()
    assert checkpoint is not None
    assert checkpoint.plan is None
