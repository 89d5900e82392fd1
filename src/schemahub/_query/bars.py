"""The queries behind `hub.ohlcv` and `hub.vwap`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemahub._query.selection import Selection
    from schemahub.table import Snapshot


def bars_query(macro: str, wanted: Selection, interval: str | timedelta, snapshot: Snapshot) -> str:
    """Write the call of a macro; a symbol or exchange that the table has nothing of is a `ConfigError`."""
    wanted.refuse_unknown(snapshot)
    width = f"{interval.total_seconds()} seconds" if isinstance(interval, timedelta) else interval
    bounds = ", ".join(
        f'"{name}" := make_timestamptz({at_us}::BIGINT)'
        for name, at_us in (("from", wanted.start_us), ("to", wanted.end_us))
        if at_us is not None
    )
    arguments = ", ".join(part for part in (_text(wanted.symbol or ""), _text(width), bounds) if part)
    chosen = f" WHERE exchange = {_text(wanted.exchange)}" if wanted.exchange else ""
    return f"FROM {macro}({arguments}){chosen} ORDER BY exchange, bucket"


def _text(value: str) -> str:
    """Write a text as SQL does: a quote in it is doubled, and nothing else means anything."""
    return "'" + value.replace("'", "''") + "'"
