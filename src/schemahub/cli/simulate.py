"""`schemahub simulate EXCHANGE`: a local server that behaves like the exchange."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from schemahub.cli._completing import names_of
from schemahub.cli._help import examples
from schemahub.errors import ConfigError
from schemahub.results import Grid, Result, envelope

if TYPE_CHECKING:
    from schemahub.testing.simulator import SimulatorServer, TradeLog

_DAY_NS = 86_400 * 10**9
_EXAMPLE = """
Try, in another terminal:
  export SCHEMAHUB_CONNECTORS__{variable}__BASE_URL={url}
  schemahub {verb} --exchange {exchange} --product {product} --lake ./lake

Ctrl-C ends the simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Result):
    """A simulated exchange that listens."""

    url: str
    exchange: str
    products: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Tell that it listens."""
        return True

    def headline(self) -> str:
        """Say where it is."""
        return f"Simulated {self.exchange} at {self.url}"

    def grids(self) -> tuple[Grid, ...]:
        """Show the products."""
        rows = tuple((product,) for product in self.products)
        return (Grid(title="", columns=("product",), rows=rows),)


class _Options(TypedDict):
    exchange: str
    port: int
    replay: tuple[str, ...]
    product: tuple[str, ...]
    trades: int | None
    hours: float
    rate: float
    fault: tuple[str, ...]
    seed: int
    latency_ms: float
    requests_per_second: float | None
    burst: float | None
    max_limit: int | None
    max_age: float | None
    as_json: bool


@click.command(
    "simulate",
    context_settings={"show_default": True},
    epilog=examples(
        (
            "A Coinbase of this machine, with ten new trades a second",
            "schemahub simulate coinbase --port 8080 --rate 10",
        ),
        ("One that fails every fifth request", "schemahub simulate coinbase --fault all:0.2 --seed 7"),
        ("Real rows, byte for byte", "schemahub simulate coinbase --replay trades.jsonl --product BTC-USD"),
    ),
)
@click.argument("exchange", shell_complete=names_of("simulators"))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 for any free one."
)
@click.option(
    "--replay", multiple=True, metavar="FILE", help="Serve a file's rows byte for byte. Repeatable."
)
@click.option("--product", multiple=True, help="Product, with --replay one for each file. Repeatable.")
@click.option("--trades", type=click.IntRange(min=0), help="Generated trades of each product.")
@click.option(
    "--hours", type=click.FloatRange(min=0.01), default=24.0, help="Hours that they span, up to now."
)
@click.option("--rate", type=click.FloatRange(min=0), default=0.0, help="New trades per second and product.")
@click.option(
    "--fault", multiple=True, metavar="KIND:P", help="Fail with chance P, like all:0.2. Repeatable."
)
@click.option("--seed", type=int, default=0, help="The same seed gives the same trades and faults.")
@click.option("--latency-ms", type=click.FloatRange(min=0), default=0.0, help="Median latency.")
@click.option(
    "--requests-per-second",
    type=click.FloatRange(min=0),
    help="Limit; 0 for none.  [default: the exchange's own]",
)
@click.option(
    "--burst", type=click.FloatRange(min=1), help="Burst of the limit.  [default: the exchange's own]"
)
@click.option(
    "--max-limit", type=click.IntRange(1, 1000), help="Rows of a page at most.  [default: the exchange's own]"
)
@click.option(
    "--max-age",
    type=click.FloatRange(min=0),
    help="Seconds that a CDN repeats.  [default: the exchange's own]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document when ready.")
def command(**options: Unpack[_Options]) -> None:
    """Serve a simulated EXCHANGE on this machine until Ctrl-C.

    It listens on 127.0.0.1 alone and needs no network. EXCHANGE is one of those that `schemahub plugins`
    lists as simulators; coinbase is always there.
    """
    server = _server(options)
    # SIGTERM ends it as Ctrl-C does: that is how containers and scripts stop it. And a job that a script
    # starts with & would be born deaf to SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), server:
        announce(server, as_json=options["as_json"])
        threading.Event().wait()


def _server(options: _Options) -> SimulatorServer:
    from schemahub.testing.simulator import SimulatorServer
    from schemahub.testing.simulator.description import Description

    knobs = {
        "seed": options["seed"],
        "trades_per_second": options["rate"],
        "latency_ms": options["latency_ms"],
        "requests_per_second": options["requests_per_second"],
        "burst": options["burst"],
        "max_limit": options["max_limit"],
        "max_age_seconds": options["max_age"],
    }
    description = Description(
        exchange=options["exchange"],
        replays=options["replay"],
        products=options["product"],
        trades=options["trades"],
        hours=options["hours"],
        faults=options["fault"],
        knobs={name: value for name, value in knobs.items() if value is not None},
    )
    exchange = description.build()
    try:
        return SimulatorServer(exchange, options["port"])
    except OSError as error:
        msg = f"cannot listen on port {options['port']}"
        hint = "Choose another --port, or none for any free one."
        raise ConfigError(msg, found=error.strerror, hint=hint) from error


def announce(server: SimulatorServer, *, as_json: bool) -> None:
    """Say where the exchange listens, and what to try."""
    products, exchange = server.exchange.products, server.exchange.dialect.name
    if as_json:
        # One line: whoever started it reads on while it runs.
        ready = Ready(url=server.url, exchange=exchange, products=tuple(products))
        click.echo(json.dumps(envelope(ready, "simulate")))
        return
    click.echo(f"Simulated {exchange} at {server.url}")
    for product in products:
        log = server.exchange.log(product)
        click.echo(f"  {product}: ids {log.id_of(log.first)} to {log.id_of(log.last)}")
    verb = _verb(server.exchange.log(products[0]), server.exchange.clock.now_ns())
    example = {"url": server.url, "product": products[0], "verb": verb, "exchange": exchange}
    click.echo(_EXAMPLE.format(variable=exchange.upper(), **example))


def _verb(log: TradeLog, now_ns: int) -> str:
    if log.last < log.first or now_ns - log.time_ns(log.last) < _DAY_NS:
        return "ingest --since 1h"
    # A replay's trades are long past: there is nothing of the last hour to ingest.
    start, last = (datetime.fromtimestamp(log.time_ns(at) // 10**9, UTC) for at in (log.first, log.last))
    return f"backfill --start {start:%Y-%m-%d} --end {last + timedelta(days=1):%Y-%m-%d}"
