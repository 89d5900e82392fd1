"""Many products at once: walls between them, leases, and what became of each (R9)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from runner_bench import STREAMS, Bench, states
from tiny_exchange import EPOCH_NS, SECOND_NS

from schemahub._ingest.report import ExchangeFailure, IngestResult, ProductOutcome, ProductState
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lease import LeaseKeeper
from schemahub.errors import LeaseLost, UnknownProduct
from schemahub.events import GapSeen, ProductFinished
from schemahub.layout import StreamId

if TYPE_CHECKING:
    from schemahub._ingest.product import ProductIngest


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
