"""From the exchange to SQL and proofs, by what people call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
from schemahub.times import datetime_to_ns

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("schemahub_mapping", reason="the whole way takes a transformer")
pytest.importorskip("schemahub_coinbase", reason="the whole way takes a connector")

END = datetime_to_ns(datetime(2026, 1, 4, 12, tzinfo=UTC))
PRODUCTS = [
    ProductSpec(id=name, trades=900, history_seconds=2.5 * 86_400, end_ns=END)
    for name in ("BTC-USD", "ETH-USD")
]
UNHURRIED = Knobs(requests_per_second=0, max_age_seconds=0)


def test_the_whole_way(tmp_path: Path) -> None:
    with SimulatorServer(SimulatedCoinbase(PRODUCTS, knobs=UNHURRIED)) as server:
        quick = {"requests_per_second": 1_000, "burst": 1_000, "settle_seconds": 0, "base_url": server.url}
        settings = {f"connectors.coinbase.{name}": value for name, value in quick.items()}
        settings |= {"table": "iceberg", "ingest.batch_size": 300, "transform.rows_per_commit": 600}
        hub = schemahub.open(tmp_path, overrides=settings)
        products = [spec.id for spec in PRODUCTS]
        assert hub.backfill(products=products, start="2026-01-01", end="2026-01-05").complete
    assert hub.transform().complete
    before = hub.trades().to_arrow()
    assert before.num_rows == 1_800
    for result in (hub.compact(grace="1s"), hub.verify(deep=True), hub.status(), hub.status(by_day=True)):
        assert result.complete, result
    assert hub.transform(full=True).complete
    assert hub.lake.table.snapshot().version == 2
    assert hub.verify(deep=True).complete
    assert hub.trades().to_arrow() == before
    asked = hub.sql("SELECT symbol, count(*) FROM trades GROUP BY ALL ORDER BY ALL").rows
    assert [tuple(row) for row in asked] == [("BTC-USD", 900), ("ETH-USD", 900)]
    for command in (hub.compact, hub.transform):
        assert command().complete
    assert hub.trades(as_of=hub.lake.table.snapshot().token).to_arrow() == before
