"""Blocks and batches: no object spans a hole, and everybody cuts alike."""

from __future__ import annotations

import io
import uuid

import hypothesis.strategies as st
from hypothesis import given

from schemahub import Page, Span, SpanSet
from schemahub._ingest.batches import Origin, cut_batches
from schemahub._ingest.blocks import blocks_of, without
from schemahub._ingest.cells import plan_cells
from schemahub._ingest.plan import new_plan
from schemahub.checkpoint import PlanKind
from schemahub.codec import decompressed
from schemahub.layout import StreamId
from schemahub.settings import IngestSettings

STREAM = StreamId("tiny", "T-USD")
ORIGIN = Origin(id=str(uuid.uuid4()), created_us=77, codec="zst")


def page(positions: list[int]) -> Page:
    return Page(
        positions=positions,
        lines=[b"line %d" % position for position in positions],
        first_time_ns=positions[0],
        last_time_ns=positions[-1],
    )


@given(st.sets(st.integers(1, 40), min_size=1), st.sets(st.integers(1, 40)))
def test_a_batch_is_a_run_of_consecutive_trades(served: set[int], gaps: set[int]) -> None:
    kept = served - gaps
    blocks = list(without(blocks_of(page(sorted(served))), SpanSet.of_positions(sorted(gaps))))
    batches = list(cut_batches(STREAM, ORIGIN, blocks))
    found = []
    for batch in batches:
        assert len(batch.name.span) == batch.name.count
        lines = decompressed("zst", io.BytesIO(batch.data)).read().splitlines()
        assert lines == [b"line %d" % i for i in range(batch.name.first, batch.name.last + 1)]
        found += range(batch.name.first, batch.name.last + 1)
    assert found == sorted(kept)
    assert len(batches) == len(SpanSet.of_positions(sorted(kept)).spans)


def test_the_time_of_the_last_trade_is_known_only_where_it_is_one_of_the_pages_own() -> None:
    whole = next(blocks_of(page([1, 2, 3])))
    assert whole.last_time_ns == 3
    assert whole.part(Span(2, 3)).last_time_ns == 3
    assert whole.part(Span(1, 2)).last_time_ns is None


@given(st.sets(st.integers(1, 99), min_size=1))
def test_cells_are_those_of_the_grid_whatever_is_missing(missing: set[int]) -> None:
    plan = new_plan(PlanKind.LIVE, Span(1, 99), IngestSettings(batch_size=10), 5)
    lacking = SpanSet.of_positions(sorted(missing))
    found = plan_cells(plan, lacking)
    assert [cell.first // 10 for cell, _ in found] == sorted({position // 10 for position in missing})
    assert SpanSet.of(span for _, part in found for span in part) == lacking
    assert all(cell.first <= span.first and span.last <= cell.last for cell, part in found for span in part)
