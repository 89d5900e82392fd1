"""The table of a lake in pandas, without schemahub.

python examples/read_without_schemahub/with_pandas.py lake
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd


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
    columns = ["symbol", "quantity", "trade_ts"]
    # The folder says the day; a frame of one file has it in its times.
    trades = pd.concat([pd.read_parquet(file, columns=columns, partitioning=None) for file in files])
    days = trades["trade_ts"].dt.date.rename("trade_date")
    counted = trades.groupby([days, "symbol"])["quantity"].agg(["size", "sum"])
    return [(*key, *row) for key, row in zip(counted.index, counted.itertuples(index=False), strict=True)]


if __name__ == "__main__":
    for row in by_day(live_files(sys.argv[1])):
        print(*row)
