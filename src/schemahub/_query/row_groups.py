"""One Parquet file, row group by row group: those that can match, one in memory at a time."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from schemahub.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from schemahub._query.selection import Selection
    from schemahub.object_store import ObjectStore

_BATCH_ROWS = 128 * 1024
_HOLE_BYTES = 128 * 1024


def read(store: ObjectStore, key: str, wanted: Selection, columns: Iterable[str]) -> Iterator[pa.RecordBatch]:
    """Read these columns of the row groups that can hold such rows; `NotFound` if the file is gone.

    Arrow's threads never call into Python, where they would abort the process if it ends meanwhile: a file
    without a path is read by the caller's thread.
    """
    names = list(columns)
    with _opened(store, key) as (parquet, stream):
        for group in range(parquet.num_row_groups):
            found = parquet.metadata.row_group(group)
            if not _can_match(found, wanted):
                continue
            if stream is not None:
                stream.fetch(list(_runs(found, set(names))))
            yield from parquet.iter_batches(
                _BATCH_ROWS, row_groups=[group], columns=names, use_threads=stream is None
            )


@contextmanager
def _opened(store: ObjectStore, key: str) -> Iterator[tuple[pq.ParquetFile, _Runs | None]]:
    path = store.local_path(key)
    if path is None:
        with _Runs(store, key) as stream, pq.ParquetFile(stream, pre_buffer=False) as parquet:
            yield parquet, stream
        return
    try:
        parquet = pq.ParquetFile(str(path), pre_buffer=False)
    except FileNotFoundError as error:
        msg = "no such object"
        raise NotFound(msg, where=key) from error
    with parquet:
        yield parquet, None


class _Runs(io.RawIOBase):
    """A stream that answers from pieces fetched before: one request where Arrow would send one a column."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        super().__init__()
        self._stream = store.open(key)
        self._pieces: list[tuple[int, bytes]] = []
        self._at = 0

    def fetch(self, runs: list[tuple[int, int]]) -> None:
        """Forget what was fetched before, and fetch these ranges."""
        self._pieces = [(start, self._exactly(start, end - start)) for start, end in runs]

    def read(self, size: int = -1) -> bytes:
        for start, data in self._pieces:
            if start <= self._at and size >= 0 and self._at + size <= start + len(data):
                found = data[self._at - start : self._at - start + size]
                break
        else:
            found = self._exactly(self._at, size)
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            self._at = self._stream.seek(offset, io.SEEK_END)
        else:
            self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _exactly(self, start: int, size: int) -> bytes:
        self._stream.seek(start)
        data = self._stream.read(size)
        # A network's stream may give less than it was asked for.
        while 0 <= len(data) < size and (more := self._stream.read(size - len(data))):
            data += more
        return data


def _runs(group: pq.RowGroupMetaData, names: set[str]) -> Iterator[tuple[int, int]]:
    """Yield the byte ranges of some columns; a small hole is read rather than asked around."""
    run: tuple[int, int] | None = None
    for start, end in sorted(_place(column) for column in _columns(group) if column.path_in_schema in names):
        if run is not None and start - run[1] > _HOLE_BYTES:
            yield run
            run = None
        run = (run[0] if run else start, end)
    if run is not None:
        yield run


def _place(column: pq.ColumnChunkMetaData) -> tuple[int, int]:
    first = column.data_page_offset
    if column.dictionary_page_offset is not None:
        first = min(first, column.dictionary_page_offset)
    return first, first + column.total_compressed_size


def _can_match(group: pq.RowGroupMetaData, wanted: Selection) -> bool:
    # `end_us` is exclusive, the greatest value of a row group is not.
    last_us = None if wanted.end_us is None else wanted.end_us - 1
    bounds: dict[str, tuple[Any, Any]] = {
        "exchange": (wanted.exchange, wanted.exchange),
        "symbol": (wanted.symbol, wanted.symbol),
        "trade_id": (wanted.trade_id, wanted.trade_id),
        "trade_ts": (wanted.start_us, last_us),
    }
    return all(
        _overlaps(column, *bounds.get(column.path_in_schema, (None, None))) for column in _columns(group)
    )


def _overlaps(column: pq.ColumnChunkMetaData, least: Any, greatest: Any) -> bool:  # noqa: ANN401 - int or str
    if least is None and greatest is None:
        return True
    found = column.statistics
    if found is None or not found.has_min_max:
        return True
    # Raw, so that times stay the integers that they are.
    low, high = (
        value.decode() if isinstance(value, bytes) else value for value in (found.min_raw, found.max_raw)
    )
    return (greatest is None or low <= greatest) and (least is None or high >= least)


def _columns(group: pq.RowGroupMetaData) -> list[pq.ColumnChunkMetaData]:
    return [group.column(index) for index in range(group.num_columns)]
