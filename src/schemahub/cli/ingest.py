"""`schemahub ingest`: new trades."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options


@click.command(
    "ingest",
    epilog=examples(
        ("New trades of all products of the seed", "schemahub ingest --lake ./lake"),
        (
            "One product, the first time from a day ago",
            "schemahub ingest --lake ./lake --product BTC-USD --since 1d",
        ),
        (
            "Two exchanges at once, for ten minutes at most",
            "schemahub ingest --lake ./lake --exchange coinbase --exchange kraken --max-minutes 10",
        ),
    ),
)
@lake_options
@_options.exchanges
@_options.products
@click.option("--since", metavar="6h", help="How far back a product's first run begins.")
@_options.workers
@_options.chunk_concurrency
@_options.max_minutes
@_options.dry_run
def command(  # noqa: PLR0913 - one argument an option
    lake: Lake,
    *,
    exchanges: tuple[str, ...],
    products: tuple[str, ...],
    since: str | None,
    workers: int | None,
    chunk_concurrency: int | None,
    max_minutes: float | None,
    dry_run: bool,
) -> None:
    """Fetch new trades, from the watermark to the head.

    Works on the products in the seed file, or on those given. Stopping it at any time loses nothing: the
    next run goes on from there.
    """
    lake.resume(
        lambda hub, _: hub.ingest(
            exchange=list(exchanges) or None,
            products=list(products) or None,
            since=since,
            workers=workers,
            chunk_concurrency=chunk_concurrency,
            max_minutes=max_minutes,
            dry_run=dry_run,
        )
    )
