"""One file of the table, held against what the manifest says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA, symbol_ranges
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import trade_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile

KEY_COLUMNS = ("exchange", "symbol", "trade_id", "trade_ts")


def read_keys(store: ObjectStore, file: DataFile) -> pa.Table:
    """Return the key columns of a file's rows; a missing or damaged file is an `IntegrityError`."""
    try:
        with store.open(file.key) as stream:
            found = pq.ParquetFile(stream)
            if found.schema_arrow.names != SCHEMA.names:
                msg = "a table file has other columns"
                names = ", ".join(found.schema_arrow.names)
                raise IntegrityError(msg, where=file.key, expected=", ".join(SCHEMA.names), found=names)
            # In this thread alone: none of Arrow's may hold the stream when it is closed.
            return found.read(columns=list(KEY_COLUMNS), use_threads=False)
    except NotFound as error:
        msg = "a file that the manifest names is missing"
        raise IntegrityError(msg, where=file.key) from error
    # Arrow reports a damaged file as one of its own errors, or as an OSError.
    except (pa.ArrowException, OSError) as error:
        msg = f"a table file cannot be read: {error}"
        raise IntegrityError(msg, where=file.key) from error


def file_faults(file: DataFile, keys: pa.Table) -> Iterator[str]:
    """Say what the manifest promises of a file and its rows do not keep."""
    if keys.num_rows != file.rows:
        yield f"{file.key}: {keys.num_rows:,} rows, the manifest says {file.rows:,}"
    empty = [name for name in KEY_COLUMNS if keys[name].null_count]
    if empty:
        yield f"{file.key}: rows without {', '.join(empty)}"
        return
    if symbol_ranges(keys) != file.symbols:
        yield f"{file.key}: symbols, rows or times are not what the manifest says"
    days = {trade_date(time_us) for time_us in _extremes(keys)}
    if days - {file.trade_date}:
        yield f"{file.key}: trades of {', '.join(sorted(days))} in the folder of {file.trade_date}"


def _extremes(keys: pa.Table) -> list[int]:
    found = pc.min_max(keys["trade_ts"].cast(pa.int64())).as_py()
    return [value for value in found.values() if value is not None]
