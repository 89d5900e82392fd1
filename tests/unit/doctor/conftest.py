from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._clock import SystemClock
from schemahub._config import load_settings
from schemahub._doctor.run import examine
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub._clock import Clock
    from schemahub.checkup import Finding

    Examine = Callable[..., dict[str, Finding]]


@pytest.fixture
def examined() -> Examine:
    """Examine with these settings; return the findings by what they are of."""

    def call(*, offline: bool = True, clock: Clock | None = None, **settings: object) -> dict[str, Finding]:
        given = {name.replace("__", "."): value for name, value in settings.items()}
        loaded = load_settings(environ={}, arguments=given)
        result = examine(loaded, clock or SystemClock(), offline=offline)
        return {finding.subject: finding for finding in result.findings}

    return call


@pytest.fixture
def exchange_url() -> Iterator[str]:
    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=10)], knobs=Knobs(requests_per_second=0))
    with SimulatorServer(exchange) as server:
        yield server.url


@pytest.fixture
def slow_clock() -> FakeClock:
    return FakeClock(SystemClock().now_ns() - 3_600 * 10**9)
