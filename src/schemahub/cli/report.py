"""`schemahub report`: one page that shows how the lake is."""

from __future__ import annotations

from pathlib import Path

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options


@click.command(
    "report",
    epilog=examples(
        ("The last ninety days of all products, as report.html", "schemahub report --lake ./lake"),
        (
            "A year of one product",
            "schemahub report --lake ./lake --output year.html --days 365 --product BTC-USD",
        ),
    ),
)
@lake_options
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="report.html",
    show_default=True,
    metavar="FILE",
    help="Where the page is written.",
)
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="Days shown.")
@click.option("--allow-confirmed", is_flag=True, help="Accept holes that the exchange is known to have.")
@_options.one_exchange
@_options.products
def command(  # noqa: PLR0913 - each is an option
    lake: Lake,
    *,
    output: Path,
    days: int,
    allow_confirmed: bool,
    exchange: str | None,
    products: tuple[str, ...],
) -> None:
    """Write one HTML page: health, completeness, volumes, prices, runs, storage, checks.

    It needs no network and no other file. Exit 1 if something is wrong; the page is written all the same.
    """
    wanted = list(products) or None
    lake.run(
        lambda hub, _: hub.report(
            output, exchange=exchange, products=wanted, days=days, allow_confirmed=allow_confirmed
        )
    )
