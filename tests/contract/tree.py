"""What contract tests read: the repository's own files, and what is imported where."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CORE = ROOT / "src" / "schemahub"


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Return the files that belong to the repository (tracked, or new and not ignored)."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - a constant
        names = listing.stdout.decode().split("\0")
        found = [ROOT / name for name in names if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive has no history
        found = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return tuple(path for path in found if path.is_file() and (not suffixes or path.suffix in suffixes))


def sources() -> tuple[Path, ...]:
    """Return the modules that users install."""
    plugins = [ROOT / "plugins" / name / "src" for name in plugin_names()]
    return tuple(path for path in files(".py") if any(path.is_relative_to(at) for at in (CORE, *plugins)))


def plugin_names() -> list[str]:
    """Return the distributions beside the core."""
    return sorted(path.parent.name for path in (ROOT / "plugins").glob("*/pyproject.toml"))


def parsed(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
