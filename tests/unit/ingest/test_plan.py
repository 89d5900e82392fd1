"""What is fetched next, and what follows from what is covered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemahub import Head, Ids, Span, SpanSet
from schemahub._ingest.plan import (
    REST,
    Piece,
    advance,
    backfill_piece,
    backfill_span,
    check_head,
    live_span,
    new_plan,
)
from schemahub.checkpoint import Checkpoint, Gap, GapState, PlanKind, Watermark
from schemahub.errors import IntegrityError
from schemahub.layout import StreamId
from schemahub.settings import IngestSettings

SETTINGS = IngestSettings(batch_size=10, plan_batches=2)
EMPTY = Checkpoint(stream=StreamId("tiny", "T-USD"))
GAP = Gap(id="g", span=Span(14, 15), state=GapState.OPEN, seen_us=0, read_us=0)


def covering(*spans: Span, watermark: int | None = None) -> Checkpoint:
    mark = None if watermark is None else Watermark(position=watermark, time_ns=watermark * 1_000)
    return replace(EMPTY, covered=SpanSet.of(spans), watermark=mark)


def planned(span: Span, kind: PlanKind = PlanKind.LIVE) -> Checkpoint:
    return replace(EMPTY, plan=new_plan(kind, span, SETTINGS, 5))


def test_live_begins_where_it_is_told_then_at_the_watermark() -> None:
    assert live_span(EMPTY, 7, 30) == Span(7, 30)
    assert live_span(covering(watermark=20), 7, 30) == Span(21, 30)
    assert live_span(covering(watermark=30), 7, 30) is None
    assert live_span(EMPTY, 31, 30) is None


def test_a_backfill_goes_piece_by_piece_on_the_grid() -> None:
    wanted = SpanSet((Span(5, 58),))
    assert backfill_span(EMPTY, wanted, SETTINGS) == Span(5, 19)
    assert backfill_span(covering(Span(5, 19)), wanted, SETTINGS) == Span(20, 39)
    assert backfill_span(replace(covering(Span(5, 13)), gaps=(GAP,)), wanted, SETTINGS) == Span(16, 19)
    assert backfill_span(covering(Span(1, 60)), wanted, SETTINGS) is None


@pytest.mark.parametrize("ids", [Ids.SPARSE, Ids.OPAQUE])
def test_a_backfill_of_ids_with_holes_is_one_plan(ids: Ids) -> None:
    known, all_of_it = replace(EMPTY, ids=ids), Span(5, 2_840_140_830_001_865)
    offer = Piece(span=all_of_it, source=REST)
    assert backfill_piece(known, SpanSet((all_of_it,)), offer, SETTINGS) == offer


def test_the_watermark_is_the_end_of_the_accounted_prefix() -> None:
    plan = planned(Span(11, 20))
    assert advance(plan).watermark is None
    some = advance(replace(plan, covered=SpanSet((Span(11, 13), Span(16, 20)))), 99)
    assert some.watermark == Watermark(position=13, time_ns=99)
    assert some.plan is not None
    passed = advance(replace(some, gaps=(GAP,)), 100)
    assert passed.watermark == Watermark(position=20, time_ns=100)
    assert passed.plan is None


def test_a_backfill_moves_no_watermark() -> None:
    done = advance(replace(planned(Span(11, 20), PlanKind.BACKFILL), covered=SpanSet((Span(11, 20),))), 99)
    assert done.plan is None
    assert done.watermark is None


def test_the_watermark_never_moves_back() -> None:
    ahead = replace(planned(Span(11, 20)), watermark=Watermark(position=40, time_ns=1))
    assert advance(replace(ahead, covered=SpanSet((Span(11, 20),))), 99).watermark == ahead.watermark


def test_what_was_requested_is_dropped_as_it_is_covered() -> None:
    known = replace(
        covering(Span(1, 5)), requested=SpanSet((Span(1, 9),)), gaps=(replace(GAP, span=Span(7, 7)),)
    )
    assert advance(known).requested == SpanSet((Span(6, 6), Span(8, 9)))


def test_ids_that_were_reset_are_told_from_an_old_page() -> None:
    known = covering(watermark=50)
    check_head(known, Head(positions=[51], times_ns=[1]), "here")
    check_head(known, Head(positions=[49], times_ns=[49_000]), "here")
    check_head(known, Head(positions=[], times_ns=[]), "here")
    with pytest.raises(IntegrityError, match=r"were its ids reset.*at least 50, found 3"):
        check_head(known, Head(positions=[3], times_ns=[60_000]), "here")


def test_a_plan_ends_at_the_newest_settled_trade() -> None:
    head = Head(positions=[7, 8, 9], times_ns=[70, 80, 90])
    assert head.settled(90) == 9
    assert head.settled(89) == 8
    assert head.settled(69) == 6
    assert Head(positions=[1], times_ns=[70]).settled(0) is None
    assert Head(positions=[], times_ns=[]).settled(0) is None
