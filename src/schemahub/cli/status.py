"""`schemahub status`: what there is, how whole each day is, and what looks unusual."""

from __future__ import annotations

import sys

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options


@click.command(
    "status",
    epilog=examples(
        ("How far each product has come", "schemahub status --lake ./lake"),
        ("The same, every ten seconds, beside a run", "schemahub status --lake ./lake --watch 10"),
        ("Which days are proved complete", "schemahub status --lake ./lake --by-day --product BTC-USD"),
        ("What is late or unusual in the last week", "schemahub status --lake ./lake --quality --days 7"),
    ),
)
@lake_options
@click.option("--by-day", is_flag=True, help="Say of each day whether it is proved complete.")
@click.option("--quality", is_flag=True, help="Judge lateness, volumes, prices and drift.")
@click.option("--days", type=click.IntRange(1), help="With --quality: days judged [default: quality.days].")
@click.option("--strict", is_flag=True, help="With --quality: exit 1 on warnings too.")
@click.option(
    "--watch",
    type=click.FloatRange(min=0.5),
    is_flag=False,
    flag_value=5.0,
    metavar="SECONDS",
    help="On a terminal: look again every so often, 5 seconds if not said, until Ctrl-C.",
)
@_options.one_exchange
@_options.products
def command(  # noqa: PLR0913 - each is an option
    lake: Lake,
    *,
    by_day: bool,
    quality: bool,
    days: int | None,
    strict: bool,
    watch: float | None,
    exchange: str | None,
    products: tuple[str, ...],
) -> None:
    """Show each product's watermark, lag, rows, files and gaps.

    With --watch, it is a table that lives, and says who is at work on a product.

    With --by-day, exit 1 if a day is holed; with --quality, if a product is late or its data is wrong.
    """
    if by_day and quality:
        msg = "--by-day and --quality exclude each other."
        raise click.UsageError(msg)
    if not quality and (days is not None or strict):
        msg = "--days and --strict go with --quality."
        raise click.UsageError(msg)
    wanted = list(products) or None
    if watch is not None:
        _refuse_unwatchable(lake, judged=by_day or quality)
        lake.watch(lambda hub: hub.status(exchange=exchange, products=wanted, leases=True), watch)
    elif quality:
        lake.run(lambda hub, _: hub.quality(exchange=exchange, products=wanted, days=days, strict=strict))
    else:
        lake.run(lambda hub, _: hub.status(by_day=by_day, exchange=exchange, products=wanted))


def _refuse_unwatchable(lake: Lake, *, judged: bool) -> None:
    if judged or lake.as_json:
        msg = "--watch goes with none of --by-day, --quality and --json."
        raise click.UsageError(msg)
    if not sys.stdout.isatty():
        msg = "--watch needs a terminal; in a pipe, call status as often as you need it."
        raise click.UsageError(msg)
    from schemahub._lake.extras import require

    require("rich", "'schemahub[terminal]'")
