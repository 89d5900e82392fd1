"""A simulated exchange's trades, brought into the table by workers of a cluster that a command starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("ray", reason="the executor needs Ray: nox -s ray")
pytest.importorskip("schemahub_coinbase", reason="trades come from a connector: schemahub-coinbase")
pytest.importorskip("schemahub_mapping", reason="rows come from a mapping: schemahub-mapping")

import schemahub
from schemahub.testing import ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("default")  # Ray's own
PRODUCTS = ("BTC-USD", "ETH-USD")
TRADES = 6_000


def test_a_transform_on_two_workers(tmp_path: Path) -> None:
    specs = [ProductSpec(id=product, trades=TRADES) for product in PRODUCTS]
    settings: dict[str, object] = {"ingest.batch_size": 1_000, "transform.rows_per_commit": 2_000}
    with SimulatorServer(SimulatedCoinbase(specs)) as server:
        settings["connectors.coinbase.base_url"] = server.url
        schemahub.open(tmp_path, overrides=settings).backfill(products=PRODUCTS, start="2000-01-01")
    hub = schemahub.open(tmp_path, overrides={**settings, "executor.name": "ray", "executor.workers": 2})
    assert hub.transform().complete
    assert hub.compact().complete
    assert hub.verify(deep=True).complete
    assert hub.trades().to_arrow().num_rows == len(PRODUCTS) * TRADES
