"""All rows of a day in the table's order, a bounded number at a time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import in_order
from schemahub._lake.parquet_read import Slice, parquet_file, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow.parquet as pq

    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


def merged(store: ObjectStore, files: Sequence[DataFile], most_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of these files, sorted by (symbol, trade_ts, trade_id) over all of them.

    Symbol by symbol, and one with more than `most_rows` rows in spans of time: memory does not grow with
    the day (R7). Rows of one moment stay together, so only such could make a piece larger.
    """
    for symbol in sorted({part.symbol for file in files for part in file.symbols}):
        with ExitStack() as stack:
            holding = [file for file in files if any(part.symbol == symbol for part in file.symbols)]
            opened = [stack.enter_context(parquet_file(store, file.key)) for file in holding]
            for wanted in _slices(symbol, holding, opened, most_rows):
                rows = pa.concat_tables([rows_of(file, wanted) for file in opened])
                if rows.num_rows:
                    yield in_order(rows)


def _slices(
    symbol: str, files: Sequence[DataFile], opened: Sequence[pq.ParquetFile], most_rows: int
) -> Iterator[Slice]:
    parts = [part for file in files for part in file.symbols if part.symbol == symbol]
    least, greatest = min(part.least_us for part in parts), max(part.greatest_us for part in parts)
    whole = Slice(symbol, least, greatest + 1)
    rows = sum(part.rows for part in parts)
    if rows <= most_rows:
        yield whole
        return
    columns = [rows_of(file, whole, ["trade_ts"])["trade_ts"].cast(pa.int64()) for file in opened]
    times = pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64())
    times = times.take(pc.sort_indices(times))
    cuts = [times[row].as_py() for row in range(most_rows, len(times), most_rows)]
    for first, end in zip([least, *cuts], [*cuts, greatest + 1], strict=True):
        if first < end:
            yield Slice(symbol, first, end)
