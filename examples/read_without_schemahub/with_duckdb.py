"""The table of a lake in DuckDB, without schemahub.

python examples/read_without_schemahub/with_duckdb.py lake
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def live_files(lake: str) -> list[str]:
    """Return the files that are the table at this moment: the manifest names them.

    A pattern over the folders may see a day twice, while replaced files wait for their deletion.
    """
    table = Path(lake) / "unified_trades"
    version = json.loads((table / "current.json").read_bytes())["version"]
    manifest = json.loads((table / f"v{version}" / "manifest.json").read_bytes())
    return [str(Path(lake) / key) for key, *_ in manifest["files"]]


def by_day(files: list[str]) -> list[tuple[object, ...]]:
    """Return each day and symbol with its trades and volume."""
    with duckdb.connect() as session:
        session.execute("SET TimeZone = 'UTC'")
        trades = session.read_parquet(files, hive_partitioning=True)
        return (
            trades.aggregate(
                "trade_date, symbol, count(*) AS trades, sum(quantity) AS volume", "trade_date, symbol"
            )
            .order("trade_date, symbol")
            .fetchall()
        )


if __name__ == "__main__":
    for row in by_day(live_files(sys.argv[1])):
        print(*row)
