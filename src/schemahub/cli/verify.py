"""`schemahub verify`: the proof."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, executor_options, lake_options


@click.command(
    "verify",
    epilog=examples(
        ("From names, checkpoints and the table's ids", "schemahub verify --lake ./lake"),
        (
            "Every byte of one product; holes that the exchange has are accepted",
            "schemahub verify --lake ./lake --deep --allow-confirmed --product BTC-USD",
        ),
    ),
)
@lake_options
@executor_options
@click.option("--deep", is_flag=True, help="Read every byte of raw, and make the table's rows anew from it.")
@click.option("--allow-confirmed", is_flag=True, help="Accept holes that the exchange is known to have.")
@_options.one_exchange
@_options.products
def command(
    lake: Lake, *, deep: bool, allow_confirmed: bool, exchange: str | None, products: tuple[str, ...]
) -> None:
    """Prove completeness and uniqueness of what is stored; exit 1 if a proof fails."""
    lake.run(
        lambda hub, _: hub.verify(
            deep=deep, allow_confirmed=allow_confirmed, exchange=exchange, products=list(products) or None
        )
    )
