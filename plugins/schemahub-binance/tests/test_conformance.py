"""Binance keeps what every connector promises."""

from __future__ import annotations

import pytest

from schemahub.testing import ConnectorConformance, FakeClock, Knobs, ProductSpec, SimulatedExchange
from schemahub_binance import Binance, BinanceConfig
from schemahub_binance.simulator.dialect import BinanceDialect


class TestBinance(ConnectorConformance):
    error_bodies = (b'{"code":-1003,"msg":"Too much request weight used"}', b'{"code":-1121,"msg":"no"}')

    @pytest.fixture
    def connector(self) -> Binance:
        return Binance(BinanceConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        products = [
            ProductSpec(id="BTCUSDT", base="BTC", quote="USDT", trades=900, first_id=0),
            ProductSpec(id="NEWUSDT", base="NEW", quote="USDT", trades=0),
            ProductSpec(id="GALBNB", base="GAL", quote="BNB", trades=10, status="BREAK"),
        ]
        knobs = Knobs(max_age_seconds=0, requests_per_second=100, burst=6_000)
        return SimulatedExchange(BinanceDialect, products, knobs=knobs, clock=clock)
