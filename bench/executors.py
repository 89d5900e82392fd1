"""Measure a transform on one and on two worker processes of an executor, in turn, with one thread each.

    python bench/executors.py --rows 20_000_000

The workers are started before the clock is: what is measured is the transform. The last lake is verified.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import time
from typing import TYPE_CHECKING, Any

from report import median, note, ratio, save, table
from scripts import make_lake, work_folder

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from report import Cell

ONE_THREAD = {"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Transform copies of one lake, in rounds, on one worker and on two."""
    raw = folder / "raw"
    make_lake(raw, rows=options.rows, days=10, codec="zst")
    seconds: dict[int, list[float]] = {workers: [] for workers in options.workers}
    rows: set[int] = set()
    for number in range(options.rounds):
        for workers in options.workers:
            lake = shutil.copytree(raw, folder / f"{workers}-{number}", copy_function=os.link)
            note(f"round {number + 1}: {workers} workers")
            taken, found = transformed(lake, workers, options)
            seconds[workers].append(taken)
            rows.add(found)
            last = number + 1 == options.rounds and workers == options.workers[-1]
            if last and not schemahub.open(lake).verify().complete:
                msg = f"{lake.name}: the table is not complete"
                raise SystemExit(msg)
            shutil.rmtree(lake)
    if len(rows) != 1:
        msg = f"the tables hold different numbers of rows: {sorted(rows)}"
        raise SystemExit(msg)
    return {"rows": rows.pop(), "seconds": {str(workers): taken for workers, taken in seconds.items()}}


def transformed(lake: Path, workers: int, options: argparse.Namespace) -> tuple[float, int]:
    """Return the seconds that a transform takes on so many workers, and its rows."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.ERROR,
        env=ONE_THREAD,
    ) as cluster:
        settings = {
            "executor.name": "dask",
            "executor.address": cluster.scheduler_address,
            "transform.threads": 1,
            "transform.rows_per_commit": options.rows_per_unit,
        }
        hub = schemahub.open(lake, overrides=settings)
        began = time.perf_counter()
        result: Any = hub.transform()
        return time.perf_counter() - began, result.rows


def show(found: dict[str, Any]) -> str:
    taken = {workers: median(seconds) for workers, seconds in found["seconds"].items()}
    alone = next(iter(taken.values()))
    rows: list[tuple[Cell, ...]] = [
        (workers, seconds, found["rows"] / seconds, ratio(alone, seconds))
        for workers, seconds in taken.items()
    ]
    columns = ("workers", "seconds", "rows a second", "times as fast")
    return table(columns, rows, f"{found['rows']:,} trades, medians")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rows-per-unit", type=int, default=1_000_000)
    parser.add_argument("--folder", help="where the lakes are made; default: the system's")
    parser.add_argument("--json", help="where the runs are written")
    options = parser.parse_args()
    with work_folder(options.folder) as folder:
        found = measure(folder, options)
    print(show(found))
    save("executors", found, options.json)


if __name__ == "__main__":
    main()
