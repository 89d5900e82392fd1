"""`schemahub completion SHELL`: what makes the tab key know commands, options, exchanges and products."""

from __future__ import annotations

import click

from schemahub.cli._help import examples

_PROGRAM = "schemahub"
_VARIABLE = "_SCHEMAHUB_COMPLETE"


@click.command(
    "completion",
    epilog=examples(
        ("For every bash from now on", "schemahub completion bash >> ~/.bashrc"),
        ("For zsh", "schemahub completion zsh >> ~/.zshrc"),
        ("For fish", "schemahub completion fish > ~/.config/fish/completions/schemahub.fish"),
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script by which SHELL completes commands, options, exchanges and products.

    Products are those of the lake, where it is a folder of this machine. No plugin is imported.
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:  # pragma: no cover - click knows all three
        msg = f"no completion for {shell}"
        raise click.UsageError(msg)
    script = made(click.get_current_context().find_root().command, {}, _PROGRAM, _VARIABLE)
    # Not source(): it starts a bash to look at its version, and this script may be for another machine.
    click.echo(script.source_template % script.source_vars())
