"""The views and macros of the table, as statements that DuckDB reads."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from schemahub.transformer import UNIFIED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = {"string": "VARCHAR", "double": "DOUBLE", "timestamp[us, UTC]": "TIMESTAMP WITH TIME ZONE"}
_COLUMNS = {**{name: _TYPES[kind] for name, kind in UNIFIED_COLUMNS}, "trade_date": "DATE"}
_PLACE = {"file_index": "UBIGINT", "file_row_number": "BIGINT"}
_FOLDER_OF_COLUMN = re.compile(r"(?:^|/)(\w+)=", re.ASCII)
_PATTERN = re.compile(r"[*?[]")


def statements(paths: Sequence[str]) -> tuple[str, ...]:
    """Return what makes the views `trades` and `trades_in_files`, and the macros, over these files."""
    day, *others = macros()
    return (day, files_view(paths), _trades_view(), *others)


def files_view(paths: Sequence[str]) -> str:
    """Return the one statement that names the files."""
    return (
        "-- All trades, with the place of each: the file, and the row in it.\n"
        f"CREATE OR REPLACE VIEW trades_in_files AS\n{_rows(paths)};"
    )


@cache
def macros() -> tuple[str, ...]:
    """Return the macros: the first stands alone, the others on the views."""
    text = resources("schemahub._query").joinpath("macros.sql").read_text(encoding="utf-8")
    return tuple(text.strip().split("\n\n"))


def quoted(text: str) -> str:
    """Return a text literal."""
    return "'" + text.replace("'", "''") + "'"


def _trades_view() -> str:
    select = f"SELECT {_listed(_COLUMNS)} FROM trades_in_files f"  # noqa: S608 - our own names
    what = "-- All trades. A condition on trade_date leaves the files of other days closed."
    return f"{what}\nCREATE OR REPLACE VIEW trades AS {select};"


def _rows(paths: Sequence[str]) -> str:
    if not paths:
        empty = (f"CAST(NULL AS {kind}) AS {name}" for name, kind in {**_COLUMNS, **_PLACE}.items())
        return f"SELECT {', '.join(empty)} WHERE false"
    files = ",\n  ".join(quoted(_literally(path)) for path in paths)
    # A lake below a folder such as `symbol=x` must not get its symbol from there.
    by_folder = all(_FOLDER_OF_COLUMN.findall(path) == ["trade_date"] for path in paths)
    day = "f.trade_date" if by_folder else "schemahub_day(f.trade_ts) AS trade_date"
    columns = _listed({**_COLUMNS, **_PLACE}).replace("f.trade_date", day)
    partitioned = "true" if by_folder else "false"
    return f"SELECT {columns}\nFROM read_parquet([\n  {files}\n], hive_partitioning = {partitioned}) f"


def _literally(path: str) -> str:
    """Return a path that stands for itself, where DuckDB would expand a pattern."""
    return _PATTERN.sub(r"[\g<0>]", path)


def _listed(names: dict[str, str]) -> str:
    # With its f, because a macro's parameter `symbol` would otherwise be taken for the column.
    return ", ".join(f"f.{name}" for name in names)
