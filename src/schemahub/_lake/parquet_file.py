"""One Parquet file of the table: its schema, order and bytes."""

from __future__ import annotations

import inspect
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_order import encoded
from schemahub.errors import IntegrityError

if TYPE_CHECKING:
    import numpy.typing as npt

    from schemahub.settings import FileSettings
    from schemahub.transformer import ArrowStream

_TIME = pa.timestamp("us", tz="UTC")
_FEW = ("exchange", "symbol", "side")
_COUNTS_UP = ("trade_id", "trade_ts")
"""What repeats but for its end packs better at zstd's level 1 than at 3 (ids: 0.31 bytes against 0.40)."""
_PAGE_BYTES = 1 << 20
"""Uncompressed bytes of a page. A page is compressed by itself: small ones cost two per cent."""
_BATCH_ROWS = 1 << 16
"""Values encoded at a time: a tenth faster than by the thousand."""
_CUTS_PAGES_BY_ROWS = "max_rows_per_page" in inspect.signature(pq.ParquetWriter).parameters
"""pyarrow cuts pages at 20 000 rows as well, where it has an option for it."""

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


def without_nulls(schema: pa.Schema) -> pa.Schema:
    """Return the schema of a file: no column has nulls, and one that says so is written a tenth faster."""
    return pa.schema([field.with_nullable(nullable=False) for field in schema])


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
    """Return how every file is written, in encodings that all engines read (docs/decisions, 0008)."""
    zstd = files.compression == "zstd"
    levels = {name: 1 if name in _COUNTS_UP else files.compression_level for name in SCHEMA.names}
    options = {
        "compression": files.compression,
        "compression_level": levels if zstd else None,
        "use_dictionary": [*_FEW, "ingest_ts"],
        "data_page_size": _PAGE_BYTES,
        "write_batch_size": _BATCH_ROWS,
        # What rows are looked up by; those of the others cost and skip nothing.
        "write_statistics": ["exchange", "symbol", "trade_id", "price", "trade_ts", "ingest_ts"],
        # DELTA_BYTE_ARRAY would save 0.4 bytes a trade, and several engines cannot read it.
        "store_schema": False,
    }
    if _CUTS_PAGES_BY_ROWS:
        options["max_rows_per_page"] = files.rows_per_group
    return options


def encode(table: pa.Table, files: FileSettings) -> bytes:
    """Return a file's bytes: a function of the rows and the settings alone (R10)."""
    # Arrow's own sink copies all that it has each time it grows, and once more in the end.
    sink = io.BytesIO()
    size, schema = files.rows_per_group, without_nulls(table.schema)
    with pq.ParquetWriter(sink, schema, **write_options(files)) as writer:
        for first in range(0, table.num_rows, size):
            # Made whole a group at a time, memory is used again.
            group = table.slice(first, size)
            columns = [_settled(group[name]) for name in group.column_names]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=size)
    return sink.getvalue()


def _settled(column: pa.ChunkedArray) -> pa.Array:
    """Return the same values such that neither chunks nor dictionaries show where they came from."""
    if not pa.types.is_dictionary(column.type):
        return column.combine_chunks()
    whole = encoded(column)
    indices, texts = whole.indices.to_numpy(), whole.dictionary
    used = _used(indices, len(texts))
    order = np.flatnonzero(used)[pc.sort_indices(texts.filter(pa.array(used))).to_numpy()]
    if used.all() and (order[1:] > order[:-1]).all():
        return whole
    places = np.zeros(len(used), np.int32)
    places[order] = np.arange(len(order))
    return pa.DictionaryArray.from_arrays(pa.array(places[indices]), texts.take(pa.array(order)))


def _used(indices: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.bool_]:
    """Tell which of `count` numbers occur; the least and the greatest are found ten times as fast as all."""
    used = np.zeros(count, np.bool_)
    used[[indices.min(), indices.max()]] = True
    if not used.all():
        used[indices] = True
    return used
