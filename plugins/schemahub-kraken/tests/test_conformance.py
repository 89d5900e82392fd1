"""Kraken keeps what every connector promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing import ConnectorConformance, ProductSpec, SimulatedExchange
from schemahub_kraken import Kraken, KrakenConfig
from schemahub_kraken.simulator import KrakenDialect

if TYPE_CHECKING:
    from schemahub.testing import FakeClock

PRODUCTS = (
    ProductSpec(id="XXBTZUSD", base="XBT", quote="USD", trades=1_100),
    ProductSpec(id="XETHZEUR", base="ETH", quote="EUR", price="2000", trades=0),
)


class TestKraken(ConnectorConformance):
    error_bodies = (
        b'{"error":["EService:Unavailable"]}',
        b'{"error":["EGeneral:Too many requests"]}',
        b'{"error":["EQuery:Unknown asset pair"]}',
    )

    @pytest.fixture
    def connector(self) -> Kraken:
        return Kraken(KrakenConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(KrakenDialect, PRODUCTS, clock=clock)
