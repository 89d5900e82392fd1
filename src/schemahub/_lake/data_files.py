"""One data file of the table: rows to a Parquet file under a name that follows from its inputs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from schemahub._lake.extras import require_parquet
from schemahub.errors import IntegrityError
from schemahub.layout import DataFileName
from schemahub.table import DataFile

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore
    from schemahub.settings import FileSettings
    from schemahub.table import Snapshot
    from schemahub.transformer import ArrowStream


def write_file(  # noqa: PLR0913 - where it goes, how it is written, and what is in its name
    store: ObjectStore, files: FileSettings, base: Snapshot, trade_date: str, *, rows: ArrowStream, batch: str
) -> DataFile:
    """Store the rows of one day, sorted; a file that is there already is adopted (R6)."""
    require_parquet()
    from schemahub._lake.parquet_file import encode, unified
    from schemahub._lake.parquet_order import with_ids_in_order
    from schemahub._lake.symbol_ranges import symbol_ranges

    table, ids = with_ids_in_order(unified(rows))
    symbols = symbol_ranges(table, ids)
    name = DataFileName(
        version=base.version,
        trade_date=trade_date,
        generation=base.generation_of(trade_date),
        least_us=min(part.least_us for part in symbols),
        batch=batch,
    )
    size = _put(store, str(name), encode(table, files), table.num_rows)
    return DataFile(key=str(name), trade_date=trade_date, rows=table.num_rows, bytes=size, symbols=symbols)


def _put(store: ObjectStore, key: str, data: bytes, rows: int) -> int:
    """Store a file and return its size: that of the stored one, if it was there."""
    if store.put_new(key, data):
        return len(data)
    # Another version of pyarrow may have written other bytes; the rows must be as many.
    import pyarrow.parquet as pq

    with store.open(key) as stream:
        found = pq.read_metadata(stream).num_rows
        size = stream.seek(0, io.SEEK_END)
    if found != rows:
        msg = "a file of the same inputs holds other rows"
        raise IntegrityError(msg, where=key, expected=f"{rows} rows", found=f"{found}")
    return size
