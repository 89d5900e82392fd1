"""Okx keeps what a connector promises: simulated, and on what the exchange really said."""

from __future__ import annotations

from pathlib import Path

import pytest
from schemahub.testing import (
    Cassette,
    CassetteConformance,
    ConnectorConformance,
    FakeClock,
    ProductSpec,
    SimulatedExchange,
)

from schemahub_okx.connector import Okx, OkxConfig
from schemahub_okx.simulator import OkxDialect

CASSETTES = sorted(Path(__file__).parent.glob("cassettes/*.json"))


class TestSimulated(ConnectorConformance):
    error_bodies = (b'{"code":"50001","msg":"Service temporarily unavailable","data":[]}',)

    @pytest.fixture
    def connector(self) -> Okx:
        return Okx(OkxConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        traded = ProductSpec(id="BTC-USDT", trades=1_200, history_seconds=40_000)
        products = [traded, ProductSpec(id="NEW-USDT", trades=0)]
        return SimulatedExchange(OkxDialect, products, clock=clock)


@pytest.mark.skipif(not CASSETTES, reason="none yet: see `schemahub record`")
class TestRecorded(CassetteConformance):
    @pytest.fixture
    def connector(self) -> Okx:
        return Okx(OkxConfig())

    @pytest.fixture(params=CASSETTES, ids=[path.stem for path in CASSETTES])
    def cassette(self, request: pytest.FixtureRequest) -> Cassette:
        return Cassette.read(request.param)
