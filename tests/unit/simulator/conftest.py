from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.testing.simulator import SimResponse

AGENT = {"user-agent": "test"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def simulate(clock: FakeClock) -> Callable[..., SimulatedCoinbase]:
    """Open one small market; keyword arguments are knobs. No rate limit and no CDN unless asked for."""

    def build(trades: int = 2_500, **knobs: Any) -> SimulatedCoinbase:  # noqa: ANN401 - any knob
        settings = {"requests_per_second": 0, "max_age_seconds": 0, **knobs}
        return SimulatedCoinbase(
            [ProductSpec(id="BTC-USD", trades=trades, history_seconds=3600)],
            knobs=Knobs(**settings),
            clock=clock,
        )

    return build


@pytest.fixture
def get() -> Callable[..., SimResponse]:
    """Ask for trades of BTC-USD with a query string."""

    def ask(exchange: SimulatedCoinbase, query: str = "", client: str = "local") -> SimResponse:
        return exchange.handle("GET", "/products/BTC-USD/trades", query, AGENT, client)

    return ask


@pytest.fixture
def ids() -> Callable[[SimResponse], list[int]]:
    def read(response: SimResponse) -> list[int]:
        return [row["trade_id"] for row in json.loads(response.body)]

    return read


@pytest.fixture
def recorded() -> Path:
    """The folder of recorded Coinbase traffic, which is not part of the repository."""
    folder = os.environ.get("SCHEMAHUB_REAL_DATA")
    if not folder:
        pytest.skip("SCHEMAHUB_REAL_DATA does not name a folder of recorded traffic")
    return Path(folder) / "coinbase"
