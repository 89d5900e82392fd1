"""`schemahub version`: what a bug report should name."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import click

from schemahub import __version__
from schemahub._plugins import installed
from schemahub.cli._help import examples
from schemahub.cli._output import finish
from schemahub.results import Grid, Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Result):
    """Versions of schemahub, Python and the distributions that bring plugins."""

    schemahub: str
    python: str
    system: str
    plugins: dict[str, str]

    @property
    def complete(self) -> bool:
        """Nothing can be missing."""
        return True

    def headline(self) -> str:
        """Return the versions that matter most."""
        return f"schemahub {self.schemahub}, Python {self.python}, {self.system}"

    def grids(self) -> tuple[Grid, ...]:
        """Return one line a distribution."""
        rows = tuple(sorted(self.plugins.items()))
        return (Grid(title="", columns=("distribution", "version"), rows=rows),)


@click.command(
    "version",
    epilog=examples(
        ("For a bug report", "schemahub version"),
        ("For a script", "schemahub version --json"),
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, as_json: bool) -> None:
    """Show the versions of schemahub, Python and the distributions that bring plugins."""
    versions = Versions(
        schemahub=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        plugins={info.distribution: info.version for info in installed()},
    )
    finish(versions, as_json=as_json)
