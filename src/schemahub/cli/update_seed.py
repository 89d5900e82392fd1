"""`schemahub update-seed`: the product list of an exchange."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options


@click.command(
    "update-seed",
    epilog=examples(
        ("All products of the exchange", "schemahub update-seed --lake ./lake"),
        (
            "Just two of Kraken's",
            "schemahub update-seed --lake ./lake --exchange kraken --product XBT/USD --product ETH/USD",
        ),
    ),
)
@lake_options
@_options.exchanges
@_options.products
def command(lake: Lake, *, exchanges: tuple[str, ...], products: tuple[str, ...]) -> None:
    """Write an exchange's product list into the lake's seed file.

    `ingest` works on the products in it. Products that the exchange no longer lists stay, as inactive.
    """
    lake.run(lambda hub, _: hub.update_seed(list(exchanges) or None, list(products) or None))
