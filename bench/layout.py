"""Measure layouts of the same rows: row groups, compression, order and partitions under the same questions.

    python bench/layout.py --rows 10_000_000 --only "our own" --only snappy

Latency is DuckDB's over local files that were just written. Bytes and requests are what it asks of a file
system that counts, as an object store would serve, or bill, them: footers and read-ahead are part of it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from report import median, note, save, table
from table_data import FIRST_DAY, SYMBOLS, Plan, day_of, day_rows

from schemahub._lake.parquet_file import SCHEMA
from schemahub._query.store_files import SCHEME, StoreFiles
from schemahub.builtin.file_store import FileStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from report import Cell

BY_SYMBOL = (("symbol", "ascending"), ("trade_ts", "ascending"))
BY_TIME = (("trade_ts", "ascending"), ("symbol", "ascending"))
DAY = FIRST_DAY + timedelta(days=14)
MONTH = str(FIRST_DAY)[:7]
NUMBERS = ("exchange", "symbol", "side", "ingest_ts")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way to lay the same rows out; `folders` are columns that become folders."""

    name: str
    folders: tuple[str, ...] = ("trade_date",)
    order: tuple[tuple[str, str], ...] = BY_SYMBOL
    rows_per_group: int = 128 * 1024
    compression: str = "zstd"
    level: int | None = 3

    def where(self, days: str) -> str:
        """Return the condition that leaves files closed, where the folders allow one."""
        if "trade_date" in self.folders:
            return f"trade_date {days}"
        return f"month = '{MONTH}'" if "month" in self.folders else "true"


LAYOUTS = (
    Layout(name="our own: date, by symbol and time, 128 Ki rows, zstd-3"),
    Layout(name="row groups of 16 Ki", rows_per_group=16 * 1024),
    Layout(name="row groups of 64 Ki", rows_per_group=64 * 1024),
    Layout(name="row groups of 1 Mi", rows_per_group=1024 * 1024),
    Layout(name="snappy", compression="snappy", level=None),
    Layout(name="zstd-1", level=1),
    Layout(name="zstd-9", level=9),
    Layout(name="date, by time", order=BY_TIME),
    Layout(name="date and symbol", folders=("trade_date", "symbol")),
    Layout(name="symbol and month", folders=("symbol", "month")),
)
QUESTIONS = {
    "count": "SELECT count(*) FROM {files}",
    "bars of a month": """SELECT epoch_us(trade_ts) // 86400000000 AS day, arg_min(price, trade_ts),
        max(price), min(price), arg_max(price, trade_ts), sum(quantity) FROM {files}
        WHERE symbol = 'BTC-USD' AND {month} GROUP BY day""",
    "VWAP of a day": """SELECT epoch_us(trade_ts) // 60000000 AS minute, sum(price * quantity) / sum(quantity)
        FROM {files} WHERE symbol = 'BTC-USD' AND {day} AND trade_ts >= '{date} 00:00:00+00'
        AND trade_ts < '{date} 23:59:59.999999+00' GROUP BY minute""",
    "full scan": "SELECT symbol, sum(price * quantity), count(*) FROM {files} GROUP BY symbol",
    "an id and its date": "SELECT * FROM {files} WHERE symbol = 'ETH-USD' AND trade_id = '{id}' AND {day}",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a layout costs: its size, and for each question seconds, bytes and requests."""

    name: str
    files: int
    bytes: int
    write_cpu: float
    walls: dict[str, list[float]]
    scanned: dict[str, int]
    requests: dict[str, int]


@dataclass
class Written:
    """Files of one layout while they are written."""

    root: Path
    layout: Layout
    cpu: float = 0.0
    writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def add(self, day: str, rows: pa.Table) -> None:
        """Write a day; folders by month stay open until the end, and get a row group or more a day."""
        began = time.process_time()
        own = [name for name in self.layout.folders if name == "symbol"]
        for symbol in [one.name for one in SYMBOLS] if own else [""]:
            part = rows.filter(pc.field("symbol") == symbol) if own else rows
            names = {"symbol": symbol, "trade_date": day, "month": day[:7]}
            folder = "/".join(f"{name}={names[name]}" for name in self.layout.folders)
            self._write(folder, part.sort_by(list(self.layout.order)).drop_columns(own))
            if "month" not in self.layout.folders:
                self.writers.pop(folder).close()
        self.cpu += time.process_time() - began

    def close(self) -> None:
        began = time.process_time()
        for writer in self.writers.values():
            writer.close()
        self.cpu += time.process_time() - began

    def _write(self, folder: str, rows: pa.Table) -> None:
        if folder not in self.writers:
            (self.root / folder).mkdir(parents=True)
            self.writers[folder] = pq.ParquetWriter(
                self.root / folder / "part.parquet",
                rows.schema,
                compression=self.layout.compression,
                compression_level=self.layout.level,
                use_dictionary=[name for name in NUMBERS if name in rows.column_names],
                store_schema=False,
            )
        self.writers[folder].write_table(rows, row_group_size=self.layout.rows_per_group)


class CountingFiles(FileStore):
    """Files of a folder that are read through here alone, and counted."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.bytes = self.requests = 0

    def open(self, key: str) -> BinaryIO:
        stream = super().open(key)
        read = stream.read

        class Counted:
            def __getattr__(_, name: str) -> Any:  # noqa: ANN401, N805 - a stand-in for a stream
                return getattr(stream, name)

            def read(_, size: int = -1) -> bytes:  # noqa: N805 - as above
                data = read(size)
                self.bytes += len(data)
                self.requests += 1
                return data

        return Counted()  # type: ignore[return-value]  # as much of a stream as is asked of it


def write(root: Path, layout: Layout, plan: Plan) -> float:
    """Write all days and return the CPU seconds of sorting and writing."""
    written = Written(root=root, layout=layout)
    for number in range(plan.days):
        written.add(day_of(number), day_rows(plan, number).cast(SCHEMA))
    written.close()
    return written.cpu


def ask(
    session: duckdb.DuckDBPyConnection, layout: Layout, paths: list[str], question: str, plan: Plan
) -> float:
    """Return the seconds that an answer takes."""
    rows = plan.rows_of(SYMBOLS[1])
    text = QUESTIONS[question].format(
        files=f"read_parquet({paths!r}, hive_partitioning = true)",
        month=layout.where(f"BETWEEN DATE '{FIRST_DAY}' AND DATE '{FIRST_DAY + timedelta(days=30)}'"),
        day=layout.where(f"= DATE '{DAY}'"),
        date=DAY,
        id=1 + 14 * rows + rows // 2,
    )
    session.execute("SET TimeZone = 'UTC'")
    began = time.perf_counter()
    found = session.execute(text).fetchall()
    seconds = time.perf_counter() - began
    assert found, question
    return seconds


def measure(root: Path, layout: Layout, plan: Plan, rounds: int) -> Found:
    """Write a layout, ask everything of it, and delete it."""
    cpu = write(root, layout, plan)
    paths = sorted(root.rglob("*.parquet"))
    sizes = {str(path.relative_to(root)): path.stat().st_size for path in paths}
    walls: dict[str, list[float]] = {}
    scanned, requests = {}, {}
    for question in QUESTIONS:
        files = CountingFiles(root)
        with duckdb.connect() as session:
            session.register_filesystem(StoreFiles(files, sizes))
            ask(session, layout, [f"{SCHEME}://{key}" for key in sizes], question, plan)
        scanned[question], requests[question] = files.bytes, files.requests
        for _ in range(rounds):
            with duckdb.connect() as session:
                walls.setdefault(question, []).append(
                    ask(session, layout, [*map(str, paths)], question, plan)
                )
    shutil.rmtree(root)
    note(f"{layout.name}: done")
    return Found(
        name=layout.name,
        files=len(paths),
        bytes=sum(sizes.values()),
        write_cpu=cpu,
        walls=walls,
        scanned=scanned,
        requests=requests,
    )


def tables(found: list[Found], rows: int) -> Iterator[str]:
    first: list[list[Cell]] = [
        [one.name, one.files, one.bytes / rows, 1e6 * one.write_cpu / rows, *_medians(one)] for one in found
    ]
    columns = ["layout", "files", "B/row", "write CPU s/M", *QUESTIONS]
    yield table(columns, first, "Size, and seconds of each question")
    scanned: list[list[Cell]] = [
        [one.name, *(value / 1e6 for value in one.scanned.values())] for one in found
    ]
    yield table(["layout", *QUESTIONS], scanned, "Megabytes read")
    requests: list[list[Cell]] = [[one.name, *one.requests.values()] for one in found]
    yield table(["layout", *QUESTIONS], requests, "Requests (ranges)")


def _medians(one: Found) -> list[float]:
    return [median(one.walls[question]) for question in QUESTIONS]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", help="layouts whose name has this in it")
    parser.add_argument("--json", dest="path", help="write every run to this file")
    options = parser.parse_args()
    plan = Plan.of(options.rows)
    chosen = [one for one in LAYOUTS if not options.only or any(part in one.name for part in options.only)]
    with tempfile.TemporaryDirectory() as folder:
        found = [
            measure(Path(folder) / str(number), layout, plan, options.rounds)
            for number, layout in enumerate(chosen)
        ]
    rows = plan.days * sum(plan.rows_of(symbol) for symbol in SYMBOLS)
    print("\n".join(tables(found, rows)))
    save("layout", {"rows": rows, "layouts": [asdict(one) for one in found]}, options.path)


if __name__ == "__main__":
    main()
