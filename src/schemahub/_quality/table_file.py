"""One file of the table, held against what the manifest says of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub._lake.parquet_order import in_order
from schemahub._lake.parquet_roll import joined
from schemahub._lake.symbol_ranges import symbol_ranges
from schemahub.layout import trade_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.table import DataFile, SymbolRange

KEY_COLUMNS = ("exchange", "symbol", "trade_id", "trade_ts")
_ORDERED = (("symbol", pa.string()), ("trade_ts", pa.int64()), ("trade_id", pa.string()))


@dataclass(slots=True)
class FileTally:
    """What the rows of a file turn out to be, group after group."""

    bytes: int = 0
    rows: int = 0
    empty: set[str] = field(default_factory=set)
    parts: tuple[SymbolRange, ...] = ()
    in_order: bool = True
    last: pa.Table | None = None

    def add(self, keys: pa.Table) -> pa.Table:
        """Take in the key columns of the next row group; return the rows that have all of them."""
        self.rows += keys.num_rows
        self.empty |= {name for name in KEY_COLUMNS if keys[name].null_count}
        keys = keys.drop_null()
        if not keys.num_rows:
            return keys
        self.parts = joined((*self.parts, *symbol_ranges(keys)))
        self.in_order = self.in_order and _ascends(keys) and self._goes_on(keys)
        self.last = keys.slice(keys.num_rows - 1)
        return keys

    def faults(self, file: DataFile) -> Iterator[str]:
        """Say what the manifest promises of a file and its rows do not keep."""
        if self.bytes != file.bytes:
            yield f"{file.key}: {self.bytes:,} bytes, the manifest says {file.bytes:,}"
        if self.rows != file.rows:
            yield f"{file.key}: {self.rows:,} rows, the manifest says {file.rows:,}"
        if self.empty:
            yield f"{file.key}: rows without {', '.join(sorted(self.empty))}"
            return
        if _comparable(self.parts, file) != file.symbols:
            yield f"{file.key}: symbols, rows, ids or times are not what the manifest says"
        times = (time_us for part in self.parts for time_us in (part.least_us, part.greatest_us))
        days = {trade_date(time_us) for time_us in times}
        if days - {file.trade_date}:
            yield f"{file.key}: trades of {', '.join(sorted(days))} in the folder of {file.trade_date}"

    def _goes_on(self, keys: pa.Table) -> bool:
        return self.last is None or _ascends(pa.concat_tables([self.last, keys.slice(0, 1)]))


def _ascends(keys: pa.Table) -> bool:
    # Sorting looks first whether there is anything to sort.
    ordered = in_order(keys)
    same = (ordered[name].cast(type_).equals(keys[name].cast(type_)) for name, type_ in _ORDERED)
    return all(same)


def _comparable(parts: tuple[SymbolRange, ...], file: DataFile) -> tuple[SymbolRange, ...]:
    """Leave out the ids where the manifest names none: an older version wrote it."""
    told = {(part.exchange, part.symbol): part.least_id is not None for part in file.symbols}
    return tuple(
        part
        if told.get((part.exchange, part.symbol), True)
        else replace(part, least_id=None, greatest_id=None)
        for part in parts
    )
