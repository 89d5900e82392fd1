"""Coinbase keeps what every connector promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing import ConnectorConformance, Knobs, ProductSpec, SimulatedCoinbase
from schemahub_coinbase import Coinbase, CoinbaseConfig

if TYPE_CHECKING:
    from schemahub.testing import FakeClock


class TestCoinbase(ConnectorConformance):
    error_bodies = (b'{"message":"Public rate limit exceeded"}', b'{"message":"NotFound"}')

    @pytest.fixture
    def connector(self) -> Coinbase:
        return Coinbase(CoinbaseConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedCoinbase:
        products = [
            ProductSpec(id="BTC-USD", trades=1_500),
            ProductSpec(id="NEW-USD", trades=0),
            ProductSpec(id="GAL-USDT", trades=10, status="delisted"),
        ]
        return SimulatedCoinbase(products, knobs=Knobs(max_age_seconds=0), clock=clock)
