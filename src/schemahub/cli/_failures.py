"""How a failed command ends: one clear line, never a traceback for a user's mistake."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

import click

from schemahub.errors import ConfigError, SchemahubError

if TYPE_CHECKING:
    from types import TracebackType

DONE = 0
INCOMPLETE = 1
WRONG_USE = 2


def fail(ctx: click.Context, error: SchemahubError) -> NoReturn:
    """Print an error of ours and exit: 2 where the user must change something, else 1."""
    if _debugging():
        traceback.print_exception(error)
    click.echo(f"error: {error}", err=True)
    ctx.exit(WRONG_USE if isinstance(error, ConfigError) else INCOMPLETE)


def report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what nobody foresaw as one line (`sys.excepthook`; Python then exits with 1)."""
    if _debugging():
        sys.__excepthook__(kind, error, trace)
        return
    text = " ".join(str(error).split())
    click.echo(f"unexpected error: {kind.__name__}: {text}", err=True)
    click.echo("This is a mistake in schemahub. SCHEMAHUB_DEBUG=1 shows the traceback.", err=True)


def _debugging() -> bool:
    return os.environ.get("SCHEMAHUB_DEBUG", "") not in {"", "0"}
