"""`schemahub backfill`: a range of the past."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, executor_options, lake_options


@click.command(
    "backfill",
    epilog=examples(
        (
            "A day of one product",
            "schemahub backfill --lake ./lake --product BTC-USD --start 2026-01-01 --end 2026-01-02",
        ),
        (
            "How much a year is; nothing is fetched",
            "schemahub backfill --lake ./lake --product BTC-USD --start 2025-01-01 --dry-run",
        ),
        ("What is missing between stored batches", "schemahub backfill --lake ./lake --fill-gaps"),
    ),
)
@lake_options
@executor_options
@_options.exchanges
@_options.products
@click.option("--start", metavar="TIME", help="From here on: 2026-01-01 or 2026-01-01T12:00:00Z.")
@click.option("--end", metavar="TIME", help="Up to, but without, this time [default: now].")
@click.option("--fill-gaps", is_flag=True, help="Fetch what is missing between stored batches.")
@_options.workers
@_options.chunk_concurrency
@_options.max_minutes
@_options.dry_run
def command(  # noqa: PLR0913 - one argument an option
    lake: Lake,
    *,
    exchanges: tuple[str, ...],
    products: tuple[str, ...],
    start: str | None,
    end: str | None,
    fill_gaps: bool,
    workers: int | None,
    chunk_concurrency: int | None,
    max_minutes: float | None,
    dry_run: bool,
) -> None:
    """Fetch a range of the past.

    Resumable: what is stored is not fetched again. It never moves the watermark of `ingest`.
    """
    if start is None and not fill_gaps:
        msg = "Say what to fetch: --start TIME, or --fill-gaps."
        raise click.UsageError(msg)
    lake.resume(
        lambda hub, _: hub.backfill(
            exchange=list(exchanges) or None,
            products=list(products) or None,
            start=start,
            end=end,
            fill_gaps=fill_gaps,
            workers=workers,
            chunk_concurrency=chunk_concurrency,
            max_minutes=max_minutes,
            dry_run=dry_run,
        )
    )
