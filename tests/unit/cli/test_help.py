"""`--help` teaches by example, and each example is one that the command understands."""

from __future__ import annotations

import importlib
import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from schemahub.cli._commands import COMMANDS, SECTIONS
from schemahub.cli._group import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result as Outcome

ELSEWHERE = re.compile(r"^(\||<|>>?|&&)$")


def command_of(name: str) -> click.Command:
    made = importlib.import_module(COMMANDS[name][0]).command
    assert isinstance(made, click.Command)
    return made


def lines_of(command: click.Command) -> list[str]:
    return re.findall(r"^  (schemahub .*)$", command.epilog or "", re.MULTILINE)


def examples() -> Iterator[tuple[str, str]]:
    for name in COMMANDS:
        command = command_of(name)
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        for each in (command, *inner):
            for line in lines_of(each):
                yield name, line


def understood(line: str) -> click.Context:
    """Parse a line as the command line does, up to where the shell goes on; raise what it would refuse."""
    words = shlex.split(line)
    end = next((at for at, word in enumerate(words) if ELSEWHERE.match(word)), len(words))
    command: click.Command = cli
    context, rest = click.Context(cli, info_name="schemahub"), words[1:end]
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None, line
        command = found
        context = command.make_context(name, list(rest), parent=context)
    return context


@pytest.mark.parametrize(("name", "line"), list(examples()))
def test_an_example_is_understood_by_its_command(name: str, line: str) -> None:
    context = understood(line)
    assert f"{context.command_path} ".startswith(f"schemahub {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_in_its_help(run: Callable[..., Outcome], name: str) -> None:
    shown = run(name, "--help").stdout
    lines = lines_of(command_of(name))
    assert len(lines) >= 2
    for line in lines:
        # As it is typed: no line is broken where the terminal ends.
        assert f"  {line}\n" in shown


def test_what_no_command_understands_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        understood("schemahub ingest --lake ./lake --sinec 6h")


def test_every_command_stands_in_one_section_of_the_help(run: Callable[..., Outcome]) -> None:
    placed = [name for names in SECTIONS.values() for name in names]
    assert sorted(placed) == sorted(COMMANDS)
    shown = run("--help").stdout
    for title in SECTIONS:
        assert f"\n{title}:\n" in shown
