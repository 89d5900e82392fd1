"""`schemahub demo`: the whole way on this machine, against a simulated exchange that misbehaves."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

import schemahub
from schemahub._clock import Stop
from schemahub.cli._help import examples
from schemahub.cli._output import show
from schemahub.cli._stopping import stopping
from schemahub.events import BatchStored

if TYPE_CHECKING:
    from schemahub.events import Event, Observer
    from schemahub.hub import Hub
    from schemahub.results import Result
    from schemahub.testing import SimulatedCoinbase

PRODUCTS = {"BTC-USD": 60_000, "ETH-USD": 40_000, "SOL-USD": 20_000}
_PRICES = {"BTC-USD": "68000", "ETH-USD": "2600", "SOL-USD": "160"}
_FAULTS = "all:0.03"
_REQUESTS_PER_SECOND, _BURST = 200.0, 100.0
_BATCHES_BEFORE_THE_STOP = 4

_PER_PRODUCT = """
select symbol, count(*) as trades, min(trade_ts) as first, max(trade_ts) as last
from trades group by symbol order by symbol
"""
_PRICES_BY_HOUR = """
select strftime(time_bucket(interval '4 hours', trade_ts), '%d %b %H:%M') as "from", symbol,
       arg_min(price, (trade_ts, trade_id::bigint)) as open, max(price) as high, min(price) as low,
       arg_max(price, (trade_ts, trade_id::bigint)) as close, round(sum(quantity), 3) as volume,
       round(sum(price * quantity) / sum(quantity), 2) as vwap
from trades where symbol = 'BTC-USD' group by 1, 2, time_bucket(interval '4 hours', trade_ts)
order by time_bucket(interval '4 hours', trade_ts)
"""


@click.command(
    "demo",
    epilog=examples(
        ("The whole way in under a minute", "schemahub demo"),
        ("Keep the lake, to look around in it", "schemahub demo --lake ./demo-lake"),
    ),
)
@click.option("--lake", type=click.Path(path_type=Path), help="Keep the lake in this new folder.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, other trades.")
def command(lake: Path | None, seed: int) -> None:
    """Show the whole way on this machine: no account, no network.

    A simulated Coinbase is started on 127.0.0.1; it fails 3 requests in 100 on purpose. Its trades are
    ingested (and the run stopped in the middle, and gone on with), transformed, queried, and proved
    complete: compared at last with what the exchange really has.
    """
    began = time.monotonic()
    stop = Stop()
    with ExitStack() as stack:
        stack.enter_context(stopping(stop))
        folder = lake or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="schemahub-demo-")))
        exchange, url = _exchange(stack, seed)
        sound = Demo(exchange=exchange, url=url, lake=folder, stop=stop).run()
    click.echo(
        f"\n{time.monotonic() - began:.0f} seconds in all." + (f" The lake is in {lake}." if lake else "")
    )
    click.get_current_context().exit(0 if sound else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The steps, one after another."""

    exchange: SimulatedCoinbase
    url: str
    lake: Path
    stop: Stop

    def run(self) -> bool:
        """Do all steps; return whether the lake holds exactly what the exchange has."""
        self._say("1. Products of the exchange, into the seed")
        hub = self._hub()
        self._show(hub.update_seed(products=list(PRODUCTS)))
        self._say(f"2. Ingest, stopped on purpose after {_BATCHES_BEFORE_THE_STOP} batches")
        first = self._stopped_ingest()
        self._say("3. Ingest again: it goes on where it was stopped, and fetches nothing twice")
        second = hub.ingest(since="2d")
        self._show(second)
        self._say("4. Raw files into the unified table")
        self._show(hub.transform())
        self._say("5. SQL over the table")
        self._show(hub.sql(_PER_PRODUCT))
        self._show(hub.sql(_PRICES_BY_HOUR))
        self._say("6. The proof: every raw byte read, every row compared")
        proof = hub.verify(deep=True)
        self._show(proof)
        return self._compare(hub) and proof.complete and first.complete is False and second.complete

    def _compare(self, hub: Hub) -> bool:
        self._say("7. What the exchange has, against what the table has")
        sound = True
        for product, trades in PRODUCTS.items():
            ids = hub.trades(symbol=product, columns=["trade_id"]).to_arrow()["trade_id"]
            there = len(set(ids.to_pylist()))
            sound &= there == trades
            click.echo(f"{product}: {trades:,} trades at the exchange, {there:,} distinct ones in the table")
        requests = sum(self.exchange.requests.values())
        failed = sum(served.fault is not None for served in self.exchange.journal)
        click.echo(f"{requests:,} requests were made, {failed} of them failed on purpose.")
        return sound

    def _stopped_ingest(self) -> Result:
        stop = Stop()
        result = self._hub(stop, _StopAfter(stop, _BATCHES_BEFORE_THE_STOP)).ingest(since="2d")
        self._show(result)
        return result

    def _hub(self, stop: Stop | None = None, *more: Observer) -> Hub:
        settings = {
            "connectors.coinbase.base_url": self.url,
            "connectors.coinbase.requests_per_second": _REQUESTS_PER_SECOND,
            "connectors.coinbase.burst": _BURST,
            "connectors.coinbase.settle_seconds": 0,
            "ingest.batch_size": 10_000,
        }
        return schemahub.open(self.lake, overrides=settings, observers=more, stop=stop or self.stop)

    def _say(self, text: str) -> None:
        click.secho(text, bold=True)

    def _show(self, result: Result) -> None:
        show(result, as_json=False)
        click.echo()


class _StopAfter:
    """Wishes a run to stop once it has stored a number of batches."""

    def __init__(self, stop: Stop, batches: int) -> None:
        self._stop = stop
        self._left = batches

    def schemahub_event(self, event: Event) -> None:
        if isinstance(event, BatchStored):
            self._left -= 1
            if self._left <= 0:
                self._stop.set("stopped on purpose, in the middle")


def _exchange(stack: ExitStack, seed: int) -> tuple[SimulatedCoinbase, str]:
    from schemahub.testing import FaultPlan, Knobs, ProductSpec, SimulatedCoinbase, SimulatorServer
    from schemahub.testing.simulator import parse_fault

    products = [ProductSpec(id=name, trades=trades, price=_PRICES[name]) for name, trades in PRODUCTS.items()]
    exchange = SimulatedCoinbase(
        products,
        knobs=Knobs(
            seed=seed, requests_per_second=_REQUESTS_PER_SECOND * 2, burst=_BURST * 2, max_age_seconds=0
        ),
        faults=FaultPlan(rates=parse_fault(_FAULTS), seed=seed),
    )
    return exchange, stack.enter_context(SimulatorServer(exchange)).url
