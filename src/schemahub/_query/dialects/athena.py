"""Athena: an external table whose partitions point at each day's live folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._query.views import quoted
from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._query.dialects.place import Place

_TYPES = {"string": "string", "double": "double", "timestamp[us, UTC]": "timestamp"}
_DAYS = 300
"""Partitions in one statement, which may have 262 144 bytes."""


def athena(place: Place) -> tuple[str, ...]:
    """Return statements that make the table `trades`, or bring the one that is there up to date."""
    return (_table(place), *_added(place), *_moved(place))


def _table(place: Place) -> str:
    # In backticks: exchange is a reserved word.
    columns = ",\n  ".join(f"`{name}` {_TYPES[kind]}" for name, kind in UNIFIED_COLUMNS)
    return (
        "-- The table: each day is a partition that says where its files lie. Times are UTC.\n"
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `trades` (\n  {columns}\n)\n"
        f"PARTITIONED BY (`trade_date` date)\nSTORED AS PARQUET\nLOCATION {quoted(place.root)};"
    )


def _added(place: Place) -> Iterator[str]:
    days = list(place.folders.items())
    for start in range(0, len(days), _DAYS):
        part = days[start : start + _DAYS]
        parts = "\n  ".join(f"PARTITION (`trade_date` = '{day}') LOCATION {quoted(at)}" for day, at in part)
        yield f"-- Days that the table does not know yet.\nALTER TABLE `trades` ADD IF NOT EXISTS\n  {parts};"


def _moved(place: Place) -> Iterator[str]:
    for day, folder in place.folders.items():
        if place.snapshot.version == 1 and folder.endswith("/g1/"):
            continue
        yield (
            "-- A day that was compacted or built anew, should the table still point at its old folder.\n"
            f"ALTER TABLE `trades` PARTITION (`trade_date` = '{day}') SET LOCATION {quoted(folder)};"
        )
