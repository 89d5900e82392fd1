"""DuckDB: the same views and macros that `hub.sql` works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._query.views import statements

if TYPE_CHECKING:
    from schemahub._query.dialects.place import Place

_UTC = "-- Days and times as the table means them.\nSET TimeZone = 'UTC';"


def duckdb(place: Place) -> tuple[str, ...]:
    """Return the views `trades` and `trades_in_files`, and the macros `ohlcv` and `vwap`."""
    return (_UTC, *statements(place.urls))
