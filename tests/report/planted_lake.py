"""A lake with something of everything: holes, trades twice in raw, lines that make no row, faulty runs."""

from __future__ import annotations

import dataclasses
import math
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import schemahub
from schemahub._clock import SystemClock
from schemahub.layout import StreamId
from schemahub.raw_sink import RawBatch
from schemahub.testing import FaultPlan, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
from schemahub.testing.simulator import parse_fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemahub.hub import Hub

BTC, ETH, SOL = "BTC-USD", "ETH-USD", "SOL-USD"
PRICES = {BTC: 68_000.0, ETH: 2_600.0, SOL: 160.0}
TRADES, BATCH = 6_000, 500
HOLE = range(3_100, 3_131)
"""Ids of BTC-USD that the exchange does not serve."""
TWICE = (1, BATCH - 1)
"""Ids of ETH-USD that raw holds two times."""
BAD = (2_000, 2_400, 4_100)
"""Ids of SOL-USD whose price is no number."""
DAYS, RUNS = 100, 8
_FAULTS, _FAULTY_RUNS = "all:0.2", 3
_DAY_SECONDS, _RUN_SECONDS = 86_400, 21_600


@dataclass
class ShiftedClock(SystemClock):
    """The machine's clock, set back."""

    back_seconds: float = 0.0

    def now_ns(self) -> int:
        return super().now_ns() - int(self.back_seconds * 10**9)


@dataclass
class SickLake:
    """The lake, the exchange that it was filled from, and the clock of both."""

    hub: Hub
    exchange: SimulatedCoinbase
    clock: ShiftedClock

    def meet(self, faults: FaultPlan) -> None:
        """Let the exchange fail so from now on; that resets what alters its lines."""
        self.exchange.inject(faults)
        for name, price in PRICES.items():
            self.exchange.log(name).alter(Market(name, price))

    def fill(self) -> None:
        """Let two days of runs fill it, each six hours after the one before; the last ones meet faults."""
        for left in range(RUNS - 1, -1, -1):
            self.clock.back_seconds = left * _RUN_SECONDS
            faulty = left < _FAULTY_RUNS
            self.meet(FaultPlan(rates=parse_fault(_FAULTS) if faulty else {}, seed=5))
            self.hub.ingest(products=list(PRICES), since=f"{DAYS + 20}d")
            self.hub.transform()

    def store_twice(self) -> None:
        """Store a batch of ETH-USD once more, as a plan of another runner would."""
        raw, stream = self.hub.lake.raw, StreamId("coinbase", ETH)
        first = min(raw.list(stream), key=lambda each: each.name.first)
        assert (first.name.first, first.name.last) == TWICE
        name = dataclasses.replace(
            first.name, uuid=str(UUID(int=1)), created_us=first.name.created_us + 1_000_000
        )
        raw.put(RawBatch(stream=stream, name=name, data=self.hub.lake.store.get(first.key).data))


@contextmanager
def planted_lake(folder: Path | str) -> Iterator[SickLake]:
    """Fill a lake in `folder`."""
    clock = ShiftedClock(back_seconds=(RUNS - 1) * _RUN_SECONDS)
    exchange = SimulatedCoinbase(
        [
            ProductSpec(id=name, trades=TRADES, history_seconds=DAYS * _DAY_SECONDS, price=f"{price:.0f}")
            for name, price in PRICES.items()
        ],
        knobs=Knobs(
            requests_per_second=0,
            max_age_seconds=0,
            latency_ms=3,
            trades_per_second=TRADES / DAYS / _DAY_SECONDS,
        ),
        clock=clock,
    )
    exchange.log(BTC).remove(HOLE)
    with SimulatorServer(exchange) as server:
        settings = {
            "connectors.coinbase.base_url": server.url,
            "connectors.coinbase.requests_per_second": 150,
            "connectors.coinbase.burst": 10,
            "connectors.coinbase.settle_seconds": 0,
            "ingest.batch_size": BATCH,
            "http.first_backoff": 0.01,
            "http.most_backoff": 0.02,
        }
        lake = SickLake(schemahub.open(folder, overrides=settings, clock=clock), exchange, clock)
        lake.fill()
        lake.store_twice()
        yield lake


class Market:
    """Moves the prices of a product as a market does, and spoils some lines."""

    def __init__(self, product: str, price: float) -> None:
        self._bad = set(BAD) if product == SOL else set()
        self._price = price

    def __call__(self, index: int, line: bytes) -> bytes:
        price = b"much" if index in self._bad else f"{self._at(index):.2f}".encode()
        return re.sub(rb'"price":"[^"]*"', b'"price":"' + price + b'"', line)

    def _at(self, index: int) -> float:
        slow = math.sin(index / 700 + self._price) + 0.6 * math.sin(index / 260)
        fast = 0.5 * math.sin(index / 37) + 0.2 * math.sin(index * 1.7)
        return self._price * (1 + 0.06 * slow + 0.01 * fast)
