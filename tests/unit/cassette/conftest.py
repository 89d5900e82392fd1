from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._config import load_settings
from schemahub.testing import Cassette, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
from schemahub.testing.cassette.recording import record

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[SimulatorServer]:
    knobs = Knobs(requests_per_second=0, max_age_seconds=0)
    products = [ProductSpec(id="BTC-USD", trades=2_500, history_seconds=3_000)]
    with SimulatorServer(SimulatedCoinbase(products, knobs=knobs)) as server:
        yield server


@pytest.fixture(scope="session")
def recorded(server: SimulatorServer) -> Cassette:
    settings = load_settings(environ={}, arguments={"connectors.coinbase.base_url": server.url})
    return record("coinbase", "BTC-USD", settings, pages=2)
