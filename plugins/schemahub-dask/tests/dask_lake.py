"""What the tests' lakes hold, and how a cluster works on one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemahub

if TYPE_CHECKING:
    from pathlib import Path

    from distributed import LocalCluster

    from schemahub.hub import Hub
    from schemahub.testing import SimulatorServer

PRODUCTS = ("BTC-USD", "ETH-USD", "SOL-USD")
TRADES = 6_000
SETTINGS: dict[str, object] = {
    "ingest.batch_size": 1_000,
    "transform.rows_per_commit": 2_000,
    "transform.threads": 1,
}


def on(lake: Path, cluster: LocalCluster, exchange: SimulatorServer, **more: object) -> Hub:
    settings = {"executor.name": "dask", "executor.address": cluster.scheduler_address, **SETTINGS}
    settings["connectors.coinbase.base_url"] = exchange.url
    return schemahub.open(lake, overrides=settings | more)
