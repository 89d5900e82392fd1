"""Python in the pages runs; what is marked as not running parses; marks mean something."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from page_blocks import MARKS, Block, blocks, commands
from page_reader import DOCS, ROOT, running

if TYPE_CHECKING:
    from pathlib import Path

    from page_world import World

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def python(page: Path) -> str:
    """A page's blocks as one program, but for those with a process (`run`) or a file of their own."""
    own = [block for block in running(page, "python") if not block.marks and not block.title]
    return "\n".join(block.text for block in own)


@pytest.mark.parametrize("page", [page for page in PAGES if python(page)], ids=name)
def test_python_runs_from_the_first_block_to_the_last(
    page: Path, of_the_pages: World, tmp_path: Path
) -> None:
    if "to_pandas" in python(page):
        pytest.importorskip("pandas", reason="the page's blocks use pandas: `nox -s docs` has it")
    command = [sys.executable, "-W", "error", "-c", python(page)]
    environment = of_the_pages.enter(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own pages
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_marks_are_known_and_all_code_parses(page: Path) -> None:
    for block in blocks(page, "bash", "console", "python"):
        assert block.marks <= MARKS, f"{block}: {sorted(block.marks - MARKS)} means nothing"
        if block.language == "python":
            compile(block.text, str(block), "exec")
        else:
            assert wrong_syntax(block) == "", block


def wrong_syntax(block: Block) -> str:
    command = ["bash", "-n", "-c", commands(block)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603 - it only parses
