"""An exchange that runs in this process: markets, head, rate limit, faults, journal."""

from __future__ import annotations

import random
import threading
from collections import Counter, deque
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from schemahub._clock import SystemClock
from schemahub.testing.simulator.asked import Asked
from schemahub.testing.simulator.edge import Edge
from schemahub.testing.simulator.faults import FaultPlan
from schemahub.testing.simulator.market import Market

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from schemahub._clock import Clock
    from schemahub.testing.simulator.dialect import Dialect
    from schemahub.testing.simulator.faults import Fault
    from schemahub.testing.simulator.knobs import Knobs
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


class SimulatedExchange:
    """The engine: one call a request, no socket; `transport` and `SimulatorServer` stand around it.

        SimulatedExchange(KrakenDialect, [ProductSpec(id="XXBTZUSD", trades=5_000)], clock=FakeClock())

    Deterministic: the same products, knobs, clock and order of requests give the same bytes. Safe to share
    between threads. Beside the API it shows what tests compare with: `lines` (the truth), `journal`,
    `requests` (by path), `clients` (what each was refused, how fast it asked).
    """

    def __init__(
        self,
        dialect: type[Dialect] | Dialect,
        products: Sequence[ProductSpec] | None = None,
        *,
        knobs: Knobs | None = None,
        faults: FaultPlan | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Open the markets, with what the dialect has where products or knobs are not given.

        A dialect that was made already has knobs and products of its own; then none may be given.
        """
        if isinstance(dialect, type):
            products = dialect.default_products if products is None else products
            dialect = dialect(knobs or dialect.default_knobs, products)
        elif knobs is not None or products is not None:
            msg = "a dialect that is made already has its knobs and products"
            raise TypeError(msg)
        self.dialect = dialect
        self.knobs = dialect.knobs
        self.clock = clock or SystemClock()
        self.requests: Counter[str] = Counter()
        self.journal: deque[Served] = deque(maxlen=_JOURNAL_KEPT)
        self._lock = threading.RLock()
        now_ns = self.clock.now_ns()
        self._markets = {
            spec.id: Market(spec, dialect, now_ns) for spec in dialect.products if not spec.alias_of
        }
        self._logs = {spec.id: self._markets[spec.alias_of or spec.id].log for spec in dialect.products}
        self._edge = Edge(dialect)
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
        """Return a product's log: make holes, heal them, restate trades there.

        It counts trades by index: the id, where ids are dense; `id_of` and `index_of` translate.
        """
        return self._logs[product]

    def lines(self, product: str, first: int | None = None, last: int | None = None) -> list[bytes]:
        """Return the lines of the ids from `first` to `last` that exist, ascending: what raw must hold."""
        log = self.log(product)
        begin = log.first if first is None else log.index_of(first)
        end = log.last if last is None else log.index_of(last + 1) - 1
        return list(log.lines(log.present(begin, end)))

    def ids(self, product: str) -> list[int]:
        """Return the ids that exist, ascending."""
        log = self.log(product)
        spans = log.present(log.first, log.last)
        return [log.id_of(index) for span in spans for index in range(span.first, span.last + 1)]

    def inject(self, faults: FaultPlan) -> None:
        """Go wrong in this way from now on."""
        with self._lock:
            self._edge.faults = faults
            for product, market in self._markets.items():
                alter = partial(faults.alter_row, product, self.dialect.size)
                market.log.alter(alter if faults.alters_rows else None)

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
        with self._lock:
            self.requests[path] += 1
            number, now_ns, now = self.requests.total(), self.clock.now_ns(), self.clock.monotonic()
            self._catch_up(now_ns)
            asked = Asked(
                method=method,
                path=path,
                query=query,
                headers=headers,
                client=self._edge.client(client, now),
                now_ns=now_ns,
                logs=self._logs,
                reach_seconds=self.knobs.reach_seconds,
            )
            response, fault = self._edge.answer(asked, number, now)
            self.journal.append(Served(number, client, asked.target, response.status, fault))
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
