"""Gemini keeps what every connector promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.testing import ConnectorConformance, ProductSpec, SimulatedExchange
from schemahub_gemini import Gemini, GeminiConfig
from schemahub_gemini.simulator import GeminiDialect

if TYPE_CHECKING:
    from schemahub.testing import FakeClock

PRODUCTS = (
    ProductSpec(id="btcusd", base="BTC", quote="USD", trades=700, history_seconds=300_000),
    ProductSpec(id="ethusd", base="ETH", quote="USD", price="2000", trades=0),
)


class TestGemini(ConnectorConformance):
    error_bodies = (
        b'{"result":"error","reason":"RateLimit","message":"..."}',
        b'{"result":"error","reason":"InvalidSymbol","message":"..."}',
    )

    @pytest.fixture(autouse=True)
    def known(self, request: pytest.FixtureRequest) -> None:
        if request.node.name == "test_faults_on_the_way_change_nothing":
            reason = "the core joins a stale page with the right one, though they share no trade"
            request.applymarker(pytest.mark.xfail(strict=True, reason=reason))

    @pytest.fixture
    def connector(self) -> Gemini:
        return Gemini(GeminiConfig())

    @pytest.fixture
    def exchange(self, clock: FakeClock) -> SimulatedExchange:
        return SimulatedExchange(GeminiDialect, PRODUCTS, clock=clock)
