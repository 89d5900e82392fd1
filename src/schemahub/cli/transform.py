"""`schemahub transform`: raw trades to the unified table."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, executor_options, lake_options


@click.command(
    "transform",
    epilog=examples(
        ("New raw trades into the table", "schemahub transform --lake ./lake"),
        (
            "The whole table anew, such as after a mapping was changed",
            "schemahub transform --lake ./lake --full",
        ),
    ),
)
@lake_options
@executor_options
@click.option("--full", is_flag=True, help="Read all raw again, into a new version of the table.")
@_options.dry_run
def command(lake: Lake, *, full: bool, dry_run: bool) -> None:
    """Turn new raw trades into rows of the unified table.

    Rows that no mapping fits go to the quarantine, with the rule they broke; nothing is dropped.
    """
    lake.resume(lambda hub, _: hub.transform(full=full, dry_run=dry_run))
