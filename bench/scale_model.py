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

from aws_cost import SECONDS_PER_HOUR
from report import table
from scale_lake import (
    SIZES,
    UNITS,
    ingest_requests,
    ingest_seconds,
    lakes,
    short,
    transform_requests,
)
from scale_limits import all_limits

if TYPE_CHECKING:
    from report import Cell


def size() -> str:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            short(lake.trades),
            short(lake.backfilled_objects),
            short(lake.lived_objects),
            lake.trades * SIZES.raw_bytes / 1e9,
            lake.trades * SIZES.table_bytes / 1e9,
            short(lake.packed_files),
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
            short(lake.loose_files),
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
    return table(("part", "gives out by", "at", "then"), all_limits())


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
