"""`schemahub compact`: small files to large ones."""

from __future__ import annotations

import click

from schemahub.cli import _options
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, executor_options, lake_options


@click.command(
    "compact",
    epilog=examples(
        ("What there is to pack", "schemahub compact --lake ./lake --dry-run"),
        ("Pack, and keep what is replaced for two hours", "schemahub compact --lake ./lake --grace 2h"),
    ),
)
@lake_options
@executor_options
@click.option("--grace", metavar="TIME", help="How long replaced files stay, as 1h [default: from settings].")
@_options.dry_run
def command(lake: Lake, *, grace: str | None, dry_run: bool) -> None:
    """Pack small files of the table into large ones, and delete those that were replaced long enough ago.

    Each day is switched in one commit; readers see its old files or its new ones. Twice is a no-op.
    """
    lake.resume(lambda hub, _: hub.compact(grace=grace, dry_run=dry_run))
