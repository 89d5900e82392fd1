"""Measure `schemahub transform` beside other ways to the same Parquet, on the same files in the same run.

    python bench/transform.py --rows 10_000_000

Whole processes are measured: interpreter, imports, plugins, threads. Contenders take turns within each round.
In the first round each contender's rows are compared with ours, and ours with what the standard library
reads; whoever is wrong is reported as wrong. See README.md in this folder.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from race import OURS, PEERS, US, Race, interpreter
from report import median, note, ratio, save, table, verdicts
from scripts import make_lake, work_folder
from unusual import MEANS, measure_unusual, unusual_table

if TYPE_CHECKING:
    from pathlib import Path

    from race import Contender, Run
    from report import Cell

ROWS_PER_DAY = 2_000_000
COLUMNS = (
    "",
    "trades",
    "CPU s per million",
    "CPU x ours",
    "x DuckDB",
    "wall s",
    "peak MB",
    "B/trade",
    "rows",
)


def measure(folder: Path, options: argparse.Namespace, codec: str) -> list[Run]:
    """Run all contenders on files of one codec."""
    wanted = [each for each in PEERS if not options.peer or each.name in options.peer]
    present = [each for each in wanted if interpreter(each, options.peers_python)]
    missing = [each.name for each in wanted if each not in present]
    if missing:
        note(f"not installed, left out: {', '.join(missing)}")
    fast = [US, *(each for each in present if not each.slow)]
    slow = [US, *(each for each in present if each.slow)]
    races = [(_race(folder / codec, options, codec, options.rows), fast)]
    if len(slow) > 1:
        rows = min(options.rows, options.slow_rows)
        races.append((_race(folder / f"{codec}-small", options, codec, rows), slow))
    return [
        race.run(contender, number)
        for number in range(options.rounds)
        for race, contenders in races
        for contender in contenders
    ]


def _race(lake: Path, options: argparse.Namespace, codec: str, rows: int) -> Race:
    days = max(1.0, rows / ROWS_PER_DAY)
    # Few trades in small objects: a product has one at least.
    object_lines = min(options.object_lines, rows // 10)
    written = make_lake(lake, rows=rows, days=days, codec=codec, object_lines=object_lines)
    return Race(lake, codec=codec, lines=written["lines"], peers_python=options.peers_python)


class Medians:
    """Of the runs of one codec; a contender that ran at two sizes counts at the larger."""

    def __init__(self, runs: list[Run], codec: str) -> None:
        mine = [run for run in runs if run.codec == codec]
        largest = max(run.lines for run in mine)
        self._runs = [run for run in mine if run.lines == largest or run.slow]

    def of(self, name: str) -> list[Run]:
        return [run for run in self._runs if run.contender == name]

    def cpu(self, name: str) -> float | None:
        """Return CPU seconds per million of a contender that is right."""
        mine = self.of(name)
        return median(run.cpu_per_million for run in mine) if mine and mine[0].verdict.right else None

    def times_ours(self, name: str) -> float | None:
        theirs, ours = self.cpu(name), self.cpu(OURS)
        return ratio(theirs, ours) if theirs and ours else None

    def row(self, contender: Contender) -> tuple[Cell, ...] | None:
        mine = self.of(contender.name)
        if not mine:
            return None
        first = mine[0]
        peaks = [run.peak_megabytes for run in mine if run.peak_megabytes is not None]
        cpu, duckdb = median(run.cpu_per_million for run in mine), self.cpu("duckdb")
        remark = f" ({contender.remark})" if contender.remark else ""
        return (
            contender.name,
            first.lines,
            cpu,
            self.times_ours(contender.name),
            ratio(duckdb, cpu) if duckdb else None,
            median(run.wall for run in mine),
            median(peaks) if peaks else None,
            first.verdict.bytes_per_row,
            f"{first.verdict.text}{remark}",
        )

    def table(self, title: str) -> str:
        rows = (self.row(contender) for contender in (US, *PEERS))
        return table(COLUMNS, [row for row in rows if row], title)

    def limits(self) -> str:
        """Hold what the project wants; the wanted numbers are for ten million trades."""
        ours = self.of(OURS)
        peaks = [run.peak_megabytes for run in ours if run.peak_megabytes is not None]
        floors = {"duckdb": 1.6, "polars": 2.7, "ccxt": 40, "dlt": 40}
        return verdicts(
            [
                ("CPU seconds per million", self.cpu(OURS), 0.8, False),
                *(
                    (f"CPU of {name}, x ours", self.times_ours(name), least, True)
                    for name, least in floors.items()
                ),
                ("peak MB", median(peaks) if peaks else None, 700, False),
                ("bytes a trade", ours[0].verdict.bytes_per_row, 9.5, False),
            ]
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--slow-rows", type=int, default=200_000, help="for ccxt and dlt")
    parser.add_argument("--unusual-rows", type=int, default=500_000, help="0: leave unusual shapes out")
    parser.add_argument("--object-lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--codec", action="append", choices=("zst", "gz", "none"), help="default: zst and none"
    )
    parser.add_argument("--peer", action="append", choices=[each.name for each in PEERS], help="default: all")
    parser.add_argument("--shape", action="append", choices=MEANS, help="unusual shapes; default: all")
    parser.add_argument("--peers-python", help="an interpreter that has the peers which this one lacks")
    parser.add_argument("--folder", help="where to work; needs some 300 bytes a trade")
    parser.add_argument("--json", help="where to write every run")
    options = parser.parse_args()
    runs: list[Run] = []
    shapes = []
    codecs = options.codec or ["zst", "none"]
    for codec in codecs:
        with work_folder(options.folder) as folder:
            runs += measure(folder, options, codec)
    if options.unusual_rows:
        with work_folder(options.folder) as folder:
            shapes = measure_unusual(
                folder,
                options.shape or MEANS,
                rows=options.unusual_rows,
                object_lines=min(options.object_lines, options.unusual_rows // 10),
                rounds=options.rounds,
            )
    document = {"runs": [asdict(run) for run in runs], "unusual": [asdict(run) for run in shapes]}
    save("transform", document, options.json)
    for codec in codecs:
        found = Medians(runs, codec)
        print(found.table(f"raw objects: {codec}"))
        print(f"\nLimits, at ten million trades; this run has {options.rows:,}:\n{found.limits()}")
    if shapes:
        print(unusual_table(shapes))


if __name__ == "__main__":
    main()
