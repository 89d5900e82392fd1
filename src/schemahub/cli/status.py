"""`schemahub status`: what there is, how whole each day is, and what looks unusual."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._lake import Lake, lake_options


@click.command("status")
@lake_options
@click.option("--by-day", is_flag=True, help="Say of each day whether it is proved complete.")
@click.option("--quality", is_flag=True, help="Judge lateness, volumes, prices and drift.")
@click.option("--days", type=click.IntRange(1), help="With --quality: days judged [default: quality.days].")
@click.option("--strict", is_flag=True, help="With --quality: exit 1 on warnings too.")
@_options.one_exchange
@_options.products
def command(  # noqa: PLR0913 - each is an option
    lake: Lake,
    *,
    by_day: bool,
    quality: bool,
    days: int | None,
    strict: bool,
    exchange: str | None,
    products: tuple[str, ...],
) -> None:
    """Show each product's watermark, lag, rows, files and gaps.

    With --by-day, exit 1 if a day is holed; with --quality, if a product is late or its data is wrong.
    """
    if by_day and quality:
        msg = "--by-day and --quality exclude each other."
        raise click.UsageError(msg)
    if not quality and (days is not None or strict):
        msg = "--days and --strict go with --quality."
        raise click.UsageError(msg)
    wanted = list(products) or None
    if quality:
        lake.run(lambda hub, _: hub.quality(exchange=exchange, products=wanted, days=days, strict=strict))
    else:
        lake.run(lambda hub, _: hub.status(by_day=by_day, exchange=exchange, products=wanted))
