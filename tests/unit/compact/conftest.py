"""A lake in memory with a table of small files, and what a compaction makes of it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemahub._clock import Stop
from schemahub._compact.cost import Meter, MeteredStore
from schemahub._compact.job import CompactJob
from schemahub._compact.run import compact
from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub.builtin.memory_store import MemoryStore
from schemahub.settings import CompactSettings, FileSettings
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from schemahub._compact.result import CompactResult
    from schemahub.events import Event
    from schemahub.table import DataFile, Snapshot

FILES = FileSettings(rows_per_file=20, rows_per_group=5)
GRACE = 600.0


def rows(
    ids: range,
    symbol: str = "BTC-USD",
    *,
    day: int = 1,
    exchange: str = "COINBASE",
    step: timedelta = timedelta(seconds=1),
) -> pa.Table:
    """Return trades, two at a time, a `step` apart."""
    start = datetime(2024, 1, day, tzinfo=UTC)
    return pa.Table.from_pylist(
        [
            {
                "exchange": exchange,
                "symbol": symbol,
                "trade_id": str(i),
                "side": "BUY" if i % 2 else "SELL",
                "price": i / 7,
                "quantity": 1e-8,
                "trade_ts": start + i // 2 * step,
                "ingest_ts": start,
            }
            for i in ids
        ],
        SCHEMA,
    )


@dataclass
class Lake:
    """What a test puts in and reads out."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[Event] = field(default_factory=list)

    @property
    def table(self) -> ParquetTable:
        return ParquetTable(self.store, FILES)

    @property
    def snapshot(self) -> Snapshot:
        return self.table.snapshot()

    def add(self, table: pa.Table, batch: str, day: str = "2024-01-01") -> DataFile:
        """Commit one more file."""
        base = self.snapshot
        file = self.table.write(base, day, table, batch)
        self.table.commit(base, replace(base, files=(*base.files, file)))
        return file

    def small_files(self, count: int = 4, day: int = 1) -> None:
        for number in range(count):
            some = rows(range(number * 4 + 1, number * 4 + 5), day=day)
            self.add(some, f"b{number}", f"2024-01-{day:02}")

    def job(self, *, files: FileSettings = FILES, rows_in_memory: int = 7, tries: int = 3) -> CompactJob:
        return CompactJob(
            table=ParquetTable(self.store, files),
            store=self.store,
            clock=self.clock,
            stop=Stop(),
            emit=self.events.append,
            files=files,
            settings=CompactSettings(rows_in_memory=rows_in_memory, tries=tries),
            grace_seconds=GRACE,
        )

    def compact(self) -> CompactResult:
        return compact(self.job())

    def metered(self) -> CompactResult:
        meter = Meter()
        store = MeteredStore(self.store, meter)
        return compact(replace(self.job(), table=ParquetTable(store, FILES), store=store), meter)

    def read(self, key: str) -> pa.Table:
        return pq.read_table(io.BytesIO(self.store.get(key).data))

    def ids(self) -> list[int]:
        return sorted(
            int(i) for file in self.snapshot.files for i in self.read(file.key)["trade_id"].to_pylist()
        )

    def versions(self) -> dict[str, str]:
        """Return what lies in the lake, each object with its version."""
        return {info.key: self.store.get(info.key).version for info in self.store.list("")}

    def overwrite(self, key: str, data: bytes) -> None:
        self.store.put_if(key, data, self.store.get(key).version)


@pytest.fixture
def lake() -> Lake:
    return Lake()
