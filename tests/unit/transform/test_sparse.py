"""Raw objects of sparse ids: a name says where its trades lie, each id where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.transform.conftest import Lake

from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._transform.run import preview, transform
from schemahub.checkpoint import Checkpoint, VersionedCheckpoint
from schemahub.layout import StreamId
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

BTC = StreamId("coinbase", "BTC-USD")
FAR = 2_800_000_000_000_000
"""As large as Gemini's ids are."""


def line(number: int | str) -> bytes:
    return f'{{"id": "{number}", "us": 1}}'.encode()


def rows(*ids: int) -> list[tuple[str, int]]:
    return [("BTC-USD", i) for i in ids]


@pytest.mark.parametrize("first", [0, 1, FAR, 2**63 - 101])
def test_a_row_stands_where_its_id_says_and_the_whole_name_is_covered(lake: Lake, first: int) -> None:
    found = [first + step for step in (3, 4, 50, 100)]
    lake.put(first, first + 100, lines=[line(i) for i in found], count=4)
    result = transform(lake.job())
    assert (result.complete, result.rows, result.quarantined) == (True, 4, 0)
    assert lake.rows() == rows(*found)
    assert lake.table.snapshot().covered_of(BTC) == SpanSet((Span(first, first + 100),))
    assert transform(lake.job()).commits == 0


@pytest.mark.parametrize("spelt", ["0030", "+30", "-30", "30.0", "x", "", "9", "101", "20", "15", "2" * 20])
def test_an_id_that_cannot_stand_there_is_quarantined(lake: Lake, spelt: str) -> None:
    lake.put(10, 100, lines=[line(20), line(spelt), line(100)], count=3)
    result = transform(lake.job())
    assert lake.rows() == rows(20, 100)
    assert result.rules == (
        ("trade_id: not a position in the raw object's name, above those of the lines before", 1),
    )
    (rejected,) = lake.quarantine()
    assert (rejected["line"], rejected["data"]) == (1, line(spelt).decode())


def test_a_low_id_does_not_lower_what_comes_after(lake: Lake) -> None:
    lake.put(10, 100, lines=[line(50), line(20), line(30), line(100)], count=4)
    transform(lake.job())
    assert lake.rows() == rows(50, 100)


def checkpointed(lake: Lake, ids: Ids) -> None:
    known = Checkpoint(stream=BTC, covered=SpanSet((Span(1, 60),)), ids=ids)
    CheckpointObjects(lake.store).save(known, None)


@pytest.mark.parametrize(("ids", "is_taken"), [(Ids.DENSE, False), (Ids.OPAQUE, False), (Ids.SPARSE, True)])
def test_the_checkpoint_says_whether_a_name_may_promise_less(lake: Lake, ids: Ids, *, is_taken: bool) -> None:
    checkpointed(lake, ids)
    key = lake.put(1, 60, ids=[5, 60])
    result = transform(lake.job())
    assert result.complete is is_taken
    assert lake.rows() == (rows(5, 60) if is_taken else [])
    if not is_taken:
        assert result.failures[0].where == key
        assert "60 trades in 1..60" in result.failures[0].reason


def test_where_the_checkpoint_is_unreadable_the_names_decide(lake: Lake) -> None:
    lake.store.put_new(BTC.checkpoint_key, b"?")
    lake.put(1, 60, ids=[5, 60])
    assert transform(lake.job()).complete
    assert lake.rows() == rows(5, 60)


@pytest.mark.parametrize("ids", Ids)
def test_no_stream_has_more_trades_than_positions(lake: Lake, ids: Ids) -> None:
    checkpointed(lake, ids)
    lake.put(1, 2, ids=[1, 1, 2])
    assert "2 trades in 1..2" in transform(lake.job()).failures[0].reason


def test_a_checkpoint_is_read_once_and_only_if_a_name_asks_for_it(lake: Lake) -> None:
    checkpointed(lake, Ids.SPARSE)
    lake.put(1, 9)
    counted = Counted(lake.store)
    assert transform(replace(lake.job(), checkpoints=counted)).complete
    assert counted.loads == 0
    lake.put(10, 19, ids=[12, 19], created_us=2)
    lake.put(20, 60, ids=[30, 60], created_us=3)
    whole = replace(lake.job(), checkpoints=counted, table=lake.table.successor())
    assert transform(whole).commits == 1
    assert counted.loads == 1


class Counted(CheckpointObjects):
    loads = 0

    def load(self, stream: StreamId) -> VersionedCheckpoint | None:
        self.loads += 1
        return super().load(stream)


def test_a_preview_counts_trades_and_no_ids(lake: Lake) -> None:
    lake.put(1, 9_000, ids=[7, 9_000])
    lake.put(9_001, 9_003)
    assert preview(lake.job()).rows == 5
    transform(lake.job())
    lake.put(8_990, 9_100, ids=[9_000, 9_001, 9_002, 9_003, 9_100])
    assert preview(lake.job()).rows == 5  # at most: which of them are the same is not known


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], set[int], list[tuple[int, int]]]:
    """Return trades, the bad ones, no two of them neighbours, and objects from one trade to another."""
    steps = draw(st.lists(st.integers(1, 9), min_size=2, max_size=25))
    trades = [sum(steps[:end]) for end in range(1, len(steps) + 1)]
    bad = draw(st.sets(st.sampled_from(trades[::2]), max_size=6))
    ends = st.integers(0, len(trades) - 1)
    pairs = draw(st.lists(st.tuples(ends, ends).map(sorted), min_size=1, max_size=6))
    return trades, bad, [(low, high) for low, high in pairs]


@given(histories(), st.integers(1, 40))
def test_however_objects_overlap_each_trade_counts_once(
    history: tuple[list[int], set[int], list[tuple[int, int]]], at_once: int
) -> None:
    trades, bad, objects = history
    lake = Lake()
    for number, (low, high) in enumerate(objects):
        # A batch begins right behind the trade before its first.
        first = trades[low - 1] + 1 if low else 1
        lake.put(first, trades[high], ids=trades[low : high + 1], bad=bad, created_us=number + 1)
    assert transform(lake.job(rows=at_once)).complete
    stored = {trade for low, high in objects for trade in trades[low : high + 1]}
    assert lake.rows() == rows(*sorted(stored - bad))
    assert lake.quarantined() == len(stored & bad) == len(lake.quarantine())
