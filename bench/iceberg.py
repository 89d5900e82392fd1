"""Measure the Iceberg table: merging, upsert beside it, the start after many commits, and many files.

python bench/iceberg.py --commits 10000 --files 1_000 10_000 100_000 --rounds 3
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from report import note, ratio, save, table, verdicts
from scripts import medians, work_folder

import schemahub
from schemahub_iceberg.merging import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from report import Cell

    from schemahub_iceberg.table import IcebergTable

DAY = "2024-01-01"
START_US = 1_704_067_200_000_000
DAY_US = 86_400_000_000
MOST_SECONDS = 3
MOST_BYTES = 2 << 20
STEPS = ("load", "commit", "switch")
"""What is done to a table of many files: load it, add a file, replace a day's files by one."""
COSTS = {"cpu": 1.0, "read": 1e6, "written": 1e6}
KEY = ["exchange", "symbol", "trade_id"]


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Do each at its size; refuse a day that does not hold exactly what it should."""
    return {
        "merge": merge(folder / "large", options.day, options.rows, [merged]),
        "beside": merge(folder / "small", options.small_day, options.small_rows, [merged, upserted]),
        "start": start(folder / "start", options.commits, options.days),
        "files": many_files(options),
    }


def many_files(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Load and change tables of so many files, each in a process of its own."""
    found = []
    for symbols in options.symbols:
        for files in options.files:
            note(f"{files:,} files of {symbols} symbols")
            asked = ("--files", files, "--symbols", symbols)
            found.append(medians("scale_iceberg.py", *asked, rounds=options.rounds))
    return found


def merge(folder: Path, of_day: int, new: int, ways: list[Callable[..., None]]) -> list[dict[str, Any]]:
    """Bring rows, half of them known, into a day; each way into a lake of its own."""
    found = []
    for way in ways:
        made = opened(folder / way.__name__)
        made.merge(DAY, rows(0, of_day))
        note(f"{way.__name__}: {new:,} into {of_day:,}")
        given = rows(of_day - new // 2, of_day + new // 2)
        began = time.perf_counter()
        way(made, given)
        seconds = time.perf_counter() - began
        stored = made._catalog.load().scan(selected_fields=("trade_id",)).to_arrow()  # noqa: SLF001 - looked at
        ids = np.unique(stored["trade_id"].to_numpy())
        assert len(ids) == stored.num_rows == of_day + new // 2, "the day holds other rows"
        found.append({"way": way.__name__, "day": of_day, "rows": new, "seconds": seconds})
    return found


def merged(made: IcebergTable, given: pa.Table) -> None:
    made.merge(DAY, given)


def upserted(made: IcebergTable, given: pa.Table) -> None:
    made._catalog.load().upsert(given, join_cols=KEY)  # noqa: SLF001 - what is compared with


def start(folder: Path, commits: int, days: float) -> dict[str, Any]:
    """Commit again and again, tidying as `compact` would once a hundred, `days` later; then start anew."""
    made = opened(folder)
    state = made.merge(DAY, rows(0, 1_000)) and made.snapshot()
    note(f"{commits:,} commits")
    began = time.perf_counter()
    for number in range(commits):
        state = made.commit(state, dataclasses.replace(state, mappings={"bench": str(number)}))
        if number % 100 == 99:
            made.tidy(time.time_ns() // 1_000 + int(days * DAY_US))
    committing = time.perf_counter() - began
    fresh = opened(folder)
    began = time.perf_counter()
    assert fresh.snapshot() == state, "another state than was committed last"
    seconds = time.perf_counter() - began
    store = schemahub.open(folder).lake.store
    small = [*store.list("unified_trades/metadata/"), *store.list("unified_trades/states/")]
    loaded = fresh._catalog.load()  # noqa: SLF001 - looked at
    current = loaded.metadata_location.rpartition("/")[2]
    return {
        "commits": commits,
        "milliseconds_a_commit": 1_000 * committing / commits,
        "first_snapshot_milliseconds": 1_000 * seconds,
        "objects": len(small),
        "bytes": sum(info.size for info in small),
        "metadata_bytes": next(info.size for info in small if info.key.endswith(current)),
        "states": len(loaded.metadata.snapshots),
    }


def opened(folder: Path) -> IcebergTable:
    found: Any = schemahub.open(folder, overrides={"table": "iceberg"}).lake.table
    return found


def rows(first: int, end: int) -> pa.Table:
    """Return trades of one symbol by their numbers, spread over the day."""
    numbers = np.arange(first, end)
    moment = pa.array(START_US + numbers * 40 % DAY_US, pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    known = pa.array([datetime(2024, 1, 2, tzinfo=UTC)] * len(numbers), pa.timestamp("us", tz="UTC"))
    text = {"exchange": "VENDOR", "symbol": "BTC-USD", "side": "BUY"}
    columns = {name: pa.array([value] * len(numbers)) for name, value in text.items()}
    columns |= {"trade_id": pa.array(numbers).cast(pa.string()), "price": pa.array(numbers * 0.01)}
    columns |= {"quantity": pa.array(np.ones(len(numbers))), "trade_ts": moment, "ingest_ts": known}
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def show(found: dict[str, Any]) -> str:
    runs = [*found["merge"], *found["beside"]]
    slow = {run["day"]: run["seconds"] for run in found["beside"] if run["way"] == "upserted"}
    merges: list[tuple[Cell, ...]] = [
        (
            run["way"],
            run["rows"],
            run["day"],
            run["seconds"],
            ratio(slow[run["day"]], run["seconds"]) if run["day"] in slow else None,
        )
        for run in runs
    ]
    large: list[tuple[Cell, ...]] = [
        (
            run["files"],
            run["symbols"],
            *(run[f"{step}_{what}"] / unit for step in STEPS for what, unit in COSTS.items()),
        )
        for run in found["files"]
    ]
    starts: list[tuple[Cell, ...]] = list(found["start"].items())
    return "\n\n".join(
        [
            table(("way", "rows", "into a day of", "seconds", "upsert takes so many times"), merges),
            table(("after many commits", ""), starts),
            table(
                (
                    "files",
                    "symbols in each",
                    *(f"{step}, {what}" for step in STEPS for what in ("CPU s", "MB read", "MB written")),
                ),
                large,
            ),
            verdicts(
                [
                    ("seconds to merge", found["merge"][0]["seconds"], MOST_SECONDS, False),
                    ("bytes of the metadata", found["start"]["metadata_bytes"], MOST_BYTES, False),
                ]
            ),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--day", type=int, default=1_000_000, help="rows that the day has")
    parser.add_argument("--rows", type=int, default=100_000, help="rows that are merged")
    parser.add_argument("--small-day", type=int, default=20_000, help="the same beside upsert")
    parser.add_argument("--small-rows", type=int, default=1_000)
    parser.add_argument("--commits", type=int, default=1_000)
    parser.add_argument(
        "--days", type=float, default=10.0, help="said to pass before each tidying; with 0, states are kept"
    )
    parser.add_argument("--files", type=int, nargs="+", default=[1_000], help="in tables of many files")
    parser.add_argument("--symbols", type=int, nargs="+", default=[4], help="in each of those files")
    parser.add_argument("--rounds", type=int, default=1, help="medians of so many, of many files")
    parser.add_argument("--folder", help="where to work")
    parser.add_argument("--json", help="where to write what was found")
    options = parser.parse_args()
    with work_folder(options.folder) as folder:
        found = measure(folder, options)
    save("iceberg", found, options.json)
    print(show(found))


if __name__ == "__main__":
    main()
