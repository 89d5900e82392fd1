"""How far a run is, by value: exact, never backwards, all done in the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.unit.progress.lines import BTC, NAME, SPAN, finished, read, started, stored

from schemahub._progress.tally import Line, Tally
from schemahub.checkpoint import GapState
from schemahub.events import (
    ArchiveGivenUp,
    BatchTransformed,
    DayCompacted,
    Event,
    FileChecked,
    GapSeen,
    ProductFinished,
    RunFinished,
    TokensWaited,
    WorkFound,
)
from schemahub.model import Ids
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

GIVEN_UP = ArchiveGivenUp(stream=BTC, span=SPAN, reason="damaged")


def line_after(*events: Event) -> Line:
    tally = Tally()
    for event in events:
        assert tally.add(event) == NAME
    return tally.lines[NAME]


def progress(events: Iterable[Event]) -> list[tuple[int, int | None]]:
    """Return what is done of how much, after each event."""
    tally, seen = Tally(), []
    for event in events:
        name = tally.add(event)
        assert name is not None
        seen.append((tally.lines[name].done, tally.lines[name].total))
    return seen


def test_the_first_plan_tells_the_total_of_all() -> None:
    events = [started(400, ahead=600), read(400), finished(), started(400, ahead=200), read(100)]
    assert progress(events) == [(0, 1_000), (400, 1_000), (400, 1_000), (400, 1_000), (500, 1_000)]


def test_a_hole_of_the_exchange_is_not_waited_for() -> None:
    assert progress([started(1_000), read(900), finished()])[-1] == (1_000, 1_000)


def test_a_plan_that_begins_again_neither_goes_back_nor_counts_twice() -> None:
    # 500 were read and 300 of them stored; 700 are left.
    events = [started(1_000), read(500), started(700), read(100), read(300), read(300), finished()]
    assert [done for done, _ in progress(events)] == [0, 500, 500, 500, 700, 1_000, 1_000]
    assert {total for _, total in progress(events)} == {1_000}


def test_what_turns_out_to_be_more_is_added() -> None:
    assert progress([started(100), read(100), finished(), started(50)])[-1] == (100, 150)


def test_a_bulk_file_that_is_given_up_is_not_waited_for() -> None:
    events = [started(1_000), read(500), GIVEN_UP, started(300), read(300)]
    assert progress(events)[-2:] == [(500, 800), (800, 800)]


@pytest.mark.parametrize(("error", "done"), [(None, 1_000), ("it is down", 400)])
def test_what_is_complete_is_all_done_and_nothing_else_is(error: str | None, done: int) -> None:
    end = ProductFinished(stream=BTC, trades=1, error=error, seconds=1.0)
    line = line_after(started(1_000), read(400), end)
    assert (line.done, line.ended, line.fraction) == (done, True, done / 1_000)


def test_nothing_to_do_is_all_done() -> None:
    line = line_after(ProductFinished(stream=BTC, trades=0, error=None, seconds=1.0))
    assert line.fraction == 1.0


def test_sparse_ids_advance_by_the_positions_that_are_settled() -> None:
    gap = GapSeen(stream=BTC, span=Span(1, 300), state=GapState.OUT_OF_REACH, again=False)
    events = [started(1_000, ids=Ids.SPARSE), gap, read(5), stored(301, 800, 3), stored(801, 1_000, 2)]
    assert [done for done, _ in progress([*events, stored(1, 9, 2)])] == [0, 300, 300, 800, 1_000, 1_000]
    assert line_after(*events).unit == "positions"
    assert Tally().add(replace(gap, again=True)) is None


def test_dense_ids_advance_by_pages_and_holes() -> None:
    hole = GapSeen(stream=BTC, span=Span(901, 910), state=GapState.OPEN, again=False)
    line = line_after(started(1_000), read(900), hole, stored(1, 900, 900))
    assert (line.done, line.unit) == (910, "trades")


DONE = {
    "transform": BatchTransformed(stream=BTC, source="x", rows=3, quarantined=1),
    "verify": FileChecked(key="x"),
    "compact": DayCompacted(
        trade_date="2026-01-01", generation=1, files_before=2, files_after=1, rows=1, bytes=1, seconds=1.0
    ),
}


@pytest.mark.parametrize(("command", "by"), [("transform", 4), ("compact", 1), ("verify", 1)])
def test_a_command_over_the_lake_says_first_how_much_there_is(command: str, by: int) -> None:
    done = DONE[command]
    over = RunFinished(command=command, exchange=None, failed=0, seconds=1.0)
    found = WorkFound(command=command, left=10)
    assert progress([found, done, done, over]) == [(0, 10), (by, 10), (2 * by, 10), (10, 10)]
    assert progress([found, done, replace(over, failed=1)])[-1] == (by, 10)
    assert progress([found, done, replace(over, error="cut short")])[-1] == (by, 10)


def test_a_proof_that_begins_anew_waits_where_it_was() -> None:
    found = WorkFound(command="verify", left=3)
    events = [found, FileChecked(key="a"), FileChecked(key="b"), found, FileChecked(key="a")]
    assert progress(events) == [(0, 3), (1, 3), (2, 3), (2, 3), (2, 3)]


def test_what_was_pinned_by_a_run_that_died_is_done_before_the_rest_is_known() -> None:
    batch = DONE["transform"]
    events = [batch, WorkFound(command="transform", left=10), batch]
    assert progress(events) == [(4, None), (4, 14), (8, 14)]


def test_days_that_come_up_meanwhile_are_added() -> None:
    first, again = WorkFound(command="compact", left=2), WorkFound(command="compact", left=1)
    day = DONE["compact"]
    assert progress([first, day, day, again, day])[-2:] == [(2, 3), (3, 3)]


def test_a_gap_that_is_read_again_is_no_progress() -> None:
    end = ProductFinished(stream=BTC, trades=0, error=None, seconds=1.0)
    assert progress([started(100), read(100), finished(), read(7), end])[-1] == (100, 100)
    assert progress([read(7), end]) == [(0, None), (0, 0)]


def test_other_events_have_no_line() -> None:
    tally = Tally()
    assert tally.add(TokensWaited(exchange="coinbase", limit="requests", seconds=1.0)) is None
    assert tally.add(RunFinished(command="ingest", exchange=None, failed=0, seconds=1.0)) is None
    assert tally.lines == {}
