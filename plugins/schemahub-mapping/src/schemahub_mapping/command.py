"""The command `schemahub mapping`, which this distribution adds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import click

from schemahub.hookspecs import hookimpl
from schemahub.results import envelope
from schemahub_mapping._command.files import read_sample, read_text
from schemahub_mapping._command.trial import tried
from schemahub_mapping._command.writing import suggested

if TYPE_CHECKING:
    from schemahub.results import Result

API_LEVEL = 1

_sample_help = "A raw file: .jsonl, .jsonl.zst or .jsonl.gz."
_product = click.option(
    "--product", metavar="ID", help="Product of the sample [default: the name of the sample's folder]."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@hookimpl
def schemahub_command() -> click.Command:
    """Return the command."""
    return command


@click.group("mapping")
def command() -> None:
    """Check and write mappings, the files that say what raw fields mean."""


@command.command("check")
@click.argument("file")
@click.option("--sample", metavar="RAW", help=_sample_help)
@_product
@_as_json
def check(*, file: str, sample: str | None, product: str | None, as_json: bool) -> None:
    """Validate a mapping; with --sample transform raw lines by it, and exit 1 if any is rejected."""
    given = None if sample is None else read_sample(sample, product)
    result = tried(read_text(file), file, given)
    click.echo(_document(result, "mapping check") if as_json else str(result))
    _leave(result)


@command.command("suggest")
@click.argument("file")
@click.option("--sample", metavar="RAW", required=True, help=_sample_help)
@_product
@_as_json
def suggest(*, file: str, sample: str, product: str | None, as_json: bool) -> None:
    """Print lines to paste for raw fields that a mapping does not name; a whole mapping if FILE has none."""
    result = suggested(read_text(file, missing=""), file, read_sample(sample, product))
    click.echo(result.headline(), err=True)
    click.echo(_document(result, "mapping suggest") if as_json else "\n".join(result.lines))
    _leave(result)


def _document(result: Result, name: str) -> str:
    return json.dumps(envelope(result, name), indent=2, ensure_ascii=False)


def _leave(result: Result) -> NoReturn:
    click.get_current_context().exit(0 if result.complete else 1)
