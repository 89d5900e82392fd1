"""The fenced blocks of a page, and what their marks say about running them.

```` ```python ````          runs, block after block of a page, in one process
```` ```python run ````      runs in a process of its own
```` ```bash ````            runs
```` ```console ````         runs; what it prints is what stands below each `$ command`
```` ```console stays ````   the same in a second terminal; its command goes on until the page ends
```` ```console install ```` is left out, and what it installs is there, unless everything is tried
```` ```LANGUAGE title="NAME" ```` is written to that file first
```` ```LANGUAGE no-run ```` is only parsed: it needs AWS, a real exchange, or a reader's own code
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(r"^( *)```(\w+)([^\n`]*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]+)"')
MARKS = {"run", "no-run", "stays", "install"}
SHELLS = {"bash", "console"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block, and the line of its page on which it begins."""

    page: Path
    line: int
    language: str
    marks: frozenset[str]
    title: str | None
    text: str

    @property
    def runs(self) -> bool:
        """Tell whether it is more than parsed."""
        return "no-run" not in self.marks

    def __str__(self) -> str:
        """Say where it is."""
        return f"{self.page.name}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """Return a page's blocks in these languages, or all."""
    text = page.read_text(encoding="utf-8")
    found = [_block(page, text, match) for match in _FENCE.finditer(text)]
    return [block for block in found if not languages or block.language in languages]


def _block(page: Path, text: str, match: re.Match[str]) -> Block:
    indent, language, info, body = match.groups()
    title = _TITLE.search(info)
    return Block(
        page=page,
        line=text.count("\n", 0, match.start()) + 1,
        language=language,
        marks=frozenset(_TITLE.sub("", info).split()),
        title=title[1] if title else None,
        text=re.sub(f"^{indent}", "", body, flags=re.MULTILINE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of a console block, and what is printed below it."""

    command: str
    printed: str


def steps(block: Block) -> list[Step]:
    """Split a console block at its `$ `; `> ` goes on with the command."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"{block}: a console block begins with a command"
    return [_step(part) for part in parts[1:]]


def _step(part: str) -> Step:
    lines = part.splitlines()
    more = next((at for at, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines))
    command = "\n".join([lines[0], *(line[2:] for line in lines[1:more])])
    return Step(command=command, printed="\n".join(lines[more:]))


def commands(block: Block) -> str:
    """Return a shell block as a script."""
    if block.language == "console":
        return "\n".join(step.command for step in steps(block))
    return block.text
