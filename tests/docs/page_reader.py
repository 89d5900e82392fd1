"""A reader who types what a page says, and compares what is printed with what the page shows."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from page_blocks import SHELLS, Block, Step, blocks, steps
from page_terminal import Terminal, terminal
from page_world import World, bare
from printed import same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SECONDS = 60.0
INSTALL = os.environ.get("SCHEMAHUB_DOCS_INSTALL") == "1"
"""Also run what installs, in a copy of the repository: a minute, and the package index."""
_INSTALL_SECONDS = 900.0
_PORT = "8765"
"""The simulated exchange's in the tutorial; a free one takes its place, as pages may be read side by side."""


def running(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of a page that are more than parsed."""
    return [block for block in blocks(page, *languages) if block.runs]


def read(page: Path, world: World, folder: Path) -> None:
    """Follow a page in a folder, from its first command to its last; write the files that it shows."""
    environment = _prepared(page, world, folder)
    port = _free_port()
    with ExitStack() as stack:
        first, second = (stack.enter_context(terminal(folder, environment)) for _ in range(2))
        for block in running(page):
            began = time.monotonic()
            if block.title:
                (folder / block.title).write_text(block.text, encoding="utf-8")
            elif block.language in SHELLS and (INSTALL or "install" not in block.marks):
                shell = second if "stays" in block.marks else first
                _follow(shell, block, lambda text: text.replace(_PORT, port))
                print(f"{block}: {time.monotonic() - began:.1f} s")  # noqa: T201 - what pages say of times


def _prepared(page: Path, world: World, folder: Path) -> Mapping[str, str]:
    """Return the environment: a page that starts an exchange begins with nothing, the others have ours."""
    # A page may write to `~`; whoever runs the tests keeps their own.
    home = {"HOME": str(folder)}
    if not any("stays" in block.marks for block in blocks(page)):
        return {**world.enter(folder), **home}
    if not INSTALL:
        return {**bare(), **home}
    _copy_repository(folder)
    # Warnings of what installs are not ours.
    return {**bare(), "PATH": os.environ["PATH"], "PYTHONWARNINGS": ""}


def _copy_repository(folder: Path) -> None:
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - a constant
    for name in filter(None, listed.stdout.decode().split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def _follow(shell: Terminal, block: Block, with_port: Callable[[str], str]) -> None:
    if block.language == "bash":
        printed, code = shell.type(f"(set -e\n{block.text})", SECONDS)
        assert code == 0, f"{block}: exit code {code}\n{printed}"
        return
    for step in steps(block):
        _type(shell, block, Step(command=with_port(step.command), printed=with_port(step.printed)))


def _type(shell: Terminal, block: Block, step: Step) -> None:
    if "stays" in block.marks:
        shell.start(step.command, lambda found: same(step.printed, found), SECONDS)
        return
    seconds = _INSTALL_SECONDS if "install" in block.marks else SECONDS
    printed, _ = shell.type(step.command, seconds)
    assert same(step.printed, printed), f"{block}: $ {step.command}\n{printed}"


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])
