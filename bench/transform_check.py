"""Say whether a contender's rows are right, before its time counts. Run by `transform.py`, which stays small.

    python bench/transform_check.py truth LAKE            our table against what the standard library reads
    python bench/transform_check.py same LAKE FILES ...   another's files, or another lake, against our table

Prints `{"right": ..., "why": ..., "rows": ..., "bytes": ...}`.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import schemahub

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub.raw_sink import RawObject

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAKER = {"sell": "BUY", "buy": "SELL"}
_TIME = pa.timestamp("us", "UTC")


def truth(lake: str) -> dict[str, Any]:
    """Compare with the first and the last object of each product, read line by line."""
    hub = schemahub.open(lake)
    chosen = []
    for stream in hub.lake.raw.streams():
        stored = sorted(hub.lake.raw.list(stream), key=lambda each: each.name.first)
        chosen += [stored[0], stored[-1]] if len(stored) > 1 else stored
    with duckdb.connect() as connection:
        connection.register("expected", pa.concat_tables(_read(lake, each) for each in chosen))
        _view(connection, "found", table_files(lake))
        expected, matching = _matching(connection, "us")
    why = "" if matching == expected else f"{expected - matching:,} of {expected:,} differ from the raw lines"
    return {"right": not why, "why": why, "rows": expected, "bytes": _bytes(table_files(lake))}


def same(lake: str, files: list[Path], *, unit: str, missing: int, ordered: bool) -> dict[str, Any]:
    """Compare every row with our table's; `missing` of ours are not expected."""
    with duckdb.connect() as connection:
        _view(connection, "expected", table_files(lake))
        _view(connection, "found", files)
        expected, matching = _matching(connection, unit)
        rows = _count(connection, "SELECT count(*) FROM found")
    problems = []
    if rows != expected - missing:
        problems.append(f"{rows:,} rows, expected {expected - missing:,}")
    if matching != rows:
        problems.append(f"{rows - matching:,} rows differ")
    if ordered and not all(map(_in_order, files)):
        problems.append("not sorted")
    return {"right": not problems, "why": ", ".join(problems), "rows": rows, "bytes": _bytes(files)}


def table_files(lake: str) -> list[Path]:
    """Return the files that the manifest names."""
    hub = schemahub.open(lake)
    paths = (hub.lake.store.local_path(file.key) for file in hub.lake.table.snapshot().files)
    return [path for path in paths if path]


def _read(lake: str, stored: RawObject) -> pa.Table:
    with schemahub.open(lake).lake.raw.open(stored) as stream:
        rows = [_row(json.loads(line)) for line in stream if line.strip()]
    names = ("trade_id", "side", "price", "quantity", "trade_ts")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    table = table.set_column(4, "trade_ts", table["trade_ts"].cast(_TIME))
    return table.append_column("symbol", pa.array([stored.stream.product] * len(rows)))


def _row(raw: dict[str, Any]) -> tuple[str, str, float, float, int]:
    since = datetime.fromisoformat(raw["time"]) - _EPOCH
    time_us = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return str(raw["trade_id"]), _TAKER[raw["side"]], float(raw["price"]), float(raw["size"]), time_us


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Iterable[Path]) -> None:
    paths = [str(path) for path in files]
    relation = connection.read_parquet(paths, hive_partitioning=False)
    relation.create_view(name)


def _matching(connection: duckdb.DuckDBPyConnection, unit: str) -> tuple[int, int]:
    """Count the rows expected, and those found that are equal to one of them."""
    connection.execute("SET TimeZone='UTC'")
    count = _count(connection, "SELECT count(*) FROM expected")
    equal = " AND ".join(f"e.{name} = f.{name}" for name in ("side", "price", "quantity"))
    # Not epoch_ms, which rounds.
    units = {"us": 1, "ms": 1000}[unit]
    time = f"epoch_us(e.trade_ts) // {units} = epoch_us(f.trade_ts) // {units}"
    joined = "expected AS e JOIN found AS f USING (symbol, trade_id)"
    return count, _count(connection, f"SELECT count(*) FROM {joined} WHERE {equal} AND {time}")  # noqa: S608 - our own names


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])


def _in_order(path: Path) -> bool:
    table = pq.ParquetFile(path).read(["symbol", "trade_ts", "trade_id"])
    symbol = np.unique(table["symbol"].to_numpy(), return_inverse=True)[1]
    moments = table["trade_ts"].cast(pa.int64()).to_numpy()
    ids = table["trade_id"].cast(pa.int64()).to_numpy()
    steps = [np.diff(column) for column in (symbol, moments, ids)]
    later = (steps[0] > 0) | ((steps[0] == 0) & ((steps[1] > 0) | ((steps[1] == 0) & (steps[2] > 0))))
    return bool(later.all())


def _bytes(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def _found(place: Path) -> list[Path]:
    """Return the files of a lake's table, or of a peer; dlt puts others beside its rows."""
    if (place / "unified_trades").exists():
        return table_files(str(place))
    return sorted((place / "lake" / "trades").glob("*.parquet")) or sorted(place.glob("*.parquet"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("truth").add_argument("lake")
    comparing = commands.add_parser("same")
    comparing.add_argument("lake")
    comparing.add_argument("place", type=Path)
    comparing.add_argument("--unit", choices=("us", "ms"), default="us")
    comparing.add_argument("--missing", type=int, default=0)
    comparing.add_argument("--unordered", action="store_true")
    options = parser.parse_args()
    if options.command == "truth":
        verdict = truth(options.lake)
    else:
        verdict = same(
            options.lake,
            _found(options.place),
            unit=options.unit,
            missing=options.missing,
            ordered=not options.unordered,
        )
    print(json.dumps(verdict))


if __name__ == "__main__":
    main()
