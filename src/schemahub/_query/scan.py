"""Files of the table as Arrow fragments, wherever they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import fs

from schemahub._lake.parquet_file import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from schemahub._query.selection import Selection
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile

_FORMAT = ds.ParquetFileFormat()


def fragment(store: ObjectStore, file: DataFile) -> ds.ParquetFileFragment:
    """Open one file, by its path where it has one."""
    path = store.local_path(file.key)
    if path is not None:
        return _FORMAT.make_fragment(str(path), fs.LocalFileSystem())
    # As bytes, not as a Python stream: Arrow's own threads would call into Python, and abort the process if
    # it ends while they do. A file is bounded by the table's settings (R7).
    with store.open(file.key) as stream:
        return _FORMAT.make_fragment(pa.BufferReader(stream.read()))


def dataset(store: ObjectStore, files: Iterable[DataFile]) -> ds.FileSystemDataset:
    """Return all files as one dataset that engines push filters and columns into."""
    return ds.FileSystemDataset([fragment(store, file) for file in files], SCHEMA, _FORMAT)


def batches(
    store: ObjectStore, files: Iterable[DataFile], wanted: Selection, columns: Iterable[str]
) -> Iterator[pa.RecordBatch]:
    """Read file after file; row groups that cannot match are not read (R7: one file's batches at a time)."""
    names = list(columns)
    for file in files:
        # No read-ahead beyond the file at hand: whoever stops early pays for no more.
        found = fragment(store, file).to_batches(schema=SCHEMA, columns=names, filter=_filter(wanted))
        yield from (batch for batch in found if batch.num_rows)


def _filter(wanted: Selection) -> pc.Expression | None:
    tests = []
    if wanted.exchange is not None:
        tests.append(ds.field("exchange") == wanted.exchange)
    if wanted.symbol is not None:
        tests.append(ds.field("symbol") == wanted.symbol)
    if wanted.start_us is not None:
        tests.append(ds.field("trade_ts") >= _time(wanted.start_us))
    if wanted.end_us is not None:
        tests.append(ds.field("trade_ts") < _time(wanted.end_us))
    both = None
    for test in tests:
        both = test if both is None else both & test
    return both


def _time(micros: int) -> pa.Scalar:
    return pa.scalar(micros, SCHEMA.field("trade_ts").type)
