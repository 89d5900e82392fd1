"""Rows, and the table over a lake in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub.builtin.memory_store import MemoryStore

Rows = Callable[..., pa.Table]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def table(store: MemoryStore) -> ParquetTable:
    return ParquetTable(store)


@pytest.fixture
def rows() -> Rows:
    def make(ids: list[int | str], symbol: str = "BTC-USD", *, day: int = 1, second: int = 0) -> pa.Table:
        moment = datetime(2024, 1, day, tzinfo=UTC) + timedelta(seconds=second)
        trade = {
            "exchange": "COINBASE",
            "symbol": symbol,
            "side": "BUY",
            "price": 1e-8,
            "quantity": 0.0,
            "trade_ts": moment,
            "ingest_ts": moment,
        }
        return pa.Table.from_pylist([{**trade, "trade_id": str(i)} for i in ids], SCHEMA)

    return make
