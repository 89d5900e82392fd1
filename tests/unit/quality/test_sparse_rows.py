"""Counting rows whose ids have holes: never more in memory than a file's and its neighbours'."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.quality.sparse_lake import SparseLake

from schemahub._quality.clusters import clusters
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
