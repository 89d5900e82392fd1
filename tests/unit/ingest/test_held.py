"""What becomes of a product that another runner holds, and when that is no failure."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from runner_bench import NAMES, STREAMS, Bench, states
from tiny_exchange import EPOCH_NS, SECOND_NS

from schemahub._ingest.plan import new_plan
from schemahub._ingest.report import ProductState
from schemahub._ingest.task import Left, Task, backfill_task, fill_task, live_task, recheck_task
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.lease_objects import LeaseObjects
from schemahub._lease import LeaseKeeper
from schemahub.checkpoint import Checkpoint, PlanKind
from schemahub.errors import Cancelled, RetryableError
from schemahub.events import LeaseHeld, ProductFinished
from schemahub.layout import us
from schemahub.settings import IngestSettings
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from schemahub._ingest.product import ProductIngest
    from schemahub._ingest.report import ProductOutcome

FIRST = STREAMS[0]


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


def at(position: int) -> int:
    return EPOCH_NS + position * SECOND_NS


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.keeper = LeaseKeeper(LeaseObjects(bench.store), bench.clock)
    return bench


def left(bench: Bench, task: Task) -> ProductOutcome:
    """Return the outcome of a product that another runner holds all the while."""
    assert bench.keeper is not None
    with bench.keeper.hold(FIRST.lease_name) as held:
        assert held is not None
        result = bench.run_task(task)
    assert result.complete == result.products[0].complete, "the others are done"
    return result.products[0]


def stored_by_another(bench: Bench, first: int, last: int) -> None:
    bench.engine(FIRST, lambda: None).backfill(at(first), at(last + 1))


def test_a_backfill_of_what_another_runner_does_not_store_is_not_complete(bench: Bench) -> None:
    stored_by_another(bench, 1, 9)
    outcome = left(bench, backfill_task(at(5), at(11)))
    assert outcome.state is ProductState.HELD
    assert (outcome.reason or "").endswith("works on it: not all of the range is stored, or being fetched")
    (finished,) = [
        event for event in bench.events if isinstance(event, ProductFinished) and event.stream == FIRST
    ]
    assert finished.error == outcome.reason, "metrics count it"


@pytest.mark.parametrize(
    ("requested", "plan", "state"),
    [
        ((Span(10, 12),), Span(8, 9), ProductState.BUSY),
        ((Span(8, 12),), None, ProductState.BUSY),
        ((), Span(8, 10), ProductState.BUSY),
        ((Span(10, 12),), Span(9, 9), ProductState.HELD),
        ((Span(8, 9),), None, ProductState.HELD),
    ],
)
def test_a_backfill_of_what_another_runner_is_asked_for_is_left_to_it(
    bench: Bench, requested: tuple[Span, ...], plan: Span | None, state: ProductState
) -> None:
    stored_by_another(bench, 1, 7)
    ledger = CheckpointObjects(bench.store)
    stored = ledger.load(FIRST)
    assert stored is not None
    planned = new_plan(PlanKind.BACKFILL, plan, IngestSettings(), 1) if plan else None
    ledger.save(replace(stored.checkpoint, requested=SpanSet(requested), plan=planned), stored.version)
    outcome = left(bench, backfill_task(at(5), at(11)))
    assert outcome.state is state
    assert outcome.complete is (state is ProductState.BUSY)


@pytest.mark.parametrize(("first", "last"), [(5, 10), (5, 9), (8, 8)])
def test_a_backfill_of_what_another_runner_has_stored_is_done(bench: Bench, first: int, last: int) -> None:
    stored_by_another(bench, 5, 10)
    outcome = left(bench, backfill_task(at(first), at(last + 1)))
    assert outcome.state is ProductState.ELSEWHERE
    assert outcome.complete
    assert outcome.trades == 0


def test_a_range_without_a_trade_is_done_by_whoever_looks(bench: Bench) -> None:
    bench.exchange.head = 0
    assert left(bench, backfill_task(at(1), at(9))).state is ProductState.ELSEWHERE


def test_recorded_gaps_of_a_range_count_as_what_they_are(bench: Bench) -> None:
    bench.exchange.missing = {7}
    stored_by_another(bench, 5, 10)
    outcome = left(bench, backfill_task(at(5), at(11)))
    assert outcome.state is ProductState.GAPS, "as if this runner had found it"


def test_what_is_out_of_reach_is_not_done_before_it_is_recorded(bench: Bench) -> None:
    stored_by_another(bench, 5, 10)
    bench.exchange.missing = {1, 2, 3, 4}
    asked = backfill_task(at(1), at(11))
    assert left(bench, asked).state is ProductState.HELD
    stored_by_another(bench, 1, 10)
    assert left(bench, asked).state is ProductState.OUT_OF_REACH


def test_what_is_stored_while_the_exchange_is_asked_counts(bench: Bench) -> None:
    def late_left(engine: ProductIngest) -> Left:
        target = engine.survey.target

        def late(checkpoint: Checkpoint) -> int | None:
            stored_by_another(bench, 5, 10)
            return target(checkpoint)

        engine.survey.target = late  # type: ignore[method-assign]  # the other runner's moment
        return task.left(engine)

    task = backfill_task(at(5), at(11))
    outcome = left(bench, Task(do=task.do, left=late_left))
    assert outcome.state is ProductState.ELSEWHERE


def test_ingest_is_not_complete_where_the_other_runner_fetches_the_past(bench: Bench) -> None:
    task = live_task(0, us(bench.clock.now_ns()))
    assert left(bench, task).state is ProductState.BUSY, "nothing says that it will not"
    plan = new_plan(PlanKind.BACKFILL, Span(1, 4), IngestSettings(), 1)
    CheckpointObjects(bench.store).save(Checkpoint(stream=FIRST, plan=plan), None)
    outcome = left(bench, task)
    assert outcome.state is ProductState.HELD
    assert (outcome.reason or "").endswith("works on it: it fetches the past, not what is new")


def test_ingest_is_complete_where_the_other_runner_is_on_its_way_to_the_head(bench: Bench) -> None:
    plan = new_plan(PlanKind.LIVE, Span(1, 4), IngestSettings(), 1)
    CheckpointObjects(bench.store).save(Checkpoint(stream=FIRST, plan=plan), None)
    assert left(bench, live_task(0, us(bench.clock.now_ns()))).state is ProductState.BUSY


def test_what_was_requested_is_filled_or_not_whoever_does_it(bench: Bench) -> None:
    stored_by_another(bench, 1, 9)
    assert left(bench, fill_task()).state is ProductState.ELSEWHERE
    ledger = CheckpointObjects(bench.store)
    stored = ledger.load(FIRST)
    assert stored is not None
    asked = replace(stored.checkpoint, requested=SpanSet((Span(5, 9),)))
    version = ledger.save(asked, stored.version)
    assert left(bench, fill_task()).state is ProductState.ELSEWHERE, "that much is stored"
    ledger.save(replace(asked, requested=SpanSet((Span(5, 12),))), version)
    outcome = left(bench, fill_task())
    assert outcome.state is ProductState.HELD
    assert (outcome.reason or "").endswith("not all that was requested is stored")


@pytest.mark.parametrize("task", [fill_task(), recheck_task()])
def test_gaps_that_nobody_has_read_again_are_told(bench: Bench, task: Task) -> None:
    bench.exchange.missing = {7}
    stored_by_another(bench, 5, 10)
    bench.exchange.missing = set()
    assert bench.keeper is not None
    with bench.keeper.hold(FIRST.lease_name):
        result = bench.run_task(task)
    assert result.products[0].state is ProductState.HELD
    assert (result.products[0].reason or "").endswith("its gaps are not read again")
    assert result.unfinished, "a list of the gaps would look as if they were"
    assert result.next_steps() == ("the same command again, once the other runner is done",)


@pytest.mark.parametrize(
    ("error", "state"),
    [(RetryableError("down"), ProductState.FAILED), (Cancelled("time is up"), ProductState.STOPPED)],
)
def test_what_cannot_be_looked_at_is_not_taken_for_done(
    bench: Bench, error: Exception, state: ProductState
) -> None:
    def failing(_: ProductIngest) -> Left:
        raise error

    outcome = left(bench, Task(do=lambda engine: engine.live(0), left=failing))
    assert (outcome.state, outcome.reason) == (state, str(error))
