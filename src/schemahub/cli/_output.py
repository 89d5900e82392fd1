"""Print results: one JSON document, tables on a terminal, plain text in a pipe."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

import click

from schemahub.cli._failures import DONE, INCOMPLETE

if TYPE_CHECKING:
    from schemahub.results import Grid, Result


def finish(result: Result, *, as_json: bool) -> NoReturn:
    """Print a result and exit: 0 if it is complete, 1 if not."""
    show(result, as_json=as_json)
    leave(result)


def leave(result: Result) -> NoReturn:
    """Exit as a result says that was already printed."""
    click.get_current_context().exit(DONE if result.complete else INCOMPLETE)


def leave_to_next_run(reason: str) -> NoReturn:
    """Say on stderr that what is not done is left, and exit 0."""
    click.echo(f"{reason}: what is saved stays, the next run goes on from there", err=True)
    click.get_current_context().exit(DONE)


def show(result: Result, *, as_json: bool) -> None:
    """Print a result."""
    if as_json:
        click.echo(json.dumps(result.document(), indent=2, ensure_ascii=False))
    elif sys.stdout.isatty() and find_spec("rich"):
        _show_rich(result)
    else:
        click.echo(str(result))


def _show_rich(result: Result) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    mark = Text("✔ ", "green") if result.complete else Text("✘ ", "red")
    console.print(mark.append(result.headline(), "bold"))
    for grid in result.grids():
        if grid.rows:
            console.print(_rich_table(grid))


def _rich_table(grid: Grid) -> object:
    from rich.table import Table
    from rich.text import Text

    from schemahub.results import cell_text

    table = Table(title=grid.title or None, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for index, column in enumerate(grid.columns):
        numeric = all(isinstance(row[index], (int, float, type(None))) for row in grid.rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in grid.rows:
        # Text, not str: an error's [brackets] are no markup. Too wide a table folds; nothing is cut off.
        table.add_row(*(Text(cell_text(cell)) for cell in row))
    return table
