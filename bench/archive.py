"""Measure a backfill from a bulk file: a month of a busy symbol, on loopback, into a lake of files.

python bench/archive.py --rows 30_000_000
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import measured
from archive_files import SYMBOL, TAIL, lines
from report import median, note, save, table, verdicts
from scripts import HERE, script, work_folder

from schemahub.codec import decompressed
from schemahub.layout import RawName, StreamId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from report import Cell

PAGES_A_SECOND = 240 / 60
"""What the exchange lets one address read of `historicalTrades`."""
PAGE = 1_000
WANTED_A_SECOND, WANTED_TIMES = 300_000, 20
WANTED_MEGABYTES = 400
RANGE = ("--start", "2025-03-01", "--end", "2025-06-01")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Make the month once, and backfill it into a new lake each round."""
    files = folder / "files"
    files.mkdir()
    note(f"making a month of {options.rows:,} trades")
    size = script("archive_files.py", "make", files, "--rows", options.rows)["bytes"]
    with served(files, options.rows) as url:
        runs = [backfilled(folder / f"lake{number}", url, options) for number in range(options.rounds)]
    return {"rows": options.rows, "zip_bytes": size, "runs": runs}


@contextmanager
def served(folder: Path, rows: int) -> Iterator[str]:
    command = [sys.executable, str(HERE / "archive_files.py"), "serve", str(folder), "--rows", str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["url"])
        process.communicate()


def backfilled(lake: Path, url: str, options: argparse.Namespace) -> dict[str, Any]:
    note("backfill")
    settings = {"BASE_URL": url, "ARCHIVE_URL": url, "REQUESTS_PER_SECOND": "1000", "BURST": "1000"}
    environment = {f"SCHEMAHUB_CONNECTORS__BINANCE__{name}": value for name, value in settings.items()}
    command = ["backfill", "--exchange", "binance", "--product", SYMBOL, *RANGE, "--lake", str(lake)]
    cost = measured.run([sys.executable, "-m", "schemahub.cli", *command], environment)
    check(lake, options.rows)
    return {"wall": cost.wall, "cpu": cost.cpu, "peak_megabytes": cost.peak_megabytes}


def check(lake: Path, rows: int) -> None:
    """Refuse anything but every trade once: by names, and where file and pages meet by content."""
    raw = lake / StreamId("binance", SYMBOL).raw_prefix
    names = sorted((RawName.parse(path.name) for path in raw.iterdir()), key=lambda name: name.first)
    ends = [-1, *(name.last for name in names)]
    for name, before in zip(names, ends, strict=False):
        if name.first != before + 1 or name.count != len(name.span):
            msg = f"{name} does not begin behind {before}"
            raise SystemExit(msg)
    if ends[-1] != rows + TAIL - 1:
        msg = f"the last trade is {ends[-1]}, not {rows + TAIL - 1}"
        raise SystemExit(msg)
    seam = [
        line for name in names if name.last >= rows - 1 and name.first <= rows for line in stored(raw, name)
    ]
    found = [fields(line) for line in seam if rows - 3 <= int(fields(line)[0]) < rows + 3]
    expected = [line.split(",")[:5] for line in lines(rows - 3, rows + 3, rows).splitlines()]
    if found != expected:
        msg = f"file and pages do not meet: {found}, not {expected}"
        raise SystemExit(msg)


def stored(raw: Path, name: RawName) -> list[bytes]:
    with (raw / str(name)).open("rb") as file, decompressed(name.codec, file) as stream:
        return stream.read().splitlines()


def fields(line: bytes) -> list[str]:
    """Return id, price, quantity, quote and time, of either kind of row."""
    row = json.loads(line)
    values = row[:5] if isinstance(row, list) else list(row.values())[:5]
    return list(map(str, values))


def show(found: dict[str, Any]) -> str:
    million = found["rows"] / 1e6
    rows: list[tuple[Cell, ...]] = [
        (
            number,
            run["wall"],
            found["rows"] / run["wall"],
            run["cpu"] / million,
            run["peak_megabytes"],
        )
        for number, run in enumerate(found["runs"], 1)
    ]
    columns = ("round", "wall s", "trades/s", "CPU s per million trades", "peak MB")
    title = (
        f"a month of {found['rows']:,} trades, {found['zip_bytes'] / 1e6:,.0f} MB as a zip; start-up included"
    )
    speed = median(found["rows"] / run["wall"] for run in found["runs"])
    peaks = [run["peak_megabytes"] for run in found["runs"] if run["peak_megabytes"] is not None]
    limits = [
        ("trades a second", speed, WANTED_A_SECOND, True),
        ("times the exchange's own limit of pages", speed / (PAGES_A_SECOND * PAGE), WANTED_TIMES, True),
        ("peak MB", max(peaks, default=None), WANTED_MEGABYTES, False),
    ]
    return f"{table(columns, rows, title)}\n\n{verdicts(limits)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where to work; needs some 50 bytes a trade")
    parser.add_argument("--json", help="where to write what was found")
    options = parser.parse_args()
    with work_folder(options.folder) as folder:
        found = measure(folder, options)
    save("archive", found, options.json)
    print(show(found))


if __name__ == "__main__":
    main()
