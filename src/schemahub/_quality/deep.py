"""`verify --deep` for one stream: raw read line by line, the table compared with rows made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.checks import Check, failed, warning
from schemahub._quality.content_checks import Reading, check_content, check_table_content, read_stream
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub._clock import Stop
    from schemahub._quality.evidence import Evidence
    from schemahub._quality.source import Source
    from schemahub._quality.stored_rows import StoredRows
    from schemahub.table import Snapshot


def check_deep(
    source: Source, evidence: Evidence, snapshot: Snapshot, table: StoredRows | None, stop: Stop
) -> list[Check]:
    """Read all that raw holds of a stream; compare it with the table's rows, where there are any.

    Rows that another mapping made are not compared: they may well differ.
    """
    exchange = evidence.stream.exchange
    try:
        transformer = source.transformer_for(exchange)
    except ConfigError as error:
        return [failed("raw content", f"nothing was read: {error}")]
    is_of_today = snapshot.mappings.get(exchange, transformer.digest) == transformer.digest
    compared = table if is_of_today else None
    reading = Reading.of(evidence.listing, snapshot.covered_of(evidence.stream))
    read_stream(reading, source, transformer, compared, stop)
    checks = check_content(reading)
    if compared is not None:
        return [*checks, check_table_content(reading, compared)]
    if table is None:
        return checks
    found = "rows were made with another mapping than today's, and so not compared with raw"
    return [*checks, warning("table content", found, "Run: schemahub transform --full")]
