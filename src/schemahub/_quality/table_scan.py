"""Every id in the table, file after file, as ranges: memory for one file's keys at a time (R7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.id_spans import positions_of, spans_of
from schemahub._quality.table_file import file_faults, read_keys
from schemahub.errors import IntegrityError
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pyarrow as pa

    from schemahub._clock import Stop
    from schemahub._quality.identity import Identity
    from schemahub.object_store import ObjectStore
    from schemahub.table import DataFile


@dataclass(slots=True)
class SymbolRows:
    """What the files hold of one symbol; `places` tells in which files which ids are."""

    rows: int = 0
    ids: SpanSet = field(default_factory=SpanSet)
    twice: SpanSet = field(default_factory=SpanSet)
    strange: int = 0
    places: list[tuple[DataFile, Span]] = field(default_factory=list)

    def add(self, file: DataFile, ids: pa.Array) -> None:
        """Take in one file's ids."""
        positions, strange = positions_of(ids)
        spans, twice = spans_of(positions)
        self.rows += len(ids)
        self.strange += strange
        self.twice |= twice | (self.ids & spans)
        self.ids |= spans
        if bounds := spans.bounds():
            self.places.append((file, bounds))


@dataclass(slots=True)
class TableScan:
    """What all files hold, and where they break the manifest's promises."""

    files: int = 0
    faults: list[str] = field(default_factory=list)
    symbols: dict[Identity, SymbolRows] = field(default_factory=dict)


def scan_table(
    store: ObjectStore, files: Collection[DataFile], wanted: Collection[Identity] | None, stop: Stop
) -> TableScan:
    """Read the key columns of all files, or of those that hold a `wanted` symbol."""
    scan = TableScan()
    for file in files:
        if wanted is not None and not any((part.exchange, part.symbol) in wanted for part in file.symbols):
            continue
        stop.check()
        scan.files += 1
        try:
            keys = read_keys(store, file)
        except IntegrityError as error:
            scan.faults.append(str(error))
            continue
        scan.faults += file_faults(file, keys)
        for identity, ids in _by_symbol(keys.drop_null()):
            scan.symbols.setdefault(identity, SymbolRows()).add(file, ids)
    return scan


def _by_symbol(keys: pa.Table) -> Iterator[tuple[Identity, pa.Array]]:
    groups = keys.group_by(["exchange", "symbol"]).aggregate([("trade_id", "list")]).combine_chunks()
    names = zip(groups["exchange"].to_pylist(), groups["symbol"].to_pylist(), strict=True)
    for index, identity in enumerate(names):
        yield identity, groups["trade_id_list"][index].values
