"""What one lake takes, by its products, days and trades: the arithmetic behind `scale_model.py`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cost import BATCH, PAGE, SECONDS_PER_HOUR, Schedule, backfill, month, total
from aws_prices import Counts, Prices, Sizes
from scale_units import Limits, Units

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = {"1 day": 1, "1 month": 30, "1 year": 365, "10 years": 3650}
PRODUCTS = (1, 50, 500)
QUIET = 100_000
"""Trades of a product a day, in the mean: fifty products have the five million of docs/AWS.md."""
BUSY = 550_000
"""As many make 10^12 of 500 products in ten years."""
RUNS_A_DAY = 4
UNITS, LIMITS, PRICES, COUNTS, SIZES = Units(), Limits(), Prices(), Counts(), Sizes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """One lake, filled by a backfill of all its days or by runs every six hours since its first."""

    products: int
    days: int
    rate: float = QUIET

    @property
    def trades(self) -> float:
        return self.products * self.rate * self.days

    @property
    def backfilled_objects(self) -> float:
        """Return the raw objects of a backfill: full ones, and one that is not of each product."""
        return self.trades / BATCH + self.products

    @property
    def lived_objects(self) -> float:
        """Return the raw objects of runs every six hours: each ends one, and so does each full batch."""
        return self.trades / BATCH + self.products * self.days * RUNS_A_DAY

    @property
    def packed_files(self) -> float:
        """Return the files after `compact`: one a day, or as many as a day fills."""
        a_day = self.products * self.rate * SIZES.table_bytes / UNITS.table_file_bytes
        return self.days * max(1.0, a_day / UNITS.fill_share)

    @property
    def loose_files(self) -> float:
        """Return the files of a backfill before it: a commit has one product's trades of some days."""
        return max(self.commits, self.products * self.days)

    @property
    def packed_manifest(self) -> float:
        """Return bytes; files are sorted by symbol, so that each symbol is in few of a day's."""
        entries = self.packed_files + self.days * self.products
        return self.packed_files * UNITS.file_bytes + entries * UNITS.symbol_bytes

    @property
    def load_seconds(self) -> float:
        """Return the CPU that each command takes to read the packed manifest."""
        entries = self.packed_files + self.days * self.products
        return (self.packed_files * UNITS.load_us_per_file + entries * UNITS.load_us_per_symbol) / 1e6

    @property
    def commit_hours(self) -> float:
        """Return the CPU of printing the manifest in each commit of a backfill, half of it in the mean."""
        each = self.loose_files * (UNITS.commit_us_per_file + UNITS.commit_us_per_symbol) / 1e6
        return self.commits * each / 2 / SECONDS_PER_HOUR

    @property
    def commits(self) -> float:
        return math.ceil(self.trades / UNITS.rows_per_commit)

    @property
    def loose_manifest(self) -> float:
        return self.loose_files * (UNITS.file_bytes + UNITS.symbol_bytes)

    @property
    def rewritten(self) -> float:
        """Return bytes of all manifests that a backfill's commits write, if nothing is packed meanwhile."""
        return self.commits * self.loose_manifest / 2

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            products=self.products,
            trades_a_day=self.products * self.rate,
            every_minutes=24 * 60 / RUNS_A_DAY,
            months=max(1, round(self.days / 30)),
        )

    @property
    def page_hours(self) -> float:
        return self.trades / PAGE / LIMITS.pages_per_second / SECONDS_PER_HOUR

    @property
    def archive_hours(self) -> float:
        return self.trades / UNITS.archive_trades_per_second / SECONDS_PER_HOUR

    @property
    def core_hours(self) -> float:
        """Return hours of one core to transform everything, and to compact it, which costs twice as much."""
        return 3 * self.trades / 1e6 * SIZES.transform_cpu_seconds_per_million / SECONDS_PER_HOUR

    @property
    def once(self) -> float:
        lines = backfill(self.trades, self.schedule, PRICES, COUNTS, SIZES)
        return total(lines) + self.rewritten_puts / 1e6 * PRICES.put_per_million

    @property
    def rewritten_puts(self) -> float:
        """Return parts of manifests above 16 MiB, of 16 MiB each."""
        return self.rewritten / (16 * 2**20) if self.loose_manifest > 16 * 2**20 else 0.0

    @property
    def monthly(self) -> float:
        return total(month(self.schedule, PRICES, COUNTS, SIZES))

    @property
    def name_seconds(self) -> float:
        return self.lived_objects * UNITS.proof_name_us / 1e6

    @property
    def name_gigabytes(self) -> float:
        """Return what the names of one product take, if all have as many."""
        return self.lived_objects / self.products * UNITS.name_bytes / 1e9

    @property
    def verify_lists(self) -> float:
        lists = COUNTS.verify_lists + COUNTS.verify_lists_per_product * self.products
        return lists + self.lived_objects / 1000


def lakes() -> Iterator[tuple[str, Lake]]:
    for products in PRODUCTS:
        for name, days in DAYS.items():
            yield f"{products} x {name}", Lake(products=products, days=days)
    yield "500 x 10 years, busy", Lake(products=500, days=3650, rate=BUSY)


def ingest_requests(products: int) -> float:
    return products * (COUNTS.ingest_lists + COUNTS.ingest_gets + COUNTS.lease_writes)


def ingest_seconds(products: int, workers: int) -> float:
    """Return the seconds of a run without news: requests wait side by side, CPU does not."""
    waiting = ingest_requests(products) * UNITS.latency_seconds / min(workers, products)
    return max(waiting, products * UNITS.idle_product_ms / 1e3)


def transform_requests(products: int) -> float:
    each = COUNTS.transform_lists_per_product + COUNTS.transform_gets_per_product
    return COUNTS.transform_lists + COUNTS.transform_gets + each * products


def short(count: float) -> str:
    """Print two digits: 36 500 000 is 37 million."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= 0.995 * size:
            return f"{count / size:.2g} {word}" if count < 99.5 * size else f"{count / size:.0f} {word}"
    digits = len(f"{count:.0f}")
    return f"{round(count, 2 - digits if digits > 2 else 0):,.0f}"
