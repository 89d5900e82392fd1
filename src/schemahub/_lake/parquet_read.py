"""Parts of a table file: the rows of some symbols and one span of time, by row groups."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA
from schemahub.errors import IntegrityError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub.object_store import ObjectStore

_SYMBOL = SCHEMA.get_field_index("symbol")
_TIME = SCHEMA.get_field_index("trade_ts")
_MICROS = SCHEMA.field("trade_ts").type


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Rows of the symbols from `first` to `last`, both inclusive, in the order of names.

    And of these the ones from `least_us` (inclusive) to `end_us` (exclusive), in microseconds, UTC.
    """

    first: str
    last: str
    least_us: int
    end_us: int


@contextmanager
def parquet_file(store: ObjectStore, key: str) -> Iterator[pq.ParquetFile]:
    """Open a table file wherever it is stored; it is read in the caller's thread alone.

    Arrow's own threads must not read a Python stream: they would call into an interpreter that may be
    ending, and abort the process. A file that is gone is `NotFound`, one that cannot be read an
    `IntegrityError`.
    """
    path = store.local_path(key)
    try:
        with store.open(key) if path is None else path.open("rb") as stream:
            source = pa.PythonFile(stream, mode="r") if path is None else pa.memory_map(str(path))
            file = pq.ParquetFile(source, pre_buffer=False)
            try:
                yield file
            finally:
                file.close()
    except FileNotFoundError as error:
        msg = "no such object"
        raise NotFound(msg, where=key) from error
    except (pa.ArrowException, OSError) as error:
        msg = "a file of the table cannot be read"
        raise IntegrityError(msg, where=key, found=str(error).partition("\n")[0]) from error


def groups_of(
    file: pq.ParquetFile, wanted: Slice | None = None, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield the rows of each row group that lie in a slice; groups that cannot hold any are not read."""
    names = list(columns or SCHEMA.names)
    schema = pa.schema([SCHEMA.field(name) for name in names])
    needed = list(dict.fromkeys([*names, "symbol", "trade_ts"])) if wanted else names
    for number in range(file.num_row_groups):
        if wanted is None:
            yield file.read_row_group(number, columns=needed, use_threads=False).cast(schema)
        elif _may_hold(file.metadata.row_group(number), wanted):
            rows = file.read_row_group(number, columns=needed, use_threads=False)
            yield _within(rows, wanted).select(names).cast(schema)


def rows_of(file: pq.ParquetFile, wanted: Slice) -> pa.Table:
    """Read the rows of a slice."""
    return pa.concat_tables([SCHEMA.empty_table(), *groups_of(file, wanted)])


def time_bounds(file: pq.ParquetFile) -> tuple[int, int] | None:
    """Return the least and the greatest trade_ts as the footer has them; None if it does not say."""
    found = [_times(file.metadata.row_group(number)) for number in range(file.num_row_groups)]
    known = [bounds for bounds in found if bounds is not None]
    if not known or len(known) < len(found):
        return None
    return min(least for least, _ in known), max(greatest for _, greatest in known)


def _within(rows: pa.Table, wanted: Slice) -> pa.Table:
    times, symbols = rows["trade_ts"].cast(pa.int64()), rows["symbol"]
    in_time = pc.and_(pc.greater_equal(times, wanted.least_us), pc.less(times, wanted.end_us))
    named = pc.and_(pc.greater_equal(symbols, wanted.first), pc.less_equal(symbols, wanted.last))
    return rows.filter(pc.and_(in_time, named))


def _may_hold(group: Any, wanted: Slice) -> bool:  # noqa: ANN401 - pyarrow has no types
    symbols = group.column(_SYMBOL).statistics
    known = symbols is not None and symbols.has_min_max
    if known and (symbols.max < wanted.first or symbols.min > wanted.last):
        return False
    times = _times(group)
    return times is None or (times[0] < wanted.end_us and times[1] >= wanted.least_us)


def _times(group: Any) -> tuple[int, int] | None:  # noqa: ANN401 - pyarrow has no types
    found = group.column(_TIME).statistics
    if found is None or not found.has_min_max:
        return None
    least, greatest = (pa.scalar(value, _MICROS).cast(pa.int64()).as_py() for value in (found.min, found.max))
    return int(least), int(greatest)
