"""Every id in the table, file after file, as ranges: memory for one row group's keys at a time (R7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.id_spans import positions_of, spans_of
from schemahub._quality.row_groups import of_symbol, table_file
from schemahub._quality.table_file import KEY_COLUMNS, FileTally
from schemahub.errors import IntegrityError, NotFound
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import pyarrow as pa

    from schemahub._clock import Stop
    from schemahub._quality.identity import Identity
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row group, by its file's key and its number, and the least span that holds its ids of a symbol."""

    key: str
    group: int
    span: Span


@dataclass(slots=True)
class SymbolRows:
    """What the files hold of one symbol; `places` tells in which row groups which ids are."""

    rows: int = 0
    ids: SpanSet = field(default_factory=SpanSet)
    twice: SpanSet = field(default_factory=SpanSet)
    strange: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, key: str, group: int, ids: pa.Array) -> None:
        """Take in one row group's ids."""
        positions, strange = positions_of(ids)
        spans, twice = spans_of(positions)
        self.rows += len(ids)
        self.strange += strange
        self.twice |= twice | (self.ids & spans)
        self.ids |= spans
        if bounds := spans.bounds():
            self.places.append(Place(key=key, group=group, span=bounds))


@dataclass(slots=True)
class TableScan:
    """What all files hold, and where they break the manifest's promises."""

    files: int = 0
    faults: list[str] = field(default_factory=list)
    unordered: list[str] = field(default_factory=list)
    symbols: dict[Identity, SymbolRows] = field(default_factory=dict)

    def read(self, store: ObjectStore, file: DataFile) -> None:
        """Take in the key columns of a file; `NotFound` if it is gone."""
        tally = FileTally()
        try:
            with table_file(store, file.key) as found:
                tally.bytes = found.bytes
                for number, group in enumerate(found.groups(KEY_COLUMNS)):
                    for identity, ids in _by_symbol(tally.add(group)):
                        self.symbols.setdefault(identity, SymbolRows()).add(file.key, number, ids)
        except IntegrityError as error:
            self.faults.append(str(error))
            return
        self.faults += tally.faults(file)
        if not tally.in_order:
            self.unordered.append(file.key)


def scan_table(
    store: ObjectStore,
    files: Collection[DataFile],
    wanted: Collection[Identity] | None,
    stop: Stop,
    is_lost: Callable[[str], bool],
) -> TableScan:
    """Read the key columns of all files, or of those that hold a `wanted` symbol.

    A missing file is a fault if `is_lost`; otherwise it was replaced meanwhile, and `NotFound` goes on.
    """
    scan = TableScan()
    for file in files:
        if wanted is not None and not any((part.exchange, part.symbol) in wanted for part in file.symbols):
            continue
        stop.check()
        scan.files += 1
        try:
            scan.read(store, file)
        except NotFound as gone:
            if not is_lost(file.key):
                raise
            scan.faults.append(str(gone))
    return scan


def _by_symbol(keys: pa.Table) -> Iterator[tuple[Identity, pa.Array]]:
    names = keys.select(["exchange", "symbol"]).group_by(["exchange", "symbol"]).aggregate([])
    found = list(zip(names["exchange"].to_pylist(), names["symbol"].to_pylist(), strict=True))
    if len(found) == 1:
        yield found[0], keys["trade_id"].combine_chunks()
        return
    for identity in found:
        yield identity, of_symbol(identity, keys)["trade_id"].combine_chunks()
