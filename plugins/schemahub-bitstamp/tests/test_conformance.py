"""Bitstamp keeps what every connector promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing import ConnectorConformance, ProductSpec, SimulatedExchange
from schemahub_bitstamp import Bitstamp, BitstampConfig
from schemahub_bitstamp.simulator import BitstampDialect

if TYPE_CHECKING:
    from schemahub.testing import FakeClock

PRODUCTS = (
    ProductSpec(id="btcusd", base="BTC", quote="USD", trades=600, history_seconds=40_000),
    ProductSpec(id="ethusd", base="ETH", quote="USD", price="2000", trades=0),
)


class TestBitstamp(ConnectorConformance):
    error_bodies = (b'{"status":"error","reason":"Request rate limit exceeded","code":"400.002"}',)

    @pytest.fixture
    def connector(self) -> Bitstamp:
        return Bitstamp(BitstampConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(BitstampDialect, PRODUCTS, clock=clock)
