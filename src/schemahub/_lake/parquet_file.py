"""One Parquet file of the table: its schema, order and bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemahub._lake.parquet_order import in_order, integers
from schemahub.errors import IntegrityError
from schemahub.table import SymbolRange

if TYPE_CHECKING:
    from schemahub.settings import FileSettings
    from schemahub.transformer import ArrowStream

__all__ = ["ROWS", "SCHEMA", "encode", "in_order", "symbol_ranges", "unified", "write_options"]

_TIME = pa.timestamp("us", tz="UTC")
_FEW = ("exchange", "symbol", "side")

SCHEMA = pa.schema(
    [
        ("exchange", pa.string()),
        ("symbol", pa.string()),
        ("trade_id", pa.string()),
        ("side", pa.string()),
        ("price", pa.float64()),
        ("quantity", pa.float64()),
        ("trade_ts", _TIME),
        ("ingest_ts", _TIME),
    ]
)
"""The unified columns as Arrow types; see `schemahub.transformer.UNIFIED_COLUMNS`."""

ROWS = pa.schema(
    [
        (field.name, pa.dictionary(pa.int32(), pa.string())) if field.name in _FEW else field
        for field in SCHEMA
    ]
)
"""The same columns as they are held in memory: what has few values is stored once, and counted in numbers.
In a file, and so for whoever reads it, they are plain strings."""


def unified(rows: ArrowStream) -> pa.Table:
    """Take rows from any library as `ROWS`; other columns, or nulls, are an `IntegrityError`."""
    table = pa.table(rows)
    if table.column_names != SCHEMA.names:
        msg = "a transformer returned other columns"
        raise IntegrityError(msg, expected=", ".join(SCHEMA.names), found=", ".join(table.column_names))
    empty = [name for name in SCHEMA.names if table.column(name).null_count]
    if empty:
        msg = "a transformer returned rows without a value"
        raise IntegrityError(msg, expected="no nulls", found=", ".join(empty))
    return table.cast(ROWS)


def write_options(files: FileSettings) -> dict[str, Any]:
    """Return how every file is written, in encodings that all engines read: docs/PERFORMANCE.md."""
    zstd = files.compression == "zstd"
    return {
        "compression": files.compression,
        "compression_level": files.compression_level if zstd else None,
        "use_dictionary": [*_FEW, "ingest_ts"],
        # DELTA_BYTE_ARRAY would save 0.25 bytes a trade, and several engines cannot read it.
        "store_schema": False,
    }


def encode(table: pa.Table, files: FileSettings) -> bytes:
    """Return a file's bytes: a function of the rows and the settings alone (R10)."""
    sink = io.BytesIO()
    rows = table.combine_chunks()
    pq.write_table(rows, sink, row_group_size=files.rows_per_group, **write_options(files))
    return sink.getvalue()


def symbol_ranges(table: pa.Table) -> tuple[SymbolRange, ...]:
    """Describe what rows hold, per exchange and symbol."""
    numbers = integers(table["trade_id"])
    keyed = table.select(["exchange", "symbol", "trade_ts"]).unify_dictionaries()
    keyed = keyed.append_column("id", numbers if numbers is not None else pa.nulls(len(table), pa.int64()))
    found = keyed.group_by(["exchange", "symbol"]).aggregate(
        [("trade_ts", "min_max"), ("id", "min_max"), ("trade_ts", "count")]
    )
    rows = (found[name].to_pylist() for name in ("exchange", "symbol", "trade_ts_count"))
    times = found["trade_ts_min_max"].combine_chunks()
    ids = found["id_min_max"].combine_chunks()
    bounds = (column.cast(pa.int64()).to_pylist() for column in (*times.flatten(), *ids.flatten()))
    parts = (dict(zip(_RANGE, values, strict=True)) for values in zip(*rows, *bounds, strict=True))
    return tuple(
        sorted((SymbolRange(**part) for part in parts), key=lambda part: (part.exchange, part.symbol))
    )


_RANGE = ("exchange", "symbol", "rows", "least_us", "greatest_us", "least_id", "greatest_id")
