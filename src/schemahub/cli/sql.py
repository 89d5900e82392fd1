"""`schemahub sql`: DuckDB over the lake."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

import click

from schemahub.cli._lake import Lake, lake_options
from schemahub.cli._output import leave

if TYPE_CHECKING:
    from schemahub.results import Grid


@click.command("sql")
@lake_options
@click.argument("query", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print the rows.",
)
def command(lake: Lake, query: str | None, form: str) -> None:
    r"""Query the table, as the view `trades`; QUERY is read from stdin if it is not given.

    schemahub sql --lake ./lake "SELECT symbol, count(*) FROM trades GROUP BY symbol"
    """
    text = query or _from_stdin()
    result = lake.result(lambda hub, _: hub.sql(text))
    if form == "table" or lake.as_json:
        lake.show(result)
    write = csv_of if form == "csv" else json_of
    for grid in result.grids()[:1]:
        click.echo(write(grid), nl=False)
    leave(result)


def csv_of(grid: Grid) -> str:
    """Return a grid as CSV with a header line; a null is an empty field."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(grid.columns)
    writer.writerows(grid.rows)
    return text.getvalue()


def json_of(grid: Grid) -> str:
    """Return a grid as a JSON array of objects; what JSON has no type for becomes text."""
    rows = [dict(zip(grid.columns, row, strict=True)) for row in grid.rows]
    return json.dumps(rows, indent=2, ensure_ascii=False, default=str) + "\n"


def _from_stdin() -> str:
    text = "" if sys.stdin.isatty() else sys.stdin.read()
    if not text.strip():
        msg = "Give a query, as an argument or on stdin."
        raise click.UsageError(msg)
    return text
