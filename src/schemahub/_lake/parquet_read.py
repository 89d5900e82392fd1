"""Parts of a table file: the rows of one symbol and one span of time, by row groups."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub.object_store import ObjectStore

_SYMBOL = SCHEMA.get_field_index("symbol")
_TIME = SCHEMA.get_field_index("trade_ts")


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one symbol from `least_us` (inclusive) to `end_us` (exclusive), both microseconds, UTC."""

    symbol: str
    least_us: int
    end_us: int


@contextmanager
def parquet_file(store: ObjectStore, key: str) -> Iterator[pq.ParquetFile]:
    """Open a table file wherever it is stored; it is read in the caller's thread alone.

    Arrow's own threads must not read a Python stream: they would call into an interpreter that may be
    ending, and abort the process.
    """
    path = store.local_path(key)
    with store.open(key) if path is None else path.open("rb") as stream:
        source = pa.PythonFile(stream, mode="r") if path is None else pa.memory_map(str(path))
        file = pq.ParquetFile(source, pre_buffer=False)
        try:
            yield file
        finally:
            file.close()


def rows_of(file: pq.ParquetFile, wanted: Slice, columns: Sequence[str] | None = None) -> pa.Table:
    """Read the rows of a slice; row groups that cannot hold any are not read."""
    names = list(columns or SCHEMA.names)
    needed = list(dict.fromkeys([*names, "symbol", "trade_ts"]))
    groups = [
        _within(file.read_row_group(group, columns=needed, use_threads=False), wanted)
        for group in range(file.num_row_groups)
        if _may_hold(file.metadata.row_group(group), wanted)
    ]
    schema = pa.schema([SCHEMA.field(name) for name in names])
    return pa.concat_tables([schema.empty_table(), *(group.select(names).cast(schema) for group in groups)])


def _within(rows: pa.Table, wanted: Slice) -> pa.Table:
    times = rows["trade_ts"].cast(pa.int64())
    inside = pc.and_(pc.greater_equal(times, wanted.least_us), pc.less(times, wanted.end_us))
    return rows.filter(pc.and_(inside, pc.equal(rows["symbol"], wanted.symbol)))


def _may_hold(group: Any, wanted: Slice) -> bool:  # noqa: ANN401 - pyarrow has no types
    symbols, times = group.column(_SYMBOL).statistics, group.column(_TIME).statistics
    if symbols is not None and symbols.has_min_max and not symbols.min <= wanted.symbol <= symbols.max:
        return False
    if times is None or not times.has_min_max:
        return True
    least, greatest = (
        pa.scalar(value, SCHEMA.field("trade_ts").type).cast(pa.int64()).as_py()
        for value in (times.min, times.max)
    )
    return bool(least < wanted.end_us and greatest >= wanted.least_us)
