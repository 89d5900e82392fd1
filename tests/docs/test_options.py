"""Every `schemahub` command in a page exists, with the options that it is given."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click
import pytest
from page_blocks import Block, blocks, commands
from tests.contract.tree import files

from schemahub.cli._group import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

SHELL_BLOCKS = [block for page in files(".md") for block in blocks(page, "bash", "console")]
BREAKS = set("();<>|&")


def said(block: Block) -> Iterator[list[str]]:
    """Yield the arguments of each `schemahub` that a block's commands call."""
    for line in commands(block).replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = ["schemahub" if word.endswith("/schemahub") else word for word in lexer]
        joined = "\0".join(words).replace("python3\0-m\0schemahub.cli", "schemahub").split("\0")
        yield from (simple[1:] for simple in split(joined) if simple[:1] == ["schemahub"] and simple[1:])


def split(words: list[str]) -> Iterator[list[str]]:
    """Yield the simple commands between `|`, `&&`, `>` and the like, without the variables before them."""
    simple: list[str] = []
    for word in [*words, ";"]:
        if word and set(word) <= BREAKS:
            yield simple
            simple = []
        elif simple or "=" not in word:
            simple.append(word)


def refused(arguments: list[str]) -> str:
    """Return why a command line would be wrong use, or nothing."""
    command: click.Command = cli
    context = click.Context(cli, info_name="schemahub")
    try:
        while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
            _, found, arguments = command.resolve_command(context, arguments)
            assert found is not None
            command, context = found, click.Context(found, parent=context, info_name=found.name)
        command.make_parser(context).parse_args(list(arguments))
    except click.UsageError as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("block", SHELL_BLOCKS, ids=str)
def test_commands_and_options_exist(block: Block) -> None:
    for arguments in said(block):
        assert refused(arguments) == "", f"{block}: schemahub {shlex.join(arguments)}"


def test_what_does_not_exist_is_seen() -> None:
    assert "wrokers" in refused(["ingest", "--wrokers", "3"])
    assert "No such command" in refused(["ingset"])
    assert refused(["ingest", "--workers", "3"]) == ""
    assert len([1 for block in SHELL_BLOCKS for _ in said(block)]) > 50
