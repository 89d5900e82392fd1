"""`schemahub new connector NAME`: a plugin to begin with, whose tests run at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import click

from schemahub._scaffold import PAGINGS, connector_files
from schemahub.cli._help import examples
from schemahub.cli._output import finish
from schemahub.errors import ConfigError
from schemahub.results import Grid, Result

_NAME = re.compile(r"[a-z][a-z0-9]*")
_NEXT = """
Next, in {folder}:
  python3 -m venv .venv && source .venv/bin/activate
  pip install -e '.[dev]'
  pytest -q                 # green: the simulated exchange and the connector speak the same dialect
README.md says how to turn it into your exchange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResult(Result):
    """The files that were written."""

    folder: str
    files: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Tell whether all were written: always, or an error was raised."""
        return True

    def headline(self) -> str:
        """Say where the plugin is."""
        return f"{len(self.files)} files of a new connector in {self.folder}"

    def grids(self) -> tuple[Grid, ...]:
        """Show the files."""
        return (Grid(title="", columns=("file",), rows=tuple((file,) for file in self.files)),)


@click.group(
    "new",
    epilog=examples(
        ("A connector of an exchange that is asked by trade ids", "schemahub new connector acme"),
        (
            "One that pages by tokens, in another folder",
            "schemahub new connector acme --paging token --into ~/src",
        ),
    ),
)
def command() -> None:
    """Begin a plugin of your own."""


@command.command(
    "connector",
    epilog=examples(
        ("An exchange that is asked by windows of time", "schemahub new connector acme --paging window")
    ),
)
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder that schemahub-NAME is made in  [default: here].",
)
@click.option(
    "--paging",
    type=click.Choice(list(PAGINGS)),
    default="position",
    show_default=True,
    help="How pages are asked for: by trade ids, from token to token, or by windows of time.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def connector(*, name: str, into: Path, paging: str, as_json: bool) -> None:
    """Write schemahub-NAME: a connector, a simulated exchange, a mapping, and tests that pass.

    NAME is the exchange's, in lower case. Nothing is overwritten.
    """
    _check_name(name)
    folder = into / f"schemahub-{name}"
    files = connector_files(name, paging)
    _write(folder, files)
    if not as_json:
        click.echo(_NEXT.format(folder=folder).lstrip(), err=True)
    finish(NewResult(folder=str(folder), files=tuple(files)), as_json=as_json)


def _check_name(name: str) -> None:
    from schemahub._plugins import installed

    if _NAME.fullmatch(name) is None:
        msg = "this is no name of a connector"
        expected = "a letter, then letters and digits, all in lower case, as binance"
        raise ConfigError(msg, expected=expected, found=repr(name))
    owners = [info.distribution for info in installed("connectors") if info.name == name]
    if owners:
        msg = f"the connector {name!r} is there already: {owners[0]} brings it"
        raise ConfigError(msg, hint="Uninstall that, or choose another name.")


def _write(folder: Path, files: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True)
        for place, text in files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except FileExistsError as error:
        msg = "the folder exists already, and nothing is overwritten"
        raise ConfigError(msg, where=str(folder), hint="Move it away, or choose another --into.") from error
    except OSError as error:
        msg = "the files cannot be written"
        raise ConfigError(msg, where=str(folder), found=error.strerror) from error
