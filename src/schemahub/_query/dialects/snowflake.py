"""Snowflake: a stage over the lake, and a table loaded from exactly the live files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._query.views import quoted
from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._query.dialects.place import Place

# The moment is kept whatever a session's time zone is; TIMESTAMP_NTZ would drop the zone.
_TYPES = {"string": "VARCHAR", "double": "DOUBLE", "timestamp[us, UTC]": "TIMESTAMP_LTZ(6)"}
_FILES = 1_000
"""Files that one COPY may name."""

_UTC = "-- Should a time ever be read without its zone, it is UTC.\nALTER SESSION SET TIMEZONE = 'UTC';"
_FORMAT = """\
-- What the files are. With logical types, times arrive as times in UTC and not as integers.
CREATE OR REPLACE FILE FORMAT schemahub_parquet TYPE = PARQUET USE_LOGICAL_TYPE = TRUE;"""
_SWITCH = """\
-- Readers of trades see the old rows up to here, and from here on these: {rows:,}.
CREATE TABLE IF NOT EXISTS trades LIKE trades_loading;

-- One statement switches.
ALTER TABLE trades SWAP WITH trades_loading;

-- The rows that were there before.
DROP TABLE trades_loading;"""


def snowflake(place: Place) -> tuple[str, ...]:
    """Return statements that load the table `trades` whole and switch to it.

    Loading only what is new would double the days that were compacted since, as their rows lie in new files.
    """
    switch = _SWITCH.format(rows=place.rows).split("\n\n")
    return (_UTC, _FORMAT, _stage(place), _table(), *_copies(place), *switch)


def _stage(place: Place) -> str:
    return (
        "-- Where the files lie. A private place needs its STORAGE_INTEGRATION as well.\n"
        f"CREATE OR REPLACE STAGE schemahub_lake URL = {quoted(place.location + '/')}\n"
        "  FILE_FORMAT = (FORMAT_NAME = 'schemahub_parquet');"
    )


def _table() -> str:
    columns = ",\n  ".join(f"{name} {_TYPES[kind]} NOT NULL" for name, kind in UNIFIED_COLUMNS)
    return f"-- A new table to load into.\nCREATE OR REPLACE TABLE trades_loading (\n  {columns}\n);"


def _copies(place: Place) -> Iterator[str]:
    keys = place.keys
    for start in range(0, len(keys), _FILES):
        part = keys[start : start + _FILES]
        files = ",\n  ".join(map(quoted, part))
        yield (
            f"-- Files {start + 1} to {start + len(part)} of {len(keys)}.\n"
            f"COPY INTO trades_loading FROM @schemahub_lake\nFILES = (\n  {files}\n)\n"
            "FILE_FORMAT = (FORMAT_NAME = 'schemahub_parquet')\n"
            "MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE\nON_ERROR = ABORT_STATEMENT;"
        )
