"""Small tables to read: rows as values, written and committed as a transform would."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from schemahub._lake.parquet_file import SCHEMA
from schemahub._lake.parquet_table import ParquetTable
from schemahub.layout import trade_date
from schemahub.settings import FileSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemahub.object_store import ObjectStore

DAY_US = 86_400_000_000
FIRST_US = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One trade; `at_us` counts from 2024-01-01."""

    trade_id: str
    at_us: int
    symbol: str = "BTC-USD"
    exchange: str = "COINBASE"
    price: float = 1.0
    quantity: float = 0.5


def as_table(rows: Iterable[Row]) -> pa.Table:
    found = [
        {
            "exchange": row.exchange,
            "symbol": row.symbol,
            "trade_id": row.trade_id,
            "side": "BUY",
            "price": row.price,
            "quantity": row.quantity,
            "trade_ts": FIRST_US + row.at_us,
            "ingest_ts": FIRST_US + row.at_us,
        }
        for row in rows
    ]
    columns = {name: [row[name] for row in found] for name in SCHEMA.names}
    return pa.table(
        {name: pa.array(values, SCHEMA.field(name).type) for name, values in columns.items()}, SCHEMA
    )


def commit(store: ObjectStore, files: Sequence[Sequence[Row]], rows_per_group: int = 131_072) -> ParquetTable:
    """Add files, each of one day, to the table in a store."""
    table = ParquetTable(store, FileSettings(rows_per_group=rows_per_group))
    base = table.snapshot()
    number = len(base.files)
    added = tuple(
        table.write(base, trade_date(FIRST_US + rows[0].at_us), as_table(rows), f"b{number + index}")
        for index, rows in enumerate(files)
    )
    table.commit(base, dataclasses.replace(base, files=(*base.files, *added)))
    return table
