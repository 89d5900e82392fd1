"""Statements by which other engines read the lake."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._query.dialects.athena import athena
from schemahub._query.dialects.duckdb import duckdb
from schemahub._query.dialects.place import Place
from schemahub._query.dialects.snowflake import snowflake
from schemahub.errors import ConfigError
from schemahub.layout import CURRENT_KEY
from schemahub.results import Grid, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._lake.opening import Lake

DIALECTS: dict[str, Callable[[Place], tuple[str, ...]]] = {
    "athena": athena,
    "snowflake": snowflake,
    "duckdb": duckdb,
}
_ON_THIS_MACHINE = {"duckdb"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DdlResult(Result):
    """Statements in the order to run them; it prints as a script."""

    dialect: str
    statements: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Tell that there are statements."""
        return True

    def headline(self) -> str:
        """Return how many statements there are."""
        return f"{len(self.statements)} statements for {self.dialect}"

    def grids(self) -> tuple[Grid, ...]:
        """Return the statements, one a row."""
        rows = tuple((statement,) for statement in self.statements)
        return (Grid(title="", columns=("statement",), rows=rows),)

    def __str__(self) -> str:
        """Print the script."""
        return "\n\n".join(self.statements)

    def _repr_html_(self) -> str:
        """Show the script in a notebook, to be copied."""
        return f"<pre>{html.escape(str(self))}</pre>"


def ddl(dialect: str, lake: Lake, location: str | None = None) -> DdlResult:
    """Write the statements of a dialect over the table's state of this moment.

    `location` is where the engine finds the lake; the lake's own URL if not given. A folder of this machine
    is a `ConfigError` where the engine runs elsewhere.
    """
    if dialect not in DIALECTS:
        msg = "no such dialect"
        raise ConfigError(msg, expected=", ".join(DIALECTS), found=repr(dialect))
    place = Place(location=_location(dialect, lake, location), snapshot=lake.table.snapshot())
    return DdlResult(dialect=dialect, statements=DIALECTS[dialect](place))


def _location(dialect: str, lake: Lake, location: str | None) -> str:
    if location is None:
        folder = lake.store.local_path(CURRENT_KEY)
        if folder is None:
            # What follows a question mark is for the store's plugin.
            return lake.url.partition("?")[0].rstrip("/")
        location = str(folder).removesuffix(f"/{CURRENT_KEY}")
    scheme, found, _ = location.partition("://")
    if dialect not in _ON_THIS_MACHINE and (not found or scheme == "file"):
        msg = f"{dialect} cannot read a folder of this machine"
        raise ConfigError(msg, found=location, hint="Give the URL that the lake is found at: --location URL.")
    return location.rstrip("/")
