"""A table of many small files, as frequent transforms leave it. Run it, or import `build`.

    python bench/small_files.py LAKE --days 30 --files 40 --rows 2_400_000

The files are written by the table itself, one commit at the end; there is no raw behind them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json

import numpy as np
import pyarrow as pa
from lake_data import DAY_US, START_US
from trades import E8, PRODUCTS, Product, Trades, trades

import schemahub
from schemahub.layout import trade_date

_TIME = pa.timestamp("us", "UTC")


def rows_of(product: Product, some: Trades) -> pa.Table:
    """Return trades as rows of the unified table."""
    count = len(some)
    return pa.table(
        {
            "exchange": pa.array(["COINBASE"] * count),
            "symbol": pa.array([product.id] * count),
            "trade_id": pa.array(some.ids).cast(pa.string()),
            "side": pa.array(np.where(some.maker_sells, "BUY", "SELL")),
            "price": pa.array(some.prices_e8 / E8),
            "quantity": pa.array(some.sizes_e8 / E8),
            "trade_ts": pa.array(some.times_us).cast(_TIME),
            "ingest_ts": pa.array(np.full(count, some.times_us[-1])).cast(_TIME),
        }
    )


def file_rows(number: int, *, rows: int, length_us: int) -> pa.Table:
    """Return the trades of all products in one slice of time."""
    begin_us = START_US + number * length_us
    parts = []
    for product in PRODUCTS:
        count = max(1, round(rows * product.share))
        first = product.first_id + number * count
        ids = range(first, first + count)
        found = trades(product, number, ids=ids, begin_us=begin_us, end_us=begin_us + length_us)
        parts.append(rows_of(product, found))
    return pa.concat_tables(parts)


def build(lake: str, *, days: int, files: int, rows: int) -> int:
    """Write `files` files into each of `days` days and return how many rows they have."""
    table = schemahub.open(lake).lake.table
    base = table.snapshot()
    written = []
    for number in range(days * files):
        found = file_rows(number, rows=rows // (days * files), length_us=DAY_US // files)
        day = trade_date(START_US + number * (DAY_US // files))
        written.append(table.write(base, day, found, f"{number:016x}"))
    table.commit(base, dataclasses.replace(base, files=tuple(written)))
    return sum(file.rows for file in written)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rows", type=int, default=2_400_000)
    options = vars(parser.parse_args())
    print(json.dumps({"rows": build(options.pop("lake"), **options)}))


if __name__ == "__main__":
    main()
