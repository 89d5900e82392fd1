"""The comparison of what is printed sees what it should, and overlooks what it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from page_blocks import blocks, steps
from page_terminal import terminal
from page_world import bare
from printed import same

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("3 rows at <time>", "3 rows at 2026-01-01T00:00:00.5Z"),
        ("3 rows at <time>", "3 rows at 2026-01-01 00:00:00+00:00"),
        ("in <n> s", "in 1,000.25 s"),
        ("a  b\n--- ---", "a      b\n----- ------"),
        ("first\n...\nlast", "first\nanything\nat all\nlast"),
        ("it failed: ...", "it failed: for this reason"),
        ("", "\n"),
    ],
)
def test_what_may_differ_does(expected: str, found: str) -> None:
    assert same(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("3 rows", "4 rows"),
        ("3 rows", "3 rows\nand a warning"),
        ("3 rows", ""),
        ("", "a warning"),
        ("3 rows at <time>", "3 rows at noon"),
        ("first\n...\nlast", "first\nanything"),
        ("3.5", "345"),
    ],
)
def test_what_may_not_is_seen(expected: str, found: str) -> None:
    assert not same(expected, found)


def test_a_block_is_its_commands_and_what_they_print(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console stays\n$ one \\\n> two\nprinted\n\nmore\n$ three\n```\n", encoding="utf-8")
    (block,) = blocks(page)
    assert block.marks == {"stays"}
    found = [(step.command, step.printed) for step in steps(block)]
    assert found == [("one \\\ntwo", "printed\n\nmore"), ("three", "")]


def test_a_terminal_hands_on_state_and_exit_codes(tmp_path: Path) -> None:
    with terminal(tmp_path, bare()) as shell:
        assert shell.type("word=seen; false", 10) == ("", 1)
        assert shell.type("echo $word $?", 10) == ("seen 1\n", 0)
        with pytest.raises(AssertionError, match="there was only"):
            shell.type("sleep 60", 0.2)
