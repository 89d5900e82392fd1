"""A small table, in memory and in files: two symbols over three days, several files a day."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

    from schemahub.object_store import ObjectStore

# (symbol, id, day of January 2024, hour); the second file of a day lies between the rows of the first.
FILES = [
    [("BTC-USD", 1, 1, 0), ("BTC-USD", 3, 1, 20), ("ETH-USD", 1, 1, 12)],
    [("BTC-USD", 2, 1, 10)],
    [("BTC-USD", 4, 2, 0), ("ETH-USD", 2, 2, 23)],
    [("BTC-USD", 5, 3, 0)],
]


def as_rows(trades: list[tuple[str, int, int, int]]) -> pa.Table:
    rows = []
    for symbol, number, day, hour in trades:
        moment = datetime(2024, 1, day, tzinfo=UTC) + timedelta(hours=hour)
        rows.append(
            {
                "exchange": "COINBASE",
                "symbol": symbol,
                "trade_id": str(number),
                "side": "BUY",
                "price": float(number),
                "quantity": 0.5,
                "trade_ts": moment,
                "ingest_ts": moment,
            }
        )
    return pa.Table.from_pylist(rows, SCHEMA)


@pytest.fixture(params=["memory", "file"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    return FileStore.open_url(str(tmp_path / "lake"), {})


@pytest.fixture
def store(empty_store: ObjectStore) -> ObjectStore:
    table = ParquetTable(empty_store)
    base = table.snapshot()
    files = tuple(
        table.write(base, f"2024-01-0{trades[0][2]}", as_rows(trades), f"b{number}")
        for number, trades in enumerate(FILES)
    )
    table.commit(base, dataclasses.replace(base, files=files))
    return empty_store


@pytest.fixture
def table(store: ObjectStore) -> ParquetTable:
    return ParquetTable(store)
