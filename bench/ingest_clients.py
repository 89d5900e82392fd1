"""One client pulls pages from the fast server and prints, as JSON, what that cost. Run by `ingest.py`.

What importing and connecting costs is left out: a short pull comes first, and is reported on its own.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fast_server import FIRST, PAGE, START

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.events import Event

PRODUCTS = tuple(
    f"{base}-USD" for base in ("BTC", "ETH", "SOL", "XRP", "ADA", "LTC", "DOT", "UNI", "BCH", "ETC")
)
# In the middle of the tape, so that the search for the first trade is an honest one.
DAYS_BEFORE = 2000
BEGIN = START + timedelta(days=DAYS_BEFORE)
BEGIN_ID = FIRST + DAYS_BEFORE * 1440 * PAGE


@dataclass(frozen=True, kw_only=True)
class Task:
    """What to pull: `pages` pages of each of `products` products, `threads` at once of each."""

    url: str
    products: int = 3
    threads: int = 5
    pages: int = 1000
    rate: float = 0
    """Requests a second that the client allows itself; 0: no limit."""
    minutes: float = 0
    """Stop after this time, done or not; 0: pull everything."""


@dataclass
class Pulled:
    """How many pages came, and how long they took from the first to the last."""

    pages: int = 0
    first: float = 0.0
    last: float = 0.0

    def schemahub_event(self, event: Event) -> None:
        from schemahub.events import PageRead

        if isinstance(event, PageRead):
            self.count()

    def count(self) -> None:
        with _counting:
            self.last = time.perf_counter()
            self.first = self.first or self.last
            self.pages += 1


_counting = threading.Lock()


def schemahub(task: Task) -> Pulled:
    """Backfill, the whole way: locate, fetch, check, compress, store durably, checkpoint, under a lease."""
    import schemahub

    overrides: dict[str, object] = {
        "connectors.coinbase.base_url": task.url,
        "connectors.coinbase.requests_per_second": task.rate or 1e6,
        "connectors.coinbase.burst": min(task.rate or 1e6, 1e3),
    }
    pulled = Pulled()
    with tempfile.TemporaryDirectory(prefix="schemahub-bench-") as lake:
        hub = schemahub.open(lake, overrides=overrides, observers=[pulled])
        result = hub.backfill(
            exchange="coinbase",
            products=PRODUCTS[: task.products],
            start=BEGIN,
            end=BEGIN + timedelta(minutes=task.pages),
            workers=task.products,
            chunk_concurrency=task.threads,
            max_minutes=task.minutes or None,
        )
    assert task.minutes or result.complete, str(result)
    return pulled


def httpx(task: Task) -> Pulled:
    """Fetch the same pages through one shared `httpx.Client`, and drop them: a floor."""
    import httpx

    most = task.products * task.threads
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
    with httpx.Client(base_url=task.url, limits=limits, timeout=60) as client:

        def get(product: str, first: int) -> None:
            params = {"limit": PAGE, "after": first + PAGE, "before": first - 1}
            assert client.get(f"/products/{product}/trades", params=params).content.endswith(b"]")

        return _threaded(task, get)


def ccxt(task: Task) -> Pulled:
    """Read the same pages into ccxt's unified dictionaries, one exchange object a thread, and drop them."""
    ccxt = importlib.import_module("ccxt")  # no hard name: it need not be installed
    mine = threading.local()

    def exchange() -> Any:  # noqa: ANN401 - ccxt is not typed
        made = ccxt.coinbaseexchange({"enableRateLimit": False})
        made.urls["api"] = {"public": task.url}
        made.set_markets([_ccxt_market(product) for product in PRODUCTS])
        return made

    def get(product: str, first: int) -> None:
        if not hasattr(mine, "exchange"):
            mine.exchange = exchange()
        window = {"after": first + PAGE, "before": first - 1}
        rows = mine.exchange.fetch_trades(product.replace("-", "/"), None, PAGE, window)
        assert len(rows) == PAGE, len(rows)

    return _threaded(task, get)


def _ccxt_market(product: str) -> dict[str, object]:
    base, quote = product.split("-")
    kind = {"type": "spot", "spot": True, "active": True, "precision": {"amount": 1e-8, "price": 0.01}}
    names = {"id": product, "symbol": f"{base}/{quote}", "base": base, "quote": quote}
    return {**kind, **names, "baseId": base, "quoteId": quote}


def _threaded(task: Task, get: Callable[[str, int], None]) -> Pulled:
    firsts = range(BEGIN_ID, BEGIN_ID + task.pages * PAGE, PAGE)
    todo = iter([(product, first) for first in firsts for product in PRODUCTS[: task.products]])
    pulled = Pulled()

    def work() -> None:
        for start in iter(lambda: next(todo, None), None):
            get(*start)
            pulled.count()

    threads = [threading.Thread(target=work) for _ in range(task.products * task.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pulled.pages == task.pages * task.products, f"a thread failed: {pulled.pages} pages"
    return pulled


CLIENTS = {"schemahub": schemahub, "httpx": httpx, "ccxt": ccxt}


def measure(client: str, task: Task, warm_up: Task | None) -> dict[str, float]:
    pull = CLIENTS[client]
    if warm_up:
        pull(warm_up)
    start_up, began = time.process_time(), time.perf_counter()
    pulled = pull(task)
    seconds, cpu = time.perf_counter() - began, time.process_time() - start_up
    return {
        "pages": pulled.pages,
        "seconds": round(seconds, 3),
        "pages_per_second": round(pulled.pages / seconds, 1),
        "pages_per_second_fetching": round(pulled.pages / (pulled.last - pulled.first), 1),
        "cpu_ms_per_page": round(1e3 * cpu / pulled.pages, 3),
        "start_up_cpu_seconds": round(start_up, 3),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("client", choices=CLIENTS)
    parser.add_argument("--url", required=True)
    parser.add_argument("--products", type=int, default=3)
    parser.add_argument("--threads", type=int, default=5)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--minutes", type=float, default=0)
    given = vars(parser.parse_args())
    client, task = given.pop("client"), Task(**given)
    # Under a rate limit a first pull would take the burst away.
    warm_up = None if task.rate else Task(url=task.url, products=1, threads=2, pages=2)
    print(json.dumps(measure(client, task, warm_up)))


if __name__ == "__main__":
    main()
