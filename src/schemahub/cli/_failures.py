"""How a failed command ends: one clear line, never a traceback for a user's mistake.

With `--json` there is a document on stdout as well: who reads results by program reads failures so, too.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

import click

from schemahub.cli._terminal import has_colours
from schemahub.errors import ConfigError, SchemahubError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_PARTS = ("message", "where", "expected", "found", "hint")
DONE = 0
INCOMPLETE = 1
WRONG_USE = 2
AS_JSON = "schemahub.as_json"
"""Where the root context keeps whether one JSON document is to be printed."""


def fail(ctx: click.Context, error: SchemahubError) -> NoReturn:
    """Print an error of ours and exit: 2 where the user must change something, else 1."""
    if _debugging():
        traceback.print_exception(error)
    if ctx.meta.get(AS_JSON):
        parts = {name: getattr(error, name) for name in _PARTS}
        click.echo(_document(ctx.invoked_subcommand, type(error).__name__, str(error), parts))
    click.echo(f"{_label('error:')} {error}", err=True)
    ctx.exit(WRONG_USE if isinstance(error, ConfigError) else INCOMPLETE)


def refuse(ctx: click.Context, error: click.UsageError) -> None:
    """Print the document of wrong use, if one is wanted; click itself prints the line and exits with 2."""
    if ctx.meta.get(AS_JSON):
        text = error.format_message()
        click.echo(_document(ctx.invoked_subcommand, type(error).__name__, text, {"message": text}))


def report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what nobody foresaw as one line (`sys.excepthook`; Python then exits with 1)."""
    if _debugging():
        sys.__excepthook__(kind, error, trace)
        return
    text = " ".join(str(error).split())
    if "--json" in sys.argv:
        click.echo(_document(None, kind.__name__, text, {"message": text}))
    click.echo(f"{_label('unexpected error:')} {kind.__name__}: {text}", err=True)
    click.echo("This is a mistake in schemahub. SCHEMAHUB_DEBUG=1 shows the traceback.", err=True)


def _document(command: str | None, kind: str, text: str, parts: Mapping[str, str | None]) -> str:
    import json

    told = {name: parts.get(name) for name in _PARTS}
    hint = told["hint"]
    body = {
        "command": command,
        "complete": False,
        "headline": text,
        "next": [hint] if hint else [],
        "error": {"kind": kind, **told},
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _label(text: str) -> str:
    return click.style(text, fg="red", bold=True) if has_colours(sys.stderr) else text


def _debugging() -> bool:
    return os.environ.get("SCHEMAHUB_DEBUG", "") not in {"", "0"}
