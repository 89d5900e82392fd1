"""Files of the `parquet` table: order, bytes, names."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemahub._lake.parquet_file import SCHEMA, without_nulls
from schemahub._lake.parquet_table import ParquetTable
from schemahub.errors import IntegrityError
from schemahub.layout import DataFileName
from schemahub.settings import FileSettings
from schemahub.table import Snapshot, SymbolRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.builtin.memory_store import MemoryStore

    Rows = Callable[..., pa.Table]

JANUARY_US = 1_704_067_200_000_000


def read(store: MemoryStore, key: str) -> pa.Table:
    return pq.read_table(io.BytesIO(store.get(key).data))


def test_rows_are_sorted_by_symbol_time_and_number(
    store: MemoryStore, table: ParquetTable, rows: Rows
) -> None:
    given = [
        rows([10, 9, "b", "a"]),
        rows([1], second=5),
        rows([7], "ADA-USD", second=9),
        rows([8], second=1),
    ]
    file = table.write(Snapshot(), "2024-01-01", pa.concat_tables(given), "b1")
    found = read(store, file.key)
    assert found["trade_id"].to_pylist() == ["7", "9", "10", "a", "b", "8", "1"]
    assert found.schema.names == given[0].schema.names


def test_a_file_is_named_by_day_generation_least_time_and_batch(table: ParquetTable, rows: Rows) -> None:
    base = Snapshot(generations={"2024-01-01": 3})
    file = table.write(base, "2024-01-01", pa.concat_tables([rows([2], second=9), rows([1], second=1)]), "b1")
    name = DataFileName(
        version=1, trade_date="2024-01-01", generation=3, least_us=JANUARY_US + 1_000_000, batch="b1"
    )
    assert file.key == str(name)


def test_a_file_knows_what_it_holds(store: MemoryStore, table: ParquetTable, rows: Rows) -> None:
    given = pa.concat_tables([rows([1]), rows([2], second=7), rows([5], "ADA-USD")])
    file = table.write(Snapshot(), "2024-01-01", given, "b1")
    ada = SymbolRange(
        exchange="COINBASE",
        symbol="ADA-USD",
        rows=1,
        least_us=JANUARY_US,
        greatest_us=JANUARY_US,
        least_id=5,
        greatest_id=5,
    )
    assert file.symbols[0] == ada
    assert file.symbols[1].greatest_us - file.symbols[1].least_us == 7_000_000
    assert (file.rows, file.bytes) == (3, len(store.get(file.key).data))


def test_the_same_rows_give_the_same_bytes_in_any_order(
    store: MemoryStore, table: ParquetTable, rows: Rows
) -> None:
    first = table.write(Snapshot(), "2024-01-01", rows([1, 2, 3]), "b1")
    second = table.write(Snapshot(), "2024-01-01", rows([3, 1, 2]), "b2")
    assert store.get(first.key).data == store.get(second.key).data


def test_encodings_and_compression(store: MemoryStore, table: ParquetTable, rows: Rows) -> None:
    file = table.write(Snapshot(), "2024-01-01", rows([1, 2, 3]), "b1")
    group = pq.read_metadata(io.BytesIO(store.get(file.key).data)).row_group(0)
    columns = {column.path_in_schema: column for column in map(group.column, range(group.num_columns))}
    dictionaries = {name for name, column in columns.items() if column.has_dictionary_page}
    assert dictionaries == {"exchange", "symbol", "side", "ingest_ts"}
    assert {column.compression for column in columns.values()} == {"ZSTD"}


def test_settings_say_how_a_file_is_written(store: MemoryStore, rows: Rows) -> None:
    table = ParquetTable(store, FileSettings(rows_per_group=2, compression="snappy"))
    file = table.write(Snapshot(), "2024-01-01", rows([1, 2, 3]), "b1")
    found = pq.read_metadata(io.BytesIO(store.get(file.key).data))
    assert [found.row_group(group).num_rows for group in range(found.num_row_groups)] == [2, 1]
    assert found.row_group(0).column(0).compression == "SNAPPY"


def test_what_rows_are_looked_up_by_has_statistics(
    store: MemoryStore, table: ParquetTable, rows: Rows
) -> None:
    file = table.write(Snapshot(), "2024-01-01", rows([1, 2, 3]), "b1")
    group = pq.read_metadata(io.BytesIO(store.get(file.key).data)).row_group(0)
    columns = {column.path_in_schema: column for column in map(group.column, range(group.num_columns))}
    bounds = {
        name: (found.min, found.max) for name, column in columns.items() if (found := column.statistics)
    }
    assert bounds.keys() >= {"exchange", "symbol", "trade_id", "trade_ts"}
    assert bounds["trade_id"] == ("1", "3")


def test_readers_see_plain_strings_and_no_nulls(store: MemoryStore, table: ParquetTable, rows: Rows) -> None:
    file = table.write(Snapshot(), "2024-01-01", rows([1]), "b1")
    found = pq.read_schema(io.BytesIO(store.get(file.key).data))
    assert found.equals(without_nulls(SCHEMA))
    assert not any(field.nullable for field in found)


def test_a_file_that_is_there_is_adopted(store: MemoryStore, table: ParquetTable, rows: Rows) -> None:
    first = table.write(Snapshot(), "2024-01-01", rows([1, 2]), "b1")
    # As another version of pyarrow might have written it.
    other = io.BytesIO()
    pq.write_table(rows([1, 2]), other, compression="none")
    store.put_if(first.key, other.getvalue(), store.get(first.key).version)
    again = table.write(Snapshot(), "2024-01-01", rows([1, 2]), "b1")
    assert again.bytes == len(other.getvalue()) != first.bytes


def test_a_file_of_the_same_name_with_other_rows_is_refused(table: ParquetTable, rows: Rows) -> None:
    table.write(Snapshot(), "2024-01-01", rows([1, 2]), "b1")
    with pytest.raises(IntegrityError, match="expected 3 rows, found 2"):
        table.write(Snapshot(), "2024-01-01", rows([1, 2, 3]), "b1")


def test_other_columns_and_nulls_are_refused(table: ParquetTable, rows: Rows) -> None:
    with pytest.raises(IntegrityError, match="other columns"):
        table.write(Snapshot(), "2024-01-01", rows([1]).drop_columns(["side"]), "b1")
    empty = rows([1]).set_column(3, "side", pa.nulls(1, pa.string()))
    with pytest.raises(IntegrityError, match="found side"):
        table.write(Snapshot(), "2024-01-01", empty, "b1")
