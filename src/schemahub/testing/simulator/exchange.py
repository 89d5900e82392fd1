"""A Coinbase Exchange that runs in this process: the public REST API, as recorded and documented."""

from __future__ import annotations

import random
import threading
from collections import Counter, deque
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from schemahub._clock import SystemClock
from schemahub.testing.simulator.edge import Edge, SimRequest
from schemahub.testing.simulator.faults import FaultPlan
from schemahub.testing.simulator.knobs import Knobs
from schemahub.testing.simulator.market import Market
from schemahub.testing.simulator.origin import Origin
from schemahub.testing.simulator.products import DEFAULT_PRODUCTS, Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from schemahub._clock import Clock
    from schemahub.testing.simulator.faults import Fault
    from schemahub.testing.simulator.products import ProductSpec
    from schemahub.testing.simulator.rate_limit import Client
    from schemahub.testing.simulator.responses import SimResponse
    from schemahub.testing.simulator.trade_log import TradeLog

_SECOND = 1_000_000_000
_JOURNAL_KEPT = 100_000
_ONE_DECADE = 0.99  # the lognormal spread whose 99th percentile is ten times the median
_NO_HEADERS: Mapping[str, str] = {}


class Served(NamedTuple):
    """One request, as the exchange saw it; `fault` is what went wrong on purpose."""

    number: int
    client: str
    target: str
    status: int
    fault: Fault | None


class SimulatedCoinbase:
    """The engine: one call a request, no socket; `transport` and `SimulatorServer` stand around it.

    Deterministic: the same products, knobs, clock and order of requests give the same bytes. Safe to share
    between threads. Beside the API it shows what tests compare with: `lines` (the truth), `journal`,
    `requests` (by path), `clients` (what each was refused, how fast it asked).
    """

    def __init__(
        self,
        products: Sequence[ProductSpec] = DEFAULT_PRODUCTS,
        *,
        knobs: Knobs | None = None,
        faults: FaultPlan | None = None,
        clock: Clock | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        """Open the markets; `catalogue` replaces the list of products (one without trades serves none)."""
        self.knobs = knobs or Knobs()
        self.clock = clock or SystemClock()
        self.requests: Counter[str] = Counter()
        self.journal: deque[Served] = deque(maxlen=_JOURNAL_KEPT)
        self._lock = threading.RLock()
        now_ns = self.clock.now_ns()
        self._markets = {
            spec.id: Market(spec, seed=self.knobs.seed, style=self.knobs.style, now_ns=now_ns)
            for spec in products
            if not spec.alias_of
        }
        self._logs = {spec.id: self._markets[spec.alias_of or spec.id].log for spec in products}
        origin = Origin(self.knobs, catalogue or Catalogue.of(products), self._logs)
        self._edge = Edge(self.knobs, origin)
        self.inject(faults or FaultPlan())

    @property
    def products(self) -> list[str]:
        """Return the ids of the products that have trades."""
        return list(self._logs)

    @property
    def clients(self) -> Mapping[str, Client]:
        """Return what was seen of each client, by address."""
        return self._edge.clients

    @property
    def max_rate_seen(self) -> int:
        """Return the most requests that one client sent within one second."""
        return max((client.most_in_one_second for client in self.clients.values()), default=0)

    @property
    def refused(self) -> int:
        """Return how many requests the rate limit refused (injected 429s not counted)."""
        return sum(client.refused for client in self.clients.values())

    def transport(self) -> httpx.BaseTransport:
        """Return an httpx transport that calls this engine in process: no socket, no waiting."""
        from schemahub.testing.simulator.transport import InProcessTransport

        return InProcessTransport(self)

    def log(self, product: str) -> TradeLog:
        """Return a product's log: make holes, heal them, restate trades there."""
        return self._logs[product]

    def lines(self, product: str, first: int | None = None, last: int | None = None) -> list[bytes]:
        """Return the lines of the ids that exist, ascending: what raw must hold, byte for byte."""
        log = self.log(product)
        ids = log.present(log.first if first is None else first, log.last if last is None else last)
        return list(log.lines(ids))

    def inject(self, faults: FaultPlan) -> None:
        """Go wrong in this way from now on."""
        with self._lock:
            self._edge.faults = faults
            for product, market in self._markets.items():
                market.log.alter(partial(faults.alter_row, product) if faults.alters_rows else None)

    def advance(self, count: int, product: str | None = None) -> None:
        """Let `count` trades happen now: at the product named, else at each one that trades."""
        now_ns = self.clock.now_ns()
        with self._lock:
            for market in self._markets.values():
                if market.spec.id == product or (product is None and market.spec.status == "online"):
                    market.head.advance(count, now_ns, now_ns)

    def handle(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Mapping[str, str] = _NO_HEADERS,
        client: str = "local",
    ) -> SimResponse:
        """Answer one request; header names in lower case, `client` an address."""
        request = SimRequest(method=method, path=path, query=query, headers=headers, client=client)
        with self._lock:
            self.requests[path] += 1
            number, now_ns = self.requests.total(), self.clock.now_ns()
            self._catch_up(now_ns)
            response, fault = self._edge.answer(request, number, now_ns, self.clock.monotonic())
            self.journal.append(Served(number, client, request.target, response.status, fault))
        date = formatdate(now_ns / _SECOND + self.knobs.clock_skew_seconds, usegmt=True)
        headers = {"Date": date, **response.headers}
        return replace(response, headers=headers, latency_seconds=self._latency(number))

    def _catch_up(self, now_ns: int) -> None:
        if self.knobs.trades_per_second > 0:
            for market in self._markets.values():
                if market.spec.status == "online":
                    market.head.catch_up(now_ns, self.knobs.trades_per_second)

    def _latency(self, number: int) -> float:
        if not self.knobs.latency_ms:
            return 0.0
        # A draw by number, not by order: threads that race do not change who waits how long.
        spread = random.Random(f"{self.knobs.seed}:{number}").lognormvariate(0, _ONE_DECADE)  # noqa: S311 - no secret
        return self.knobs.latency_ms / 1000 * spread
