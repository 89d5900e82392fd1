"""A table file read row group by row group: memory for one group at a time, whatever the file's size (R7)."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA
from schemahub.errors import IntegrityError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._quality.identity import Identity
    from schemahub.object_store import ObjectStore

_FEW_VALUES = ("exchange", "symbol")


class TableFile:
    """An open file of the table; what Arrow cannot read is an `IntegrityError` that names the file."""

    def __init__(self, key: str, stream: BinaryIO) -> None:
        """Read the footer."""
        self._key = key
        self.bytes = stream.seek(0, io.SEEK_END)
        try:
            # Checksums are verified where the writer left some.
            self._file = pq.ParquetFile(
                stream,
                read_dictionary=list(_FEW_VALUES),
                pre_buffer=False,
                page_checksum_verification=True,
            )
        # Arrow reports a damaged file as one of its own errors, or as an OSError.
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error
        if self._file.schema_arrow.names != SCHEMA.names:
            msg = "a table file has other columns"
            names = ", ".join(self._file.schema_arrow.names)
            raise IntegrityError(msg, where=key, expected=", ".join(SCHEMA.names), found=names)

    def groups(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read `columns` of one row group after the other; `exchange` and `symbol` come as dictionaries."""
        return (self.group(number, columns) for number in range(self._file.num_row_groups))

    def group(self, number: int, columns: Sequence[str]) -> pa.Table:
        """Read `columns` of a row group."""
        try:
            # In this thread alone: none of Arrow's may hold the stream when it is closed.
            rows = self._file.read_row_group(number, columns=list(columns), use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise self._unreadable(error) from error
        # Whether a column may be null is what each file's writer said of it.
        return rows.cast(pa.schema([field.with_nullable(nullable=True) for field in rows.schema]))

    def groups_of(self, identity: Identity, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read one symbol's rows; row groups that cannot have some are not read."""
        wanted = list(dict.fromkeys((*_FEW_VALUES, *columns)))
        for number in range(self._file.num_row_groups):
            if self._may_hold(number, identity):
                yield of_symbol(identity, self.group(number, wanted)).select(list(columns))

    def _may_hold(self, number: int, identity: Identity) -> bool:
        """Ask the statistics, where a writer left some."""
        group = self._file.metadata.row_group(number)
        found = [group.column(column).statistics for column in range(len(identity))]
        return all(
            each is None or not each.has_min_max or each.min <= wanted <= each.max
            for each, wanted in zip(found, identity, strict=True)
        )

    def _unreadable(self, error: Exception) -> IntegrityError:
        msg = f"a table file cannot be read: {error}"
        return IntegrityError(msg, where=self._key)


@contextmanager
def table_file(store: ObjectStore, key: str) -> Iterator[TableFile]:
    """Open a file of the table for the block; `NotFound` if it is gone."""
    try:
        stream = store.open(key)
    except NotFound as error:
        msg = "a file that the manifest names is missing"
        raise NotFound(msg, where=key) from error
    with stream:
        yield TableFile(key, stream)


def of_symbol(identity: Identity, rows: pa.Table) -> pa.Table:
    """Return one symbol's rows of rows that have `exchange` and `symbol`."""
    exchange, symbol = identity
    return rows.filter(pc.and_(pc.equal(rows["exchange"], exchange), pc.equal(rows["symbol"], symbol)))
