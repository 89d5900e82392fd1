"""`schemahub status`: what there is."""

from __future__ import annotations

import click

from schemahub.cli._lake import Lake, lake_options


@click.command("status")
@lake_options
def command(lake: Lake) -> None:
    """Show each product's watermark, lag, rows, files and gaps."""
    lake.run(lambda hub, _: hub.status())
