"""Every id in the table, file after file: memory for one row group's keys at a time (R7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.identity import files_with, symbols_of
from schemahub._quality.row_groups import of_symbol, table_file
from schemahub._quality.row_tally import DenseRows, SparseRows
from schemahub._quality.table_file import KEY_COLUMNS, FileTally
from schemahub.errors import IntegrityError, NotFound
from schemahub.events import FileChecked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from schemahub._clock import Stop
    from schemahub._quality.identity import Identity
    from schemahub._quality.row_tally import RowTally
    from schemahub._quality.source import Source
    from schemahub.object_store import ObjectStore
    from schemahub.spans import Span
    from schemahub.table import DataFile


@dataclass(slots=True)
class TableScan:
    """What all files hold, and where they break the manifest's promises."""

    files: int = 0
    faults: list[str] = field(default_factory=list)
    unordered: list[str] = field(default_factory=list)
    symbols: dict[Identity, RowTally] = field(default_factory=dict)
    sparse: Mapping[Identity, Sequence[Span]] = field(default_factory=dict)
    """Symbols whose ids have holes, with the spans that their rows are counted in."""

    def of(self, identity: Identity) -> RowTally:
        """Return what was found of a symbol so far."""
        if identity not in self.symbols:
            spans = self.sparse.get(identity)
            self.symbols[identity] = DenseRows() if spans is None else SparseRows.between(spans)
        return self.symbols[identity]

    def read(self, store: ObjectStore, file: DataFile) -> None:
        """Take in the key columns of a file; `NotFound` if it is gone."""
        tally = FileTally()
        try:
            with table_file(store, file.key) as found:
                tally.bytes = found.bytes
                for number, group in enumerate(found.groups(KEY_COLUMNS)):
                    for identity, ids in _by_symbol(tally.add(group)):
                        self.of(identity).add(file.key, number, ids)
        except IntegrityError as error:
            self.faults.append(str(error))
            return
        self.faults += tally.faults(file)
        if not tally.in_order:
            self.unordered.append(file.key)


def scan_table(
    source: Source,
    files: Collection[DataFile],
    wanted: Collection[Identity] | None,
    sparse: Mapping[Identity, Sequence[Span]],
    stop: Stop,
) -> TableScan:
    """Read the key columns of all files, or of those that hold a `wanted` symbol, in order of their times.

    A missing file is a fault if it is lost; otherwise it was replaced meanwhile, and `NotFound` goes on.
    """
    scan = TableScan(sparse=sparse)
    for file, ahead in by_time(files_with(wanted, files)):
        stop.check()
        scan.files += 1
        try:
            scan.read(source.store, file)
        except NotFound as gone:
            if not source.is_lost(file.key):
                raise
            scan.faults.append(str(gone))
        source.emit(FileChecked(key=file.key))
        for identity in ahead.keys() & scan.symbols.keys():
            scan.symbols[identity].end_file(ahead[identity])
    return scan


def by_time(files: Iterable[DataFile]) -> Iterator[tuple[DataFile, dict[Identity, int | None]]]:
    """Return the files in order of their times; for each symbol of one, the least id that comes later.

    None where none comes; 0 where a file does not tell.
    """
    ordered = sorted(files, key=_begins)
    least: dict[Identity, int] = {}
    ahead: list[dict[Identity, int | None]] = []
    for file in reversed(ordered):
        ahead.append({name: least.get(name) for name in symbols_of(file)})
        for name, part in zip(symbols_of(file), file.symbols, strict=True):
            own = part.least_id or 0
            least[name] = min(own, least.get(name, own))
    return zip(ordered, reversed(ahead), strict=True)


def _begins(file: DataFile) -> tuple[str, int]:
    return file.trade_date, min((part.least_us for part in file.symbols), default=0)


def _by_symbol(keys: pa.Table) -> Iterator[tuple[Identity, pa.Array]]:
    names = keys.select(["exchange", "symbol"]).group_by(["exchange", "symbol"]).aggregate([])
    found = list(zip(names["exchange"].to_pylist(), names["symbol"].to_pylist(), strict=True))
    if len(found) == 1:
        yield found[0], keys["trade_id"].combine_chunks()
        return
    for identity in found:
        yield identity, of_symbol(identity, keys)["trade_id"].combine_chunks()
