"""Measure `schemahub compact`: many small files, what they cost a reader, and what it costs to pack them.

python bench/compaction.py --days 30 --files 40
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

import measured
from report import note, ratio, save, table
from scripts import script, work_folder

if TYPE_CHECKING:
    from pathlib import Path

    from report import Cell

STORED = {"files": "files", "bytes": "bytes", "manifest_bytes": "manifest, bytes"}


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Build a table, ask it, compact it, ask again; refuse other answers than before."""
    lake = folder / "lake"
    note("writing small files")
    script("small_files.py", lake, "--days", options.days, "--files", options.files, "--rows", options.rows)
    before = script("table_queries.py", lake, "--rounds", options.rounds)
    runs = {
        "plan only (--dry-run)": _compact(lake, "--dry-run"),
        "compact": _compact(lake),
        "again: nothing to do": _compact(lake),
    }
    after = script("table_queries.py", lake, "--rounds", options.rounds)
    runs["collect what was replaced"] = _compact(lake, "--grace", "1s")
    if after["answers"] != before["answers"]:
        msg = f"the table answers otherwise than before: {after['answers']}, not {before['answers']}"
        raise SystemExit(msg)
    return {"before": before, "after": after, "runs": runs}


def _compact(lake: Path, *arguments: str) -> dict[str, Any]:
    note(f"compact {' '.join(arguments)}")
    cost = measured.schemahub("compact", "--lake", str(lake), "--json", *arguments)
    said = json.loads(cost.out)
    return {"wall": cost.wall, "cpu": cost.cpu, "peak_megabytes": cost.peak_megabytes, "said": said}


def show(found: dict[str, Any]) -> str:
    before, after = found["before"], found["after"]
    stored: list[tuple[Cell, ...]] = [
        (title, before[name], after[name], ratio(after[name], before[name])) for name, title in STORED.items()
    ]
    asked: list[tuple[Cell, ...]] = [
        (f"{name}, ms", was, after["milliseconds"][name], ratio(after["milliseconds"][name], was))
        for name, was in before["milliseconds"].items()
    ]
    million = before["rows"] / 1e6
    costs: list[tuple[Cell, ...]] = [
        (name, run["wall"], run["cpu"], run["cpu"] / million, run["peak_megabytes"], run["said"]["headline"])
        for name, run in found["runs"].items()
    ]
    columns = ("", "wall s", "CPU s", "CPU s per million rows", "peak MB", "what it said")
    asks = {name: dict(run["said"]["cost"]["requests"]) for name, run in found["runs"].items()}
    kinds = sorted({kind for each in asks.values() for kind in each})
    store: list[tuple[Cell, ...]] = [
        (
            name,
            run["said"]["cost"]["bytes_read"],
            run["said"]["cost"]["bytes_written"],
            *(asks[name].get(kind, 0) for kind in kinds),
        )
        for name, run in found["runs"].items()
    ]
    return "\n".join(
        [
            table(("", "before", "after", "ratio"), stored + asked, f"a table of {before['rows']:,} rows"),
            table(columns, costs, "what it cost, start-up included"),
            table(("", "bytes read", "bytes written", *kinds), store, "what it asked the store for"),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--files", type=int, default=40, help="small files a day")
    parser.add_argument("--rows", type=int, default=2_400_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to work; needs some 30 bytes a trade")
    parser.add_argument("--json", help="where to write what was found")
    options = parser.parse_args()
    with work_folder(options.folder) as folder:
        found = measure(folder, options)
    save("compaction", found, options.json)
    print(show(found))


if __name__ == "__main__":
    main()
