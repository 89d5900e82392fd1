"""`schemahub gaps`: holes in the exchange's own history."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options


@click.command(
    "gaps",
    epilog=examples(
        ("What is missing", "schemahub gaps --lake ./lake"),
        ("Ask the exchange again", "schemahub gaps --lake ./lake --recheck --exchange coinbase"),
    ),
)
@lake_options
@click.option("--recheck", is_flag=True, help="Ask the exchange again; store what has turned up.")
@_options.one_exchange
@_options.products
def command(lake: Lake, *, recheck: bool, exchange: str | None, products: tuple[str, ...]) -> None:
    """List holes in the exchange's own history, and what is known of them."""
    lake.run(lambda hub, _: hub.gaps(recheck=recheck, exchange=exchange, products=list(products) or None))
