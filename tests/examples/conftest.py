"""A lake that the examples read, and how they are run: as whoever copies them would."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.testing import Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., str]

EXAMPLES = Path(__file__).parents[2] / "examples"
END_NS = int(datetime(2026, 1, 4, tzinfo=UTC).timestamp()) * 10**9
TRADES = {"BTC-USD": 6_000, "ETH-USD": 3_000}
QUICK = Knobs(requests_per_second=0, max_age_seconds=0)


@pytest.fixture(scope="session")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of two products, of which one day was compacted and its old files wait for deletion."""
    folder = tmp_path_factory.mktemp("examples") / "lake"
    products = [
        ProductSpec(id=name, trades=count, history_seconds=3 * 86_400, end_ns=END_NS)
        for name, count in TRADES.items()
    ]
    exchange = SimulatedCoinbase(products, knobs=QUICK)
    with SimulatorServer(exchange) as server:
        hub = schemahub.open(
            folder,
            overrides={
                "connectors.coinbase.base_url": server.url,
                "connectors.coinbase.requests_per_second": 1_000,
                "connectors.coinbase.burst": 1_000,
                "connectors.coinbase.settle_seconds": 0,
            },
        )
        for first, end in (("2026-01-01", "2026-01-02"), ("2026-01-01", "2026-01-04")):
            for product in TRADES:
                assert hub.backfill(products=[product], start=first, end=end).complete
                assert hub.transform().complete
    # A pattern over the folders sees these rows twice now; the manifest does not.
    assert hub.compact(grace="1h").complete
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a script of the examples with warnings as errors; return what it printed."""

    def running(script: str, *arguments: str, **environment: str) -> str:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SCHEMAHUB_")}
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-W", "error", str(EXAMPLES / script), *arguments],
            env={**ours, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return running
