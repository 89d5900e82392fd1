"""`schemahub ddl`: statements for other engines."""

from __future__ import annotations

import click

from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options
from schemahub.cli._output import leave


@click.command(
    "ddl",
    epilog=examples(
        ("A view in a DuckDB file", "schemahub ddl duckdb --lake ./lake | duckdb trades.db"),
        ("An external table of the lake in SCHEMAHUB_LAKE, for Athena", "schemahub ddl athena"),
    ),
)
@lake_options
@click.argument("dialect", type=click.Choice(["athena", "snowflake", "duckdb"]))
@click.option("--location", metavar="URL", help="Where the engine finds the lake [default: the lake's URL].")
def command(lake: Lake, dialect: str, location: str | None) -> None:
    """Print the statements by which another engine reads the table as it is now."""
    result = lake.result(lambda hub, _: hub.ddl(dialect, location=location))
    if lake.as_json:
        lake.show(result)
    # A script, on a terminal as in a pipe.
    click.echo(str(result))
    leave(result)
