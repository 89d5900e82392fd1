"""Calculate what lakes of 1 to 500 products, a day to ten years, up to 10^12 trades, take.

    python bench/scale_model.py
    python bench/scale_model.py --write docs/SCALE.md

Nothing is measured here: `scale_units.py` (measured), `aws_prices.py` (counted and listed) and the settings'
defaults are multiplied. `--write` replaces the page's tables, and `--check` says whether they are these.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aws_cost import BATCH, PAGE, SECONDS_PER_HOUR
from report import table
from scale_lake import (
    LIMITS,
    SIZES,
    UNITS,
    ingest_requests,
    ingest_seconds,
    lakes,
    transform_requests,
)

if TYPE_CHECKING:
    from report import Cell


def size() -> str:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            _short(lake.trades),
            _short(lake.backfilled_objects),
            _short(lake.lived_objects),
            lake.trades * SIZES.raw_bytes / 1e9,
            lake.trades * SIZES.table_bytes / 1e9,
            _short(lake.packed_files),
            lake.packed_manifest / 1e6,
            lake.load_seconds,
        )
        for name, lake in lakes()
    ]
    columns = ("products x time", "trades", "raw objects, backfilled", "raw objects, every 6 h", "raw GB")
    return table((*columns, "table GB", "files, packed", "manifest MB", "CPU s to load it"), rows)


def filling() -> str:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            lake.page_hours,
            lake.archive_hours,
            lake.core_hours,
            _short(lake.loose_files),
            lake.loose_manifest / 1e6,
            lake.rewritten / 1e9,
            lake.commit_hours,
            lake.once,
            lake.monthly,
        )
        for name, lake in lakes()
    ]
    columns = (
        "products x time",
        "hours by pages",
        "hours by bulk files",
        "core hours, table",
        "files, loose",
    )
    return table(
        (
            *columns,
            "manifest MB, loose",
            "GB of manifests written",
            "core hours, manifests",
            "$ once",
            "$ a month then",
        ),
        rows,
    )


def running() -> str:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            ingest_requests(lake.products),
            ingest_seconds(lake.products, workers=3),
            transform_requests(lake.products),
            transform_requests(lake.products) * UNITS.latency_seconds,
            lake.verify_lists,
            lake.name_seconds,
            lake.name_gigabytes,
            lake.trades / 1e6 * UNITS.verify_seconds_per_million / SECONDS_PER_HOUR,
            lake.trades / 1e6 * UNITS.deep_seconds_per_million / SECONDS_PER_HOUR,
        )
        for name, lake in lakes()
        if lake.days in {30, 3650}
    ]
    columns = ("products x time", "ingest: requests", "s, 3 workers", "transform: requests", "s")
    return table(
        (*columns, "verify: LIST", "CPU s, names", "GB, names", "core hours, rows", "core hours, `--deep`"),
        rows,
    )


def limits() -> str:
    """Return where each part gives out first."""
    names = LIMITS.memory_gigabytes * 1e9 / UNITS.name_bytes
    slow_names = LIMITS.seconds_to_wait / UNITS.proof_name_us * 1e6
    backlog = LIMITS.memory_gigabytes * 1e9 / UNITS.plan_name_bytes
    a_file = UNITS.file_bytes + UNITS.symbol_bytes
    loose = LIMITS.commit_megabytes * 1e6 / a_file
    a_second = PAGE * LIMITS.pages_per_second
    most = LIMITS.memory_gigabytes * 1000 / UNITS.worker_megabytes
    a_core = 1e6 * LIMITS.backlog_hours * SECONDS_PER_HOUR / 3 / SIZES.transform_cpu_seconds_per_million
    a_day = 1e6 * LIMITS.hours_to_prove * SECONDS_PER_HOUR
    a_proof = a_day / UNITS.verify_seconds_per_million
    a_deep_proof = a_day / UNITS.deep_seconds_per_million
    lines = (
        (
            "transform, files not packed",
            f"a manifest of {LIMITS.commit_megabytes:g} MB, written by each commit",
            f"{_short(loose)} files: 50 products x {loose / 50 / 365:.1f} years of backfill",
            "`compact` between; a larger `rows_per_commit`; Iceberg",
        ),
        (
            "transform, planning",
            f"{LIMITS.seconds_to_wait:g} s of one request after another",
            f"{_short(LIMITS.seconds_to_wait / UNITS.latency_seconds / 2)} products",
            "a lake for each exchange",
        ),
        (
            "ingest with nothing new",
            f"{LIMITS.seconds_to_wait:g} s with 3 workers",
            f"{_short(LIMITS.seconds_to_wait / ingest_seconds(1, workers=3))} products",
            "`workers`; more processes, by leases",
        ),
        (
            "status and verify, names",
            f"{LIMITS.seconds_to_wait:g} s of one core",
            f"{_short(slow_names)} names: {_short(slow_names * BATCH)} trades in full batches",
            "`--product`, some at a time",
        ),
        (
            "transform that begins, names",
            f"{LIMITS.memory_gigabytes:g} GB",
            f"{_short(backlog)} names not in the table: {_short(backlog * BATCH)} trades",
            "`transform` while the backfill still runs",
        ),
        (
            "verify, names",
            f"{LIMITS.memory_gigabytes:g} GB",
            f"{_short(names)} names: {_short(names * BATCH)} trades in full batches",
            "`--product`, some at a time",
        ),
        (
            "verify, rows",
            f"{LIMITS.hours_to_prove:g} h of one core",
            f"{_short(a_proof)} trades, {_short(a_deep_proof)} with `--deep`",
            "`--product`, some each night; `--deep` by executors",
        ),
        (
            "fetching by pages",
            f"{LIMITS.hours_to_fetch / 24:g} days at {LIMITS.pages_per_second:g} a second",
            f"{_short(a_second * LIMITS.hours_to_fetch * SECONDS_PER_HOUR)} trades",
            "bulk files; other addresses, each a share of the rate",
        ),
        (
            "following the head by pages",
            f"{LIMITS.pages_per_second:g} pages a second",
            f"{_short(a_second * 86_400)} trades a day",
            "other addresses",
        ),
        (
            "products at once",
            f"{LIMITS.memory_gigabytes:g} GB, small batches",
            f"{_short(most)} products, above the 200 that `workers` allows",
            "more processes, by leases",
        ),
        (
            "table, one core",
            f"{LIMITS.backlog_hours / 24:g} days for transform and compact",
            f"{_short(a_core)} trades",
            "executors: threads, Dask, Ray",
        ),
    )
    return table(("part", "gives out by", "at", "then"), lines)


TABLES = {"size": size, "filling": filling, "running": running, "limits": limits}


def written(page: str) -> str:
    """Return the page with its tables calculated anew; a table without a place is a `ValueError`."""
    for name, made in TABLES.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        # No backslash is in a table, so that it may be a replacement as it is.
        page, found = re.subn(pattern, rf"\g<1>\n{made()}\n\n\g<2>", page, flags=re.DOTALL)
        if found != 1:
            msg = f"the page has {found} places for the table {name}"
            raise ValueError(msg)
    return page


def _short(count: float) -> str:
    """Print two digits: 36 500 000 is 37 million."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= 0.995 * size:
            return f"{count / size:.2g} {word}" if count < 99.5 * size else f"{count / size:.0f} {word}"
    digits = len(f"{count:.0f}")
    return f"{round(count, 2 - digits if digits > 2 else 0):,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="replace the tables of this page")
    parser.add_argument("--check", type=Path, metavar="PAGE", help="exit 1 if this page has other tables")
    options = parser.parse_args()
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8")), encoding="utf-8")
    elif options.check:
        page = options.check.read_text(encoding="utf-8")
        sys.exit(None if written(page) == page else f"{options.check.name} has other tables; --write it")
    else:
        print(*(f"**{name}**\n\n{made()}\n" for name, made in TABLES.items()), sep="\n")


if __name__ == "__main__":
    main()
