"""Options that several commands share."""

from __future__ import annotations

import click

from schemahub.cli import _completing

exchanges = click.option(
    "--exchange",
    "exchanges",
    multiple=True,
    metavar="NAME",
    shell_complete=_completing.names_of("connectors"),
    help="Exchange; repeatable: several at once [default: the settings `exchanges`, else `exchange`].",
)
one_exchange = click.option(
    "--exchange",
    metavar="NAME",
    shell_complete=_completing.names_of("connectors"),
    help="Only this exchange.",
)
products = click.option(
    "--product",
    "products",
    multiple=True,
    metavar="ID",
    shell_complete=_completing.products,
    help="Only this product, as BTC-USD; repeatable.",
)
workers = click.option("--workers", type=click.IntRange(1, 200), help="Products worked on at the same time.")
chunk_concurrency = click.option(
    "--chunk-concurrency", type=click.IntRange(1, 200), help="Pages of one product read at the same time."
)
max_minutes = click.option(
    "--max-minutes", type=click.FloatRange(min=0, min_open=True), help="Stop cleanly after this time."
)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")
