"""The table of a lake in polars, without schemahub.

python examples/read_without_schemahub/with_polars.py lake
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl


def live_files(lake: str) -> list[str]:
    """Return the files that are the table at this moment: the manifest names them.

    A pattern over the folders may see a day twice, while replaced files wait for their deletion.
    """
    table = Path(lake) / "unified_trades"
    version = json.loads((table / "current.json").read_bytes())["version"]
    manifest = json.loads((table / f"v{version}" / "manifest.json").read_bytes())
    return [str(Path(lake) / key) for key, *_ in manifest["files"]]


def by_day(files: list[str]) -> list[tuple[object, ...]]:
    """Return each day and symbol with its trades and volume; only the two columns needed are read."""
    trades = pl.scan_parquet(files, hive_partitioning=True, try_parse_hive_dates=True)
    counted = trades.group_by("trade_date", "symbol").agg(pl.len().alias("trades"), pl.sum("quantity"))
    return counted.sort("trade_date", "symbol").collect().rows()


if __name__ == "__main__":
    for row in by_day(live_files(sys.argv[1])):
        print(*row)
