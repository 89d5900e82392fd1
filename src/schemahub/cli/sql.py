"""`schemahub sql`: DuckDB, or another engine, over the lake."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, cast

import click

from schemahub.cli._completing import names_of
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options
from schemahub.cli._output import leave

if TYPE_CHECKING:
    from schemahub._query.answer import SqlResult


@click.command(
    "sql",
    epilog=examples(
        (
            "Trades of each symbol",
            'schemahub sql --lake ./lake "SELECT symbol, count(*) FROM trades GROUP BY symbol"',
        ),
        (
            "Hourly bars as CSV",
            "schemahub sql --lake ./lake --format csv \"FROM ohlcv('BTC-USD', '1h', '2026-01-01', now())\"",
        ),
        (
            "A query from a file, over the lake in SCHEMAHUB_LAKE, by Athena",
            "schemahub sql --engine athena < query.sql",
        ),
    ),
)
@lake_options
@click.argument("query", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print the rows; a table shows the first thousand.",
)
@click.option(
    "--engine",
    metavar="NAME",
    shell_complete=names_of("query_engines"),
    help="Where the query runs [default: the setting `query_engine`].",
)
def command(lake: Lake, query: str | None, form: str, engine: str | None) -> None:
    """Query the table, as `trades`; QUERY is read from stdin if it is not given."""
    text = query or _from_stdin()
    result = cast("SqlResult", lake.result(lambda hub, _: hub.sql(text, engine=engine)))
    if form == "table" or lake.as_json:
        lake.show(result)
    if result.figures:
        click.echo(result.headline(), err=True)
    if form == "csv":
        write_csv(result)
    else:
        write_json(result)
    leave(result)


def write_csv(result: SqlResult) -> None:
    """Print CSV with a header line; a null is an empty field."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.each_row())


def write_json(result: SqlResult) -> None:
    """Print a JSON array of objects, one a line; what JSON has no type for becomes text."""
    before = "["
    for row in result.each_row():
        line = json.dumps(dict(zip(result.columns, row, strict=True)), ensure_ascii=False, default=str)
        click.echo(f"{before}\n  {line}", nl=False)
        before = ","
    click.echo("\n]" if before == "," else "[]")


def _from_stdin() -> str:
    text = "" if sys.stdin.isatty() else sys.stdin.read()
    if not text.strip():
        msg = "Give a query, as an argument or on stdin."
        raise click.UsageError(msg)
    return text
