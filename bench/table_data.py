"""Generate a unified table of any size, a day at a time, written by the project's own table.

The numbers behave like trades: twelve symbols of very different sizes, dense ids, bursts that share one time,
prices that walk on ticks, three sizes in ten round and the others with eight digits. A day is a function of
the seed, so the same table comes out wherever and in however many processes it is made.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from report import note

from schemahub._lake.parquet_table import ParquetTable
from schemahub.builtin.file_store import FileStore
from schemahub.settings import FileSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schemahub.table import DataFile

FIRST_DAY = date(2024, 1, 1)
ROWS_PER_DAY = 1_100_000
LEAST_DAYS = 31
"""So that every table has the month that the queries ask for."""
DAY_US = 86_400_000_000
FIRST_US = (FIRST_DAY - date(1970, 1, 1)).days * DAY_US


@dataclass(frozen=True, slots=True)
class Symbol:
    """One product: its share of all trades, a price to begin with, and the digits of a tick."""

    name: str
    share: float
    price: float
    digits: int


SYMBOLS = (
    Symbol("BTC-USD", 0.30, 64_000.0, 2),
    Symbol("ETH-USD", 0.22, 3_100.0, 2),
    Symbol("SOL-USD", 0.12, 140.0, 2),
    Symbol("XRP-USD", 0.08, 0.52, 5),
    Symbol("DOGE-USD", 0.07, 0.15, 5),
    Symbol("ADA-USD", 0.05, 0.45, 5),
    Symbol("AVAX-USD", 0.04, 35.0, 2),
    Symbol("LINK-USD", 0.035, 14.5, 3),
    Symbol("LTC-USD", 0.03, 82.0, 2),
    Symbol("DOT-USD", 0.025, 7.1, 3),
    Symbol("UNI-USD", 0.02, 9.8, 3),
    Symbol("SHIB-USD", 0.01, 0.0000234, 9),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a table is."""

    rows: int
    days: int
    seed: int = 1

    @classmethod
    def of(cls, rows: int, seed: int = 1) -> Plan:
        return cls(rows, max(LEAST_DAYS, round(rows / ROWS_PER_DAY)), seed)

    def rows_of(self, symbol: Symbol) -> int:
        """Return the trades of one symbol on one day."""
        return max(1, round(self.rows / self.days * symbol.share))


def day_of(number: int) -> str:
    return str(FIRST_DAY + timedelta(days=number))


def day_rows(plan: Plan, number: int) -> pa.Table:
    """Return one day's trades, in the table's order."""
    symbols = sorted(SYMBOLS, key=lambda symbol: symbol.name)
    return pa.concat_tables(_symbol_rows(plan, symbol, number) for symbol in symbols)


def _symbol_rows(plan: Plan, symbol: Symbol, number: int) -> pa.Table:
    rows = plan.rows_of(symbol)
    rng = np.random.default_rng([plan.seed, number, SYMBOLS.index(symbol)])
    burst = np.cumsum(rng.random(rows) < 0.55) - 1  # which order a trade belongs to
    burst -= burst[0]
    orders = int(burst[-1]) + 1
    moments = np.sort(rng.integers(0, DAY_US, orders))[burst]
    sells = rng.random(orders) < 0.5
    tick = 10.0**-symbol.digits
    start = symbol.price * (1 + 0.3 * np.sin(number / 40))
    walk = np.cumsum(rng.normal(0, symbol.price * 2e-5, orders))
    price = np.round(np.maximum(start + walk, tick)[burst] / tick) * tick
    size = np.exp(rng.normal(0, 1.7, rows)) * 300 / symbol.price
    quantity = np.where(rng.random(rows) < 0.3, np.round(size, 3) + 0.001, np.round(size, 8) + 1e-8)
    first = 1 + number * rows
    at = FIRST_US + number * DAY_US + moments
    return pa.table(
        {
            "exchange": _constant("COINBASE", rows),
            "symbol": _constant(symbol.name, rows),
            "trade_id": pa.array(np.arange(first, first + rows)).cast(pa.string()),
            "side": pa.DictionaryArray.from_arrays(sells[burst].astype("int32"), ["BUY", "SELL"]),
            "price": np.round(price, symbol.digits),
            "quantity": np.round(quantity, 8),
            "trade_ts": pa.array(at, pa.timestamp("us", "UTC")),
            "ingest_ts": pa.array(np.full(rows, FIRST_US + (number + 1) * DAY_US), pa.timestamp("us", "UTC")),
        }
    )


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(rows, "int32"), [text])


def write_day(lake: Path, plan: Plan, settings: FileSettings, number: int) -> DataFile:
    """Write one day through the table, as a transform would."""
    table = ParquetTable(FileStore(lake), settings)
    batch = hashlib.sha256(repr((plan, number)).encode()).hexdigest()[:16]
    return table.write(table.snapshot(), day_of(number), day_rows(plan, number), batch)


def each_day(days: int, processes: int, work: Callable[[int], DataFile]) -> Iterable[DataFile]:
    if processes == 1:
        yield from map(work, range(days))
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, range(days))


def build(lake: Path, plan: Plan, settings: FileSettings | None = None, processes: int = 1) -> Path:
    """Make a lake whose table has this size, unless it is there; return its folder."""
    settings = settings or FileSettings()
    table = ParquetTable(FileStore(lake), settings)
    base = table.snapshot()
    if base.files:
        return lake
    began = time.perf_counter()
    files = []
    for file in each_day(plan.days, processes, partial(write_day, lake, plan, settings)):
        files.append(file)
        if len(files) % 30 == 0:
            note(f"{len(files)} of {plan.days} days")
    table.commit(base, dataclasses.replace(base, files=tuple(files)))
    rows, size = sum(file.rows for file in files), sum(file.bytes for file in files)
    seconds = time.perf_counter() - began
    note(f"{rows:,} rows, {len(files)} files, {size / rows:.2f} bytes a row, {seconds:.0f} s")
    return lake


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    build(options.lake, Plan.of(options.rows, options.seed), processes=options.processes)


if __name__ == "__main__":
    main()
