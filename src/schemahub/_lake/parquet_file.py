"""One Parquet file of the table: its schema, order and bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub.errors import IntegrityError
from schemahub.table import SymbolRange

if TYPE_CHECKING:
    from schemahub.transformer import ArrowStream

_TIME = pa.timestamp("us", tz="UTC")
_KEY = ("symbol", "trade_ts", "_number", "trade_id", "exchange")

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


def unified(rows: ArrowStream) -> pa.Table:
    """Take rows from any library; other columns than the unified ones, or nulls, are an `IntegrityError`."""
    table = pa.table(rows)
    if table.column_names != SCHEMA.names:
        msg = "a transformer returned other columns"
        raise IntegrityError(msg, expected=", ".join(SCHEMA.names), found=", ".join(table.column_names))
    empty = [name for name in SCHEMA.names if table.column(name).null_count]
    if empty:
        msg = "a transformer returned rows without a value"
        raise IntegrityError(msg, expected="no nulls", found=", ".join(empty))
    return table.cast(SCHEMA)


def in_order(table: pa.Table) -> pa.Table:
    """Sort by (symbol, trade_ts, trade_id); ids that are integers sort as such."""
    ids = table.column("trade_id")
    number = pc.if_else(pc.match_substring_regex(ids, "^[0-9]{1,18}$"), ids, pa.scalar(None, pa.string()))
    keyed = table.select(["symbol", "trade_ts", "trade_id", "exchange"])
    keyed = keyed.append_column("_number", number.cast(pa.int64()))
    return table.take(pc.sort_indices(keyed, sort_keys=[(name, "ascending") for name in _KEY]))


def encode(table: pa.Table) -> bytes:
    """Return the file's bytes: a function of the rows alone (R10)."""
    sink = io.BytesIO()
    pq.write_table(
        table.combine_chunks(),
        sink,
        row_group_size=128 * 1024,
        compression="zstd",
        compression_level=3,
        use_dictionary=["exchange", "symbol", "side"],
        store_schema=False,
    )
    return sink.getvalue()


def symbol_ranges(table: pa.Table) -> tuple[SymbolRange, ...]:
    """Describe what a file holds, per exchange and symbol."""
    found = table.group_by(["exchange", "symbol"]).aggregate(
        [("trade_ts", "min"), ("trade_ts", "max"), ("trade_id", "count")]
    )
    columns: dict[str, list[Any]] = {
        "exchange": found["exchange"].to_pylist(),
        "symbol": found["symbol"].to_pylist(),
        "rows": found["trade_id_count"].to_pylist(),
        "least_us": found["trade_ts_min"].cast(pa.int64()).to_pylist(),
        "greatest_us": found["trade_ts_max"].cast(pa.int64()).to_pylist(),
    }
    parts = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
    return tuple(
        sorted((SymbolRange(**part) for part in parts), key=lambda part: (part.exchange, part.symbol))
    )
