"""How long a table takes to answer, whatever its files are like: run before and after a compaction.

    python bench/table_queries.py LAKE --rounds 5

Each question goes to a hub that was just opened, so finding out which files there are is part of it. The
first answer warms the caches and is not counted. Prints milliseconds by question, answers, what is stored.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lake_data import DAY_US, START_US
from report import median
from trades import PRODUCTS

import schemahub
from schemahub.layout import manifest_key, trade_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.hub import Hub

SYMBOL = PRODUCTS[0].id
HOUR_US = 3_600_000_000


def questions(days: int) -> dict[str, Callable[[Hub], object]]:
    """Return what is asked, and how."""
    day = trade_date(START_US + days // 2 * DAY_US)
    next_day = trade_date(START_US + (days // 2 + 1) * DAY_US)
    of_day = f"trade_ts >= '{day}' AND trade_ts < '{next_day}'"
    vwap = f"SELECT sum(price * quantity) / sum(quantity) FROM trades WHERE symbol = '{SYMBOL}' AND {of_day}"  # noqa: S608 - our own words
    hourly = f"""SELECT epoch_us(trade_ts) // {HOUR_US} AS hour, min(price), max(price), sum(quantity)
        FROM trades WHERE symbol = '{SYMBOL}' GROUP BY hour ORDER BY hour"""  # noqa: S608 - our own words
    return {
        "plan a query of one day": lambda hub: len(_rows(hub, f"EXPLAIN {vwap}")),
        "count": lambda hub: _rows(hub, "SELECT count(*) FROM trades"),
        "VWAP of a day": lambda hub: _rows(hub, vwap),
        "hourly bars of a symbol": lambda hub: len(_rows(hub, hourly)),
        "full scan": lambda hub: _rows(
            hub, "SELECT symbol, sum(quantity), max(price) FROM trades GROUP BY symbol ORDER BY symbol"
        ),
        "a day as a frame": lambda hub: (
            hub.trades(symbol=SYMBOL, start=day, end=next_day).to_arrow().num_rows
        ),
    }


def _rows(hub: Hub, query: str) -> list[list[str]]:
    # Nine digits: sums depend on the order of the rows, which compaction may change.
    rows = hub.sql(query).to_arrow().to_pylist()
    return [
        [f"{value:.9g}" if isinstance(value, float) else str(value) for value in row.values()] for row in rows
    ]


def asked(lake: str, rounds: int) -> dict[str, Any]:
    """Ask everything."""
    table = schemahub.open(lake).lake.table.snapshot()
    days = len({file.trade_date for file in table.files})
    milliseconds: dict[str, float] = {}
    answers: dict[str, object] = {}
    for name, ask in questions(days).items():
        taken = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            answers[name] = ask(schemahub.open(lake))
            taken.append(1000 * (time.perf_counter() - began))
        milliseconds[name] = median(taken[1:])
    return {
        "milliseconds": milliseconds,
        "answers": {name: repr(answer) for name, answer in answers.items() if "plan" not in name},
        "files": len(table.files),
        "rows": sum(file.rows for file in table.files),
        "bytes": sum(file.bytes for file in table.files),
        "manifest_bytes": (Path(lake) / manifest_key(table.version)).stat().st_size,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(json.dumps(asked(options.lake, options.rounds)))


if __name__ == "__main__":
    main()
