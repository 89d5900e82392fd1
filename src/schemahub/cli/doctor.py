"""`schemahub doctor`: what would keep a run from working."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from schemahub._clock import SystemClock
from schemahub.checkup import problem, warning, well
from schemahub.cli._help import examples
from schemahub.cli._lake import Lake, lake_options
from schemahub.cli._terminal import forced_colours, has_colours
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._config import Settings
    from schemahub.checkup import Finding


@click.command(
    "doctor",
    epilog=examples(
        ("Before the first run, and when something does not work", "schemahub doctor --lake ./lake"),
        ("Without a network", "schemahub doctor --lake ./lake --offline"),
        ("For a script: exit code 1 if there is a problem", "schemahub doctor --json"),
    ),
)
@lake_options
@click.option("--offline", is_flag=True, help="Send nothing: no exchange, no lake but a folder.")
def command(lake: Lake, *, offline: bool) -> None:
    """Look for what would keep a run from working, and say what to do; exit 1 if there is a problem.

    Looks at Python and what is installed, plugins, settings, credentials, the lake, the exchanges of the
    settings, the clock and the terminal. Nothing is changed, and no secret is shown.
    """
    from schemahub._doctor.run import examine

    settings, refused = _settings(lake)
    more = (*refused, *look_at_terminal())
    lake.show(examine(settings, SystemClock(), offline=offline, more=more))


def _settings(lake: Lake) -> tuple[Settings, tuple[Finding, ...]]:
    """Return the settings; where they are wrong, the defaults, and what is wrong with them."""
    from schemahub._config import Settings

    try:
        return lake.settings(), ()
    except ConfigError as error:
        return Settings(), (problem("configuration", "settings", str(error), error.hint),)


def look_at_terminal() -> Iterator[Finding]:
    """Tell what the terminal and the shell can do."""
    kind = "a terminal" if sys.stdout.isatty() else "a pipe or a file"
    colours = "colours" if has_colours(sys.stdout) else "no colours"
    forced = " (by NO_COLOR, FORCE_COLOR or TERM)" if forced_colours() is not None else ""
    yield well(
        "terminal", "output", f"{kind}, {shutil.get_terminal_size().columns} columns, {colours}{forced}"
    )
    encoding = sys.stdout.encoding or "unknown"
    if encoding.lower().replace("-", "") != "utf8":
        hint = "Set PYTHONUTF8=1, or a UTF-8 locale such as LANG=C.UTF-8."
        yield warning("terminal", "encoding", encoding, hint)
    shell = os.path.basename(os.environ.get("SHELL", ""))  # noqa: PTH119 - a name, no file is touched
    if shell in {"bash", "zsh", "fish"}:
        yield well("terminal", "shell", f"{shell}; completion: schemahub completion {shell}")
