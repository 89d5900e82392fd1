"""Measure what it costs to add the same number of trades to a small table and to a large one.

    python bench/incremental.py --rows-large 100_000_000

Both tables are made by `schemahub transform` from raw objects, a million trades a day. Then, in turns, each
gets one object more and is transformed. Twice: as a process, which a user pays, and without start-up, which
could hide a difference.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import measured
from report import median, note, ratio, save, table, verdicts
from scripts import make_lake, script, work_folder

if TYPE_CHECKING:
    from pathlib import Path

    from report import Cell

ROWS_PER_DAY = 1_000_000
MOST_RATIO = 1.2
MEASURES = ("CPU s", "wall s", "CPU s, nothing new", "CPU s without start-up", "wall s without start-up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What growing one table cost, round by round, by measure."""

    rows: int
    manifest_bytes: int
    seconds: dict[str, list[float]]
    requests: list[dict[str, int]]

    def median(self, measure: str) -> float:
        return median(self.seconds[measure])

    def request(self, kind: str) -> float:
        return median(each.get(kind, 0) for each in self.requests)


class Growing:
    """One table that grows by an object a round."""

    def __init__(self, folder: Path, *, rows: int, object_lines: int) -> None:
        self._lake = folder / f"lake-{rows}"
        per_day = ROWS_PER_DAY * object_lines / 100_000
        self._spec = {"rows": rows, "days": max(1.0, rows / per_day), "object_lines": object_lines}
        self._rows = make_lake(self._lake, **self._spec)["trades"]
        note(f"transforming {rows:,} rows")
        measured.schemahub("transform", "--lake", str(self._lake))
        self._extra = 0
        self._seconds: dict[str, list[float]] = {measure: [] for measure in MEASURES}

    def round(self) -> None:
        """Transform nothing, then one object more, as processes."""
        idle = measured.schemahub("transform", "--lake", str(self._lake))
        make_lake(self._lake, extra=self._extra, **self._spec)
        self._extra += 1
        cost = measured.schemahub("transform", "--lake", str(self._lake))
        for measure, value in zip(MEASURES, (cost.cpu, cost.wall, idle.cpu), strict=False):
            self._seconds[measure].append(value)

    def inside(self, rounds: int) -> Grown:
        """Add more objects in one process that counts, and return all that was found."""
        named = [
            part for name, value in self._spec.items() for part in (f"--{name.replace('_', '-')}", value)
        ]
        found: list[dict[str, Any]] = script(
            "counted.py", self._lake, "--first", self._extra, "--rounds", rounds, *named
        )
        self._seconds[MEASURES[3]] = [each["cpu"] for each in found]
        self._seconds[MEASURES[4]] = [each["wall"] for each in found]
        manifest = self._lake / "unified_trades" / "v1" / "manifest.json"
        return Grown(
            rows=self._rows,
            manifest_bytes=manifest.stat().st_size,
            seconds=self._seconds,
            requests=[each["requests"] for each in found],
        )


def measure(folder: Path, options: argparse.Namespace) -> tuple[Grown, Grown]:
    """Return what growing the small and the large table cost."""
    sizes = (options.rows_small, options.rows_large)
    small, large = (Growing(folder, rows=rows, object_lines=options.object_lines) for rows in sizes)
    for number in range(options.rounds):
        note(f"round {number + 1}")
        small.round()
        large.round()
    # These are short, and their spread is wider.
    return small.inside(3 * options.rounds), large.inside(3 * options.rounds)


def show(small: Grown, large: Grown) -> str:
    rows: list[tuple[Cell, ...]] = [
        (measure, small.median(measure), large.median(measure), _ratio(small, large, measure))
        for measure in MEASURES
    ]
    for kind in ("get", "open", "put", "list", "keys listed"):
        few, many = small.request(kind), large.request(kind)
        rows.append((f"requests: {kind}" if " " not in kind else kind, few, many, ratio(many, few)))
    sizes = (small.manifest_bytes, large.manifest_bytes)
    rows.append(("manifest, bytes", *sizes, ratio(sizes[1], sizes[0])))
    columns = ("adding one object", f"to {small.rows:,} rows", f"to {large.rows:,} rows", "ratio")
    limits = [
        (f"{name}, ratio", _ratio(small, large, name), MOST_RATIO, False)
        for name in MEASURES
        if name != MEASURES[2]
    ]
    return f"{table(columns, rows)}\n\nLimits, at a hundred million rows:\n{verdicts(limits)}"


def _ratio(small: Grown, large: Grown, measure: str) -> float | None:
    return ratio(large.median(measure), small.median(measure))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows-small", type=int, default=1_000_000)
    parser.add_argument("--rows-large", type=int, default=10_000_000)
    parser.add_argument("--object-lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to work; needs some 25 bytes a trade")
    parser.add_argument("--json", help="where to write every round")
    options = parser.parse_args()
    with work_folder(options.folder) as folder:
        small, large = measure(folder, options)
    save("incremental", {"small": _document(small), "large": _document(large)}, options.json)
    print(show(small, large))


def _document(grown: Grown) -> dict[str, object]:
    return {
        "rows": grown.rows,
        "manifest_bytes": grown.manifest_bytes,
        "seconds": grown.seconds,
        "requests": grown.requests,
    }


if __name__ == "__main__":
    main()
