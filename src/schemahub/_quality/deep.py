"""`verify --deep` for one stream: raw read line by line, the table compared with rows made anew."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._executing.crew import done
from schemahub._quality.checks import Check, failed, warning
from schemahub._quality.content_checks import Reading, check_content, check_table_content, read_stream
from schemahub._quality.steady import is_live
from schemahub._quality.stored_rows import StoredRows
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub._quality.evidence import Evidence
    from schemahub._quality.identity import Identity
    from schemahub._quality.row_tally import RowTally
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId
    from schemahub.spans import Span
    from schemahub.table import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepUnit:
    """One stream to read: a value that some worker, here or elsewhere, comes to checks with.

    `rows` say where the table has the symbol's rows, None where there is no table; `sparse` is as in
    `Proving`.
    """

    evidence: Evidence
    identity: Identity
    snapshot: Snapshot
    rows: RowTally | None
    sparse: Mapping[Identity, Sequence[Span]]


def read_deeply(source: Source, units: Sequence[DeepUnit]) -> dict[StreamId, list[Check]]:
    """Do all units; return the checks of each stream."""
    with closing(done(source.crew, do_unit, source, units, stop=source.stop, emit=source.emit)) as outcomes:
        return {units[outcome.number].evidence.stream: outcome.result() for outcome in outcomes}


def do_unit(source: Source, unit: DeepUnit) -> list[Check]:
    """Read all that raw holds of a stream; compare it with the table's rows, where there are any.

    Rows that another mapping made are not compared: they may well differ.
    """
    exchange = unit.evidence.stream.exchange
    try:
        transformer = source.transformer_for(exchange)
    except ConfigError as error:
        return [failed("raw content", f"nothing was read: {error}")]
    table = _table(source, unit)
    is_of_today = unit.snapshot.mappings.get(exchange, transformer.digest) == transformer.digest
    compared = table if is_of_today else None
    reading = Reading.of(unit.evidence.listing, unit.snapshot.covered_of(unit.evidence.stream))
    read_stream(reading, source, transformer, compared, source.stop)
    checks = check_content(reading)
    if compared is not None:
        return [*checks, check_table_content(reading, compared)]
    if table is None:
        return checks
    found = "rows were made with another mapping than today's, and so not compared with raw"
    return [*checks, warning("table content", found, "Run: schemahub transform --full")]


def _table(source: Source, unit: DeepUnit) -> StoredRows | None:
    if unit.rows is None:
        return None
    return StoredRows(source.store, unit.identity, unit.rows, lambda key: _moved(source, unit, key))


def _moved(source: Source, unit: DeepUnit, key: str) -> RowTally | None:
    """Return where a symbol's rows are now that `key` is gone; None if they should be there."""
    from schemahub._quality.table_scan import scan_table

    fresh = source.table.snapshot()
    if is_live(fresh, key):
        return None
    scan = scan_table(source, fresh.files, {unit.identity}, unit.sparse, source.stop)
    return scan.symbols.get(unit.identity)
