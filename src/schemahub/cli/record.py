"""`schemahub record EXCHANGE`: what an exchange says, kept for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from schemahub.cli._completing import names_of
from schemahub.cli._help import examples
from schemahub.cli._output import finish
from schemahub.results import Grid, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult(Result):
    """A cassette that was written: each call, and how it ended."""

    exchange: str
    file: str
    answers: int
    hidden: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]

    @property
    def complete(self) -> bool:
        """Tell whether something was recorded: always, or an error was raised."""
        return True

    def headline(self) -> str:
        """Say what was written, and what was left out."""
        text = f"{self.answers} answers of {self.exchange} recorded in {self.file}"
        return f"{text}; values of {', '.join(self.hidden)} were taken out" if self.hidden else text

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a call."""
        return (Grid(title="", columns=("call", "outcome"), rows=self.calls),)


@click.command(
    "record",
    context_settings={"show_default": True},
    epilog=examples(
        ("What Coinbase answers", "schemahub record coinbase --product BTC-USD"),
        (
            "What a simulated one answers",
            "schemahub record coinbase --product BTC-USD --base-url http://127.0.0.1:8080",
        ),
    ),
)
@click.argument("exchange", shell_complete=names_of("connectors"))
@click.option("--product", required=True, metavar="ID", help="A product that trades.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("cassettes"), help="Folder."
)
@click.option("--pages", type=click.IntRange(1, 100), default=3, help="Pages of trades.")
@click.option("--base-url", metavar="URL", help="Where the exchange is, such as a simulated one.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="YAML file with settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # noqa: PLR0913 - one argument an option
    *,
    exchange: str,
    product: str,
    out: Path,
    pages: int,
    base_url: str | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Record what EXCHANGE answers, for tests that need no exchange.

    Asks for the products, a head, a few pages and a product that nobody lists, and writes a cassette: plain
    JSON, without keys, cookies and signatures. Look through it before you publish it.
    """
    from schemahub._clock import Stop
    from schemahub._config import load_settings
    from schemahub.cli._stopping import stopping
    from schemahub.testing.cassette.recording import record

    settings = load_settings(config, arguments={f"connectors.{exchange}.base_url": base_url})
    stop = Stop()
    with stopping(stop):
        cassette = record(exchange, product, settings, pages=pages, stop=stop)
    file = cassette.write_into(out)
    result = RecordResult(
        exchange=exchange,
        file=str(file),
        answers=len(cassette.answers),
        hidden=tuple(cassette.hidden),
        calls=tuple((str(call), call.outcome) for call in cassette.calls),
    )
    finish(result, as_json=as_json)
