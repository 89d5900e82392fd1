"""Rows in order to files of a wanted size, through a temporary file: memory holds one row group."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from schemahub._lake.parquet_file import SCHEMA, without_nulls, write_options
from schemahub._lake.symbol_ranges import symbol_ranges
from schemahub.table import SymbolRange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from typing import Self

    from schemahub.settings import FileSettings

    Stored = Callable[["Written"], None]


class Written:
    """One finished file: its bytes, to be read from the start, and what is in it."""

    def __init__(self, data: BinaryIO, size: int, rows: int, symbols: tuple[SymbolRange, ...]) -> None:
        """Keep what is known of the file."""
        self.data = data
        self.size = size
        self.rows = rows
        self.symbols = symbols


class RollingWriter:
    """Writes tables that come in order; each file that is full goes to `store` and is forgotten.

    Row groups are cut at `rows_per_group` whatever the pieces that come, so equal rows make equal files
    (R10). A file ends after the row group with which it reaches its rows or bytes.
    """

    def __init__(self, settings: FileSettings, store: Stored) -> None:
        """Start with no file."""
        self._settings = settings
        self._store = store
        self._waiting: list[pa.Table] = []
        self._file: _Open | None = None

    def add(self, rows: pa.Table) -> None:
        """Take rows that sort after all before them."""
        self._waiting.append(rows)
        size = self._settings.rows_per_group
        if sum(table.num_rows for table in self._waiting) < size:
            return
        table = pa.concat_tables(self._waiting)
        whole = table.num_rows - table.num_rows % size
        for first in range(0, whole, size):
            self._write(table.slice(first, size))
        self._waiting = [table.slice(whole)]

    def close(self) -> None:
        """Write what is left; the last file goes to `store`."""
        rest = pa.concat_tables([SCHEMA.empty_table(), *self._waiting])
        if rest.num_rows:
            self._write(rest)
        self._end()

    def __enter__(self) -> Self:
        """Write for the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close after a block that succeeded; after another, drop the file at hand."""
        if error is None:
            self.close()
        elif self._file is not None:
            self._file.drop()

    def _write(self, group: pa.Table) -> None:
        if self._file is None:
            self._file = _Open(self._settings)
        self._file.write(group)
        if (
            self._file.rows >= self._settings.rows_per_file
            or self._file.size >= self._settings.bytes_per_file
        ):
            self._end()

    def _end(self) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            self._store(file.finished())
        finally:
            file.drop()


class _Open:
    def __init__(self, settings: FileSettings) -> None:
        self.data = tempfile.TemporaryFile(prefix="schemahub-")  # noqa: SIM115 - dropped by drop()
        self._schema = without_nulls(SCHEMA)
        self._writer = pq.ParquetWriter(self.data, self._schema, **write_options(settings))
        self._parts: list[SymbolRange] = []
        self.rows = 0

    @property
    def size(self) -> int:
        return self.data.tell()

    def write(self, group: pa.Table) -> None:
        self._writer.write_table(group.combine_chunks().cast(self._schema), row_group_size=group.num_rows)
        self._parts += symbol_ranges(group)
        self.rows += group.num_rows

    def finished(self) -> Written:
        self._writer.close()
        size = self.data.tell()
        self.data.seek(0)
        return Written(self.data, size, self.rows, joined(self._parts))

    def drop(self) -> None:
        self._writer.close()
        self.data.close()


def joined(parts: Iterable[SymbolRange]) -> tuple[SymbolRange, ...]:
    """Sum ranges up, one for each exchange and symbol."""
    found: dict[tuple[str, str], SymbolRange] = {}
    for part in parts:
        name = part.exchange, part.symbol
        found[name] = _both(found[name], part) if name in found else part
    return tuple(found[name] for name in sorted(found))


def _both(one: SymbolRange, other: SymbolRange) -> SymbolRange:
    ids = one.least_id, one.greatest_id, other.least_id, other.greatest_id
    known = [number for number in ids if number is not None]
    all_known = len(known) == len(ids)
    return SymbolRange(
        exchange=one.exchange,
        symbol=one.symbol,
        rows=one.rows + other.rows,
        least_us=min(one.least_us, other.least_us),
        greatest_us=max(one.greatest_us, other.greatest_us),
        least_id=min(known) if all_known else None,
        greatest_id=max(known) if all_known else None,
    )
