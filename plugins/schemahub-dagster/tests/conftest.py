"""A simulated exchange with days to spare on both sides, a lake, and a memory of Dagster's that ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dagster_runs import Runs

_END_NS = int(datetime(2026, 1, 4, 12, tzinfo=UTC).timestamp()) * 10**9
_TRADES = 1_500


@pytest.fixture
def exchange() -> Iterator[SimulatorServer]:
    """Serve a Coinbase of four days, from noon to noon."""
    specs = [
        ProductSpec(id=name, trades=_TRADES, history_seconds=4 * 86_400, end_ns=_END_NS)
        for name in ("BTC-USD", "ETH-USD")
    ]
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    with SimulatorServer(SimulatedCoinbase(specs, knobs=knobs)) as server:
        yield server


@pytest.fixture
def settings(exchange: SimulatorServer) -> dict[str, object]:
    """Settings by which a lake is fetched from there."""
    return {
        "connectors.coinbase.base_url": exchange.url,
        "connectors.coinbase.requests_per_second": 1_000,
        "connectors.coinbase.settle_seconds": 0,
    }


@pytest.fixture
def runs(tmp_path: Path, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """What a project would load: three days of both products."""
    import dagster as dg
    from dagster_runs import END, PRODUCTS, START, Runs

    from schemahub_dagster import Lake, definitions

    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "yes")
    lake = Lake(url=str(tmp_path / "lake"), settings=settings)
    made = definitions(products=PRODUCTS, start=START, end=END, lake=lake)
    with dg.DagsterInstance.ephemeral(str(tmp_path)) as instance:
        yield Runs(definitions=made, instance=instance)
