"""The table's files are what other engines take them for: plain logical types, statistics, no surprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.query.made import Row, commit

from schemahub.builtin.file_store import FileStore
from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

KINDS = dict(UNIFIED_COLUMNS)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = FileStore(tmp_path_factory.mktemp("lake"))
    rows = [Row(symbol=symbol, trade_id=str(i), at_us=i) for symbol in ("A-USD", "B-USD") for i in range(500)]
    table = commit(store, [rows], rows_per_group=400)
    return store.local_path(table.snapshot().files[0].key)


def test_arrow_reads_plain_types(path: Path) -> None:
    expected = {
        "string": pa.string(),
        "double": pa.float64(),
        "timestamp[us, UTC]": pa.timestamp("us", "UTC"),
    }
    found = pq.read_schema(path)
    assert {field.name: field.type for field in found} == {
        name: expected[kind] for name, kind in KINDS.items()
    }
    # No Arrow schema inside, which would turn columns into dictionaries for Arrow alone.
    assert found.metadata is None


def test_the_logical_types_are_those_that_engines_know(path: Path) -> None:
    schema = pq.ParquetFile(path).schema
    found = {schema.column(i).name: schema.column(i) for i in range(len(KINDS))}
    for name, kind in KINDS.items():
        logical = str(found[name].logical_type)
        if kind == "string":
            assert (found[name].physical_type, logical) == ("BYTE_ARRAY", "String")
        elif kind == "double":
            assert (found[name].physical_type, logical) == ("DOUBLE", "None")
        else:
            assert found[name].physical_type == "INT64"
            assert "isAdjustedToUTC=true" in logical
            assert "timeUnit=microseconds" in logical
        # Not repeated, not nested.
        assert (found[name].max_repetition_level, found[name].path) == (0, name)


def test_duckdb_sees_the_same(path: Path) -> None:
    query = "SELECT name, type, converted_type FROM parquet_schema($1) WHERE type IS NOT NULL"
    columns = duckdb.execute(query, [str(path)]).fetchall()
    expected = {
        "string": ("BYTE_ARRAY", "UTF8"),
        "double": ("DOUBLE", None),
        "timestamp[us, UTC]": ("INT64", "TIMESTAMP_MICROS"),
    }
    assert columns == [(name, *expected[kind]) for name, kind in UNIFIED_COLUMNS]
    described = duckdb.sql(f"DESCRIBE FROM read_parquet('{path}', hive_partitioning = false)").fetchall()
    typed = {"string": "VARCHAR", "double": "DOUBLE", "timestamp[us, UTC]": "TIMESTAMP WITH TIME ZONE"}
    assert [row[:2] for row in described] == [(name, typed[kind]) for name, kind in UNIFIED_COLUMNS]


def test_every_row_group_says_what_it_holds(path: Path) -> None:
    metadata = pq.read_metadata(path)
    assert metadata.num_row_groups == 3
    for group in range(metadata.num_row_groups):
        columns = [metadata.row_group(group).column(index) for index in range(metadata.num_columns)]
        found = {column.path_in_schema: column.statistics for column in columns}
        for name in ("exchange", "symbol", "trade_id", "trade_ts"):  # what readers choose by
            assert found[name].has_min_max, name
            assert found[name].null_count == 0
    assert metadata.row_group(0).column(1).statistics.max == "A-USD"
    assert metadata.row_group(2).column(1).statistics.min == "B-USD"


def test_every_encoding_is_one_that_all_engines_read(path: Path) -> None:
    query = "SELECT DISTINCT unnest(string_split(encodings, ', ')) FROM parquet_metadata($1)"
    found = duckdb.execute(query, [str(path)]).fetchall()
    assert {row[0] for row in found} <= {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY"}
