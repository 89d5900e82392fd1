"""Print results: one JSON document, tables on a terminal, plain text in a pipe."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

import click

from schemahub.cli._failures import DONE, INCOMPLETE
from schemahub.cli._terminal import forced_colours, has_colours
from schemahub.results import envelope

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

    from schemahub.results import Grid, Result


def finish(result: Result, *, as_json: bool) -> NoReturn:
    """Print a result and exit: 0 if it is complete, 1 if not."""
    show(result, as_json=as_json)
    if not as_json:
        advise(result)
    leave(result)


def advise(result: Result) -> None:
    """Say on stderr what to do next; a script whose run is well is told nothing."""
    if not result.complete or sys.stderr.isatty():
        for step in result.next_steps():
            click.echo(f"next: {step}", err=True)


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
        click.echo(json.dumps(envelope(result, _command()), indent=2, ensure_ascii=False))
        return
    if (sys.stdout.isatty() or forced_colours()) and find_spec("rich"):
        console().print(drawn(result))
    else:
        click.echo(str(result))


def console() -> Console:
    """Return what draws on stdout; without colours it writes no escape sequence at all."""
    from rich.console import Console

    if not has_colours(sys.stdout):
        return Console(color_system=None)
    return Console(color_system="auto" if sys.stdout.isatty() else "standard", force_terminal=True)


def drawn(result: Result) -> Group:
    """Return a result as rich draws it: the headline, then the tables that have rows."""
    from rich.console import Group
    from rich.text import Text

    mark = Text("✔ ", "green") if result.complete else Text("✘ ", "red")
    tables = (_rich_table(grid) for grid in result.grids() if grid.rows)
    return Group(mark.append(result.headline(), "bold"), *tables)


def _command() -> str | None:
    ctx = click.get_current_context(silent=True)
    return ctx.command_path.partition(" ")[2] if ctx else None


def _rich_table(grid: Grid) -> Table:
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
