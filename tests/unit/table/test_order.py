"""The order of rows, whatever chunks and dictionaries they come in; ids that are numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub._lake.parquet_file import ROWS, SCHEMA, encode
from schemahub._lake.parquet_order import in_order, integers, numbers_or_null
from schemahub._lake.symbol_ranges import symbol_ranges
from schemahub.settings import FileSettings

GREATEST = 2**63 - 1
Row = tuple[str, str, int, str]  # exchange, symbol, time, id

numbers = st.one_of(st.integers(0, 20), st.sampled_from([10**18, GREATEST, GREATEST + 1])).map(str)
texts = st.sampled_from(["", "a", "b", "007", "-5", "-0", "+5", "1.0", "9" * 25])
row = st.tuples(st.sampled_from("AB"), st.sampled_from(["X-Y", "Z-Y", "É"]), st.integers(0, 3), numbers)
odd_row = st.tuples(st.just("A"), st.just("X-Y"), st.integers(0, 1), st.one_of(numbers, texts))
some_rows = st.lists(row, unique=True, max_size=30) | st.lists(odd_row, unique=True, max_size=8)


def as_table(rows: list[Row], chunk: int = 100, schema: pa.Schema = ROWS) -> pa.Table:
    def made(part: list[Row]) -> pa.Table:
        dicts = [
            {
                "exchange": exchange,
                "symbol": symbol,
                "trade_id": name,
                "side": "BUY",
                "price": 1.0,
                "quantity": 2.0,
                "trade_ts": datetime.fromtimestamp(time, UTC),
                "ingest_ts": datetime.fromtimestamp(9, UTC),
            }
            for exchange, symbol, time, name in part
        ]
        return pa.Table.from_pylist(dicts, SCHEMA).cast(schema)

    parts = [made(rows[first : first + chunk]) for first in range(0, len(rows), chunk)]
    return pa.concat_tables([schema.empty_table(), *parts])


def as_rows(table: pa.Table) -> list[Row]:
    columns = (table[name].to_pylist() for name in ("exchange", "symbol", "trade_ts", "trade_id"))
    return [
        (exchange, symbol, int(time.timestamp()), name)
        for exchange, symbol, time, name in zip(*columns, strict=True)
    ]


def is_number(name: str) -> bool:
    return name.isdecimal() and len(name) <= 19 and int(name) <= GREATEST


def wanted(one: Row) -> tuple[object, ...]:
    exchange, symbol, time, name = one
    number = (0, int(name)) if is_number(name) else (1, 0)
    return symbol.encode(), time, number, name, exchange


@given(some_rows, st.integers(1, 7), st.sampled_from([ROWS, SCHEMA]))
def test_rows_come_in_one_order_whatever_they_came_in(rows: list[Row], chunk: int, schema: pa.Schema) -> None:
    found = as_rows(in_order(as_table(rows, chunk, schema)))
    assert found == sorted(rows, key=wanted)


@given(some_rows, st.integers(1, 7))
def test_rows_in_order_stay_as_they_are(rows: list[Row], chunk: int) -> None:
    table = as_table(sorted(rows, key=wanted), chunk)
    assert as_rows(in_order(table)) == as_rows(table)


@pytest.mark.parametrize("tied", [("A", "X", 1, "7"), ("B", "X", 1, "07")])
def test_equal_times_and_numbers_leave_it_to_the_text_and_the_exchange(tied: Row) -> None:
    rows = [("B", "X", 1, "7"), tied]
    assert as_rows(in_order(as_table(rows))) == as_rows(in_order(as_table(rows[::-1]))) == [tied, rows[0]]


@pytest.mark.parametrize("name", ["-0", "+0", "-5"])
def test_a_sign_makes_no_number(name: str) -> None:
    assert integers(pa.chunked_array([[name, "5"]], pa.string())) is None


def test_rows_in_order_are_not_copied() -> None:
    rows = [("A", symbol, time, str(n)) for symbol in "XY" for time in (1, 2) for n in (9, 10, 11)]
    table = as_table(rows, 5)
    assert in_order(table) is table


@given(some_rows.filter(bool), st.integers(1, 7), st.integers(1, 7), st.integers(1, 9))
def test_neither_chunks_nor_dictionaries_show_in_the_file(
    rows: list[Row], chunk: int, other: int, group: int
) -> None:
    files = FileSettings(rows_per_group=group)
    backwards = in_order(as_table(rows[::-1], other))
    assert encode(in_order(as_table(rows, chunk)), files) == encode(backwards, files)


def test_values_that_no_row_has_do_not_show_in_the_file() -> None:
    table = as_table([("A", "X", 1, "1"), ("A", "X", 1, "2")])
    more = pa.DictionaryArray.from_arrays(pa.array([2, 2], pa.int32()), pa.array(["Z", "SELL", "BUY"]))
    padded = table.set_column(3, "side", more)
    assert encode(padded, FileSettings()) == encode(table, FileSettings())


@given(st.lists(st.one_of(numbers, texts), max_size=6))
def test_ids_that_are_numbers(names: list[str]) -> None:
    ids = pa.chunked_array([names], pa.string())
    expected = [int(name) if is_number(name) else None for name in names]
    found = integers(ids)
    assert (found.to_pylist() if found is not None else None) == (None if None in expected else expected)
    assert numbers_or_null(ids).to_pylist() == expected


@given(some_rows.filter(bool), st.integers(1, 7))
def test_ranges_say_what_is_there(rows: list[Row], chunk: int) -> None:
    found = {(part.exchange, part.symbol): part for part in symbol_ranges(as_table(rows, chunk))}
    assert found.keys() == {row[:2] for row in rows}
    for name, part in found.items():
        own = [row for row in rows if row[:2] == name]
        times = [time * 1_000_000 for _, _, time, _ in own]
        ids = [int(row[3]) if is_number(row[3]) else None for row in own]
        known = [number for number in ids if number is not None]
        bounds = (min(known), max(known)) if len(known) == len(ids) else (None, None)
        assert (part.rows, part.least_us, part.greatest_us) == (len(own), min(times), max(times))
        assert (part.least_id, part.greatest_id) == bounds


@pytest.mark.parametrize("name", ["²", "٣"])
def test_digits_of_other_scripts_are_no_numbers(name: str) -> None:
    assert integers(pa.chunked_array([[name]], pa.string())) is None
