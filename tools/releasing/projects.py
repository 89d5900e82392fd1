"""The distributions of this repository."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CORE = "schemahub"
HOME = "https://github.com/schemahub/schemahub"
NEVER_PUBLISHED = "Private :: Do Not Upload"


@dataclass(frozen=True)
class Project:
    """A folder with a pyproject.toml, which becomes a wheel and an sdist."""

    root: Path

    @cached_property
    def described(self) -> dict[str, Any]:
        """Return the table `project` of its pyproject.toml."""
        table: dict[str, Any] = tomllib.loads((self.root / "pyproject.toml").read_text(encoding="utf-8"))
        return dict(table["project"])

    @property
    def name(self) -> str:
        """Return what is installed: schemahub-x."""
        return str(self.described["name"])

    @property
    def package(self) -> str:
        """Return what is imported: schemahub_x."""
        return self.name.replace("-", "_")

    @property
    def source(self) -> Path:
        """Return the folder of the package."""
        return self.root / "src" / self.package

    @property
    def has_entry_points(self) -> bool:
        """Tell whether something is found by name, or run by one; a library may have neither."""
        return bool({"entry-points", "scripts"} & self.described.keys())

    @property
    def published(self) -> bool:
        """Tell whether it is for others: an index refuses it otherwise."""
        return NEVER_PUBLISHED not in self.described.get("classifiers", ())


def projects() -> list[Project]:
    """Return the core, then each plugin by name."""
    plugins = sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))
    return [Project(root) for root in (ROOT, *plugins)]
