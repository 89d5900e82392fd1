"""All rows of a day in the table's order, a bounded number at a time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub._compact.slices import narrowed, slices
from schemahub._lake.parquet_order import in_order
from schemahub._lake.parquet_read import parquet_file, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._lake.parquet_read import Slice
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


def merged(store: ObjectStore, files: Sequence[DataFile], most_rows: int) -> Iterator[pa.Table]:
    """Yield the rows of these files, sorted by (symbol, trade_ts, trade_id) over all of them.

    At most `most_rows` at a time, whatever the day holds (R7); only rows of one moment, which stay
    together, could be more.
    """
    parts = [part for file in files for part in file.symbols]
    for wanted, rows in slices(parts, most_rows):
        with ExitStack() as stack:
            held = [file for file in files if _may_hold(file, wanted)]
            opened = [stack.enter_context(parquet_file(store, file.key)) for file in held]
            for piece in [wanted] if rows <= most_rows else narrowed(opened, wanted, most_rows):
                yield in_order(pa.concat_tables([rows_of(file, piece) for file in opened]))


def _may_hold(file: DataFile, wanted: Slice) -> bool:
    return any(wanted.first <= part.symbol <= wanted.last for part in file.symbols)
