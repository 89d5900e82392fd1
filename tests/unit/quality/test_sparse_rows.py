"""Counting rows whose ids have holes: never more in memory than a file's and its neighbours'."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.quality.sparse_lake import SparseLake

from schemahub._quality.clusters import clusters
from schemahub._quality.id_spans import positions_of
from schemahub._quality.raw_names import Listing
from schemahub._quality.row_tally import SparseRows
from schemahub._quality.table_scan import by_time
from schemahub.spans import Span, SpanSet
from schemahub.table import DataFile, SymbolRange

TINY = ("TINY", "BTC-USD")


def file_of(number: int, ids: list[int], *, tells: bool = True) -> DataFile:
    part = SymbolRange(
        exchange=TINY[0],
        symbol=TINY[1],
        rows=len(ids),
        least_us=number,
        greatest_us=number,
        least_id=min(ids) if tells else None,
        greatest_id=max(ids) if tells else None,
    )
    return DataFile(key=str(number), trade_date="2024-01-01", rows=len(ids), bytes=1, symbols=(part,))


ids = st.lists(st.integers(0, 40), min_size=1, max_size=8)
spans = st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda pair: Span(pair[0], sum(pair)))


@given(st.lists(st.tuples(ids, st.booleans()), max_size=6), st.lists(spans, max_size=4))
def test_counts_and_doubles_are_exact_whatever_files_share(
    files: list[tuple[list[int], bool]], counted: list[Span]
) -> None:
    rows = SparseRows.between(counted)
    stored = [file_of(number, found, tells=tells) for number, (found, tells) in enumerate(files)]
    for file, ahead in by_time(reversed(stored)):
        rows.add(file.key, 0, pa.array([str(i) for i in files[int(file.key)][0]]))
        rows.end_file(ahead[TINY])
    every = sorted(i for found, _ in files for i in found)
    assert rows.rows == len(every)
    assert rows.twice == SpanSet.of_positions(sorted({i for i in every if every.count(i) > 1}))
    for span in counted:
        assert rows.within(SpanSet((span,))) == sum(i in span for i in every)


def test_an_object_inside_another_keeps_the_cluster_open() -> None:
    lake = SparseLake()
    for number, (first, ids) in enumerate([(1, [4, 20]), (2, [4]), (9, [12, 15]), (21, [30])]):
        lake.put(first, ids, number)
    found = list(clusters(Listing.of(lake.objects()).objects))
    assert [(each.span, each.least, each.most) for each in found] == [
        (Span(1, 20), 3, 5),
        (Span(21, 30), 1, 1),
    ]


@pytest.mark.parametrize(
    ("texts", "positions"),
    [
        (["0", "7", str(2**63 - 1)], [0, 7, 2**63 - 1]),
        ([str(2**63), "9" * 40, "7"], [7]),
        (["007", "+7", "-7", "7.0", "", "x", "70"], [70]),
        ([], []),
    ],
)
def test_ids_that_are_no_positions_are_counted(texts: list[str], positions: list[int]) -> None:
    found, strange = positions_of(pa.array(texts, pa.string()))
    assert (found.to_pylist(), strange) == (positions, len(texts) - len(positions))


def test_ids_that_no_later_file_can_have_are_forgotten() -> None:
    rows = SparseRows()
    for file, ahead in by_time([file_of(day, list(range(100 * day, 100 * day + 120))) for day in range(9)]):
        low = 100 * int(file.key)
        rows.add(file.key, 0, pa.array([str(i) for i in range(low, low + 120)]))
        rows.end_file(ahead[TINY])
        assert len(rows._seen) <= 20
    assert len(rows.twice) == 8 * 20


@given(st.sets(st.integers(1, 30), min_size=1), st.data())
def test_a_cluster_holds_as_many_trades_as_its_bounds_say(trades: set[int], data: st.DataObject) -> None:
    found = sorted(trades)
    ends = st.tuples(st.sampled_from(range(len(found))), st.sampled_from(range(len(found)))).map(sorted)
    lake, held = SparseLake(), []
    for number, (low, high) in enumerate(data.draw(st.lists(ends, min_size=1, max_size=6))):
        lake.put(found[low - 1] + 1 if low else 1, found[low : high + 1], number)
        held.append(set(found[low : high + 1]))
    groups = list(clusters(Listing.of(lake.objects()).objects))
    for group in groups:
        different = set().union(*(each for each in held if min(each) in group.span))
        assert group.least <= len(different) <= group.most
    assert all(one.span.last < other.span.first for one, other in pairwise(groups))
    assert sum(len(group.objects) for group in groups) == len(held)
