"""A gap's life: open, confirmed after three reads a minute apart, repaired, or out of reach."""

from __future__ import annotations

from dataclasses import replace

from schemahub import Span, SpanSet
from schemahub._ingest.gaps import MICROSECONDS_BETWEEN_READS, neighbourhood, record, reread
from schemahub.checkpoint import Checkpoint, GapState
from schemahub.layout import StreamId

MINUTE = MICROSECONDS_BETWEEN_READS
HOLE = Span(5, 8)
AROUND = SpanSet((Span(4, 4), Span(9, 9)))
COVERED = SpanSet((Span(1, 4), Span(9, 20)))
START = record(Checkpoint(stream=StreamId("tiny", "T-USD"), covered=COVERED), SpanSet((HOLE,)), 0)


def state(checkpoint: Checkpoint) -> list[tuple[Span, GapState, int]]:
    return [(gap.span, gap.state, gap.reads) for gap in checkpoint.gaps]


def test_it_is_open_when_first_seen() -> None:
    assert state(START) == [(HOLE, GapState.OPEN, 1)]
    assert record(START, SpanSet((HOLE,)), 9) == START
    assert neighbourhood(START.gaps[0]) == Span(4, 9)


def test_three_reads_a_minute_apart_confirm_it() -> None:
    gap = START.gaps[0]
    hasty = reread(START, gap, AROUND, MINUTE - 1)
    assert state(hasty) == [(HOLE, GapState.OPEN, 1)]
    twice = reread(START, gap, AROUND, MINUTE)
    assert state(twice) == [(HOLE, GapState.OPEN, 2)]
    assert state(reread(twice, gap, AROUND, 2 * MINUTE - 1)) == state(twice)
    assert state(reread(twice, gap, AROUND, 2 * MINUTE)) == [(HOLE, GapState.CONFIRMED, 3)]


def test_an_exchange_that_forgot_the_neighbours_too_is_out_of_reach() -> None:
    assert state(reread(START, START.gaps[0], SpanSet(), MINUTE)) == [(HOLE, GapState.OUT_OF_REACH, 1)]


def test_neighbours_that_were_never_stored_prove_nothing() -> None:
    alone = replace(START, covered=SpanSet())
    assert state(reread(alone, alone.gaps[0], SpanSet(), MINUTE)) == [(HOLE, GapState.OPEN, 2)]


def test_what_turns_up_is_covered_and_the_rest_stays_a_gap() -> None:
    part = reread(START, START.gaps[0], AROUND | SpanSet((Span(6, 7),)), 1)
    assert part.covered == COVERED | SpanSet((Span(6, 7),))
    assert [gap.span for gap in part.gaps] == [Span(5, 5), Span(8, 8)]
    assert len({gap.id for gap in (*part.gaps, *START.gaps)}) == 3
    assert {gap.seen_us for gap in part.gaps} == {0}
    assert part == reread(START, START.gaps[0], AROUND | SpanSet((Span(6, 7),)), 1)


def test_a_repaired_gap_is_no_gap() -> None:
    whole = reread(START, START.gaps[0], SpanSet((Span(4, 9),)), 1)
    assert whole.gaps == ()
    assert whole.covered == SpanSet((Span(1, 20),))
    assert reread(whole, START.gaps[0], AROUND, MINUTE) == whole
