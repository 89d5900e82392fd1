"""The lazy group of commands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import difflib
import gc
import importlib
import sys
from typing import TYPE_CHECKING, Any, cast

import click

from schemahub import __version__
from schemahub.cli._commands import COMMANDS, SECTIONS
from schemahub.cli._failures import AS_JSON, fail, refuse, report_unexpected
from schemahub.cli._terminal import forced_colours
from schemahub.errors import SchemahubError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from schemahub._plugins import PluginInfo

_OBJECTS = 100_000
"""How many more there have to be before garbage is looked for."""


class Commands(click.Group):
    """Knows commands by name; imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, those of plugins last."""
        del ctx
        return [*COMMANDS, *_of_plugins()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is none of this name."""
        del ctx
        if cmd_name in COMMANDS:
            module = importlib.import_module(COMMANDS[cmd_name][0])
            return cast("click.Command", module.command)
        if cmd_name not in _of_plugins():
            return None
        from schemahub._plugins import load

        return load("commands", cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the name that was meant."""
        known = self.list_commands(ctx)
        close = difflib.get_close_matches(args[0], known, n=1)
        if args[0] not in known and close:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {close[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of `--help` from names alone."""
        del ctx
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])
        extra = [(name, f"From {info.distribution}.") for name, info in _of_plugins().items()]
        if extra:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(extra)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands with their help lines, importing none of them."""
        from click.shell_completion import CompletionItem

        lines = {name: line for name, (_, line) in COMMANDS.items()}
        lines |= {name: f"From {info.distribution}." for name, info in _of_plugins().items()}
        found = [
            CompletionItem(name, help=line) for name, line in lines.items() if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take note of `--json` before anything is refused: the refusal is a document then, too."""
        ctx.meta[AS_JSON] = "--json" in args
        ctx.color = forced_colours()
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command; an error of ours is one line on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except SchemahubError as error:
            fail(ctx, error)
        except click.UsageError as error:
            refuse(ctx, error)
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="schemahub", message="schemahub %(version)s")
def cli() -> None:
    """Complete, provable market-data history.

    `schemahub COMMAND --help` shows examples. To begin: schemahub demo.

    Exit codes: 0 done, 1 incomplete or a check failed, 2 wrong use.
    """


def main() -> None:
    """Run the command line."""
    # To import makes many objects and no garbage: looked through each time, they are a tenth of a start.
    gc.set_threshold(_OBJECTS)
    sys.excepthook = report_unexpected
    try:
        cli(prog_name="schemahub")
    finally:
        # Python looks through all of them once more as it ends, and the system takes their memory anyway.
        gc.freeze()


def _of_plugins() -> dict[str, PluginInfo]:
    from schemahub._plugins import installed

    return {info.name: info for info in installed("commands") if info.name not in COMMANDS}
