"""A lake with raw trades of a simulated exchange, and a scheduler with two worker processes."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest
from dask_lake import PRODUCTS, SETTINGS, TRADES, on

import schemahub
from schemahub.testing import ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from distributed import LocalCluster

    from schemahub.hub import Hub


@pytest.fixture(scope="session")
def exchange() -> Iterator[SimulatorServer]:
    """Serve a Coinbase with three products."""
    specs = [ProductSpec(id=product, trades=TRADES) for product in PRODUCTS]
    with SimulatorServer(SimulatedCoinbase(specs)) as server:
        yield server


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory, exchange: SimulatorServer) -> Path:
    """A lake that all trades were fetched into, by this process."""
    folder = tmp_path_factory.mktemp("raw") / "lake"
    settings = {**SETTINGS, "connectors.coinbase.base_url": exchange.url}
    schemahub.open(folder, overrides=settings).backfill(products=PRODUCTS, start="2000-01-01")
    return folder


@pytest.fixture
def lake(raw: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(raw, tmp_path / "lake")


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A scheduler and two worker processes, as others would have started them."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as started:
        yield started


@pytest.fixture
def hub(lake: Path, cluster: LocalCluster, exchange: SimulatorServer) -> Hub:
    """The copy, worked on by the cluster."""
    return on(lake, cluster, exchange)
