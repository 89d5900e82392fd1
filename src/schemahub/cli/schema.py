"""`schemahub schema COMMAND`: what a program may rely on."""

from __future__ import annotations

import json

import click

from schemahub.cli import _completing
from schemahub.cli._help import examples


@click.command(
    "schema",
    epilog=examples(
        ("What `verify --json` prints", "schemahub schema verify"),
        ("Keep it, to check documents by", "schemahub schema status > status.schema.json"),
    ),
)
@click.argument("name", metavar="COMMAND", shell_complete=_completing.commands)
def command(name: str) -> None:
    """Print the JSON Schema (2020-12) of what COMMAND prints with --json, success or failure.

    Keys may be added in a minor release, and none is taken away or given another meaning.
    """
    from schemahub.cli._schemas import RESULTS, schema_of

    if name not in RESULTS:
        msg = f"{name!r} prints no document; one of {', '.join(RESULTS)}"
        raise click.BadParameter(msg, param_hint="COMMAND")
    click.echo(json.dumps(schema_of(name), indent=2))
