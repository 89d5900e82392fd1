"""The order of what is merged, in how many rows at once, and its fingerprint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from tests.unit.compact.conftest import Lake, rows

from schemahub._compact.fingerprint import Fingerprint, fingerprint
from schemahub._compact.merge import merged
from schemahub._lake.parquet_order import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

SYMBOLS = ("ADA-USD", "BTC-USD", "ETH-USD")


def of(table: pa.Table) -> Fingerprint:
    found = Fingerprint()
    found.add(table)
    return found


@settings(max_examples=80)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(SYMBOLS), st.integers(1, 60), st.integers(1, 9)), min_size=1, max_size=6
    ),
    most_rows=st.sampled_from([1, 2, 7, 1_000]),
)
def test_pieces_are_all_rows_in_order_and_few_at_a_time(
    parts: Sequence[tuple[str, int, int]], most_rows: int
) -> None:
    lake = Lake()
    step = timedelta(microseconds=1)
    tables = [rows(range(first, first + count), symbol, step=step) for symbol, first, count in parts]
    for number, table in enumerate(tables):
        lake.add(table, f"b{number}")
    pieces = list(merged(lake.store, lake.snapshot.files, most_rows))
    whole = pa.concat_tables(pieces)
    everything = pa.concat_tables(tables)
    assert whole.to_pylist() == in_order(everything).to_pylist()
    for piece in pieces:
        # Rows of one moment stay together, so one moment's may be more.
        moments = pc.count_distinct(piece["trade_ts"]).as_py()
        assert piece.num_rows <= most_rows or moments == 1


def test_neighbouring_symbols_are_read_together(lake: Lake) -> None:
    lake.add(pa.concat_tables([rows(range(1, 5), f"S{i:02}-USD") for i in range(50)]), "b")
    assert len(list(merged(lake.store, lake.snapshot.files, 1_000))) == 1


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_a_fingerprint_knows_no_order(random: object) -> None:
    table = pa.concat_tables([rows(range(1, 30)), rows(range(5, 9), "ADA-USD")])
    order = list(range(table.num_rows))
    random.shuffle(order)  # type: ignore[attr-defined]  # a Random
    parts = Fingerprint()
    for first in range(0, len(order), 7):
        parts.add(table.take(order[first : first + 7]))
    assert not of(table).differing(parts)


@pytest.mark.parametrize("column", ["trade_id", "price", "quantity", "trade_ts", "ingest_ts", "side"])
def test_a_fingerprint_sees_each_value(column: str) -> None:
    one, other = rows(range(1, 4)), rows(range(2, 5), day=2)
    where = one.schema.get_field_index(column)
    other = other.set_column(where, column, pa.concat_arrays(other[column].chunks).take([1, 1, 2]))
    if column in {"quantity", "side"}:
        changed = {"quantity": [1e-8, 2e-8, 1e-8], "side": ["SELL", "SELL", "SELL"]}[column]
        other = other.set_column(where, column, pa.array(changed, one.schema.field(column).type))
    swapped = one.set_column(where, column, other[column])
    assert of(one).differing(of(swapped)) == [("COINBASE", "BTC-USD")]


def test_a_fingerprint_sees_lost_and_doubled_rows_and_moved_texts() -> None:
    table = rows(range(1, 9))
    assert of(table).differing(of(table.slice(1)))
    assert of(table).differing(of(pa.concat_tables([table, table.slice(0, 1)])))
    texts = ["abcdefgh12345678", "12345678abcdefgh"]
    one, other = (rows(range(1, 2)).set_column(2, "trade_id", pa.array([text])) for text in texts)
    assert of(one).differing(of(other))


def test_an_id_is_hashed_alike_beside_numbers_and_beside_texts() -> None:
    mixed = rows(range(1, 4)).set_column(2, "trade_id", pa.array(["7", "x-1", "y" * 40]))
    apart = Fingerprint()
    for row in range(3):
        apart.add(mixed.slice(row, 1))
    assert not of(mixed).differing(apart)


def test_files_are_read_as_they_are_stored(lake: Lake) -> None:
    file = lake.add(rows(range(1, 13)), "b")
    assert not fingerprint(lake.store, [file.key]).differing(of(rows(range(1, 13))))
