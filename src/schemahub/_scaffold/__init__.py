"""A new connector's distribution, from templates that are files beside this one.

A template is what it becomes, with `$name`, `$NAME`, `$Class`, `$versions` and `$methods` in it.
"""

from __future__ import annotations

from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from schemahub import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGINGS: Mapping[str, str] = {
    "position": "`products`, `head` and `page`",
    "token": "`products`, `head`, and `follow` with `token_at`",
    "window": "`products`, `head` and `recent`",
}
"""The ways of paging, and the methods that each leaves to its author."""

_PLACES = {
    "common/pyproject.toml": "pyproject.toml",
    "common/README.md": "README.md",
    "common/gitignore": ".gitignore",
    "common/ci.yml": ".github/workflows/ci.yml",
    "common/__init__.py": "src/schemahub_{name}/__init__.py",
    "{paging}/connector.py": "src/schemahub_{name}/connector.py",
    "{paging}/simulator.py": "src/schemahub_{name}/simulator.py",
    "common/mapping.yaml": "src/schemahub_{name}/{name}.trades.yaml",
    "common/test_conformance.py": "tests/test_conformance.py",
}


def connector_files(name: str, paging: str) -> dict[str, str]:
    """Return the files of a new distribution by their paths in it; `paging` is one of `PAGINGS`."""
    major, minor, *_ = __version__.split(".")
    values = {
        "name": name,
        "NAME": name.upper(),
        "Class": name.capitalize(),
        "versions": f">={major}.{minor},<{major}.{int(minor) + 1}",
        "methods": PAGINGS[paging],
    }
    made = {
        place.format(name=name): Template(_text(template.format(paging=paging))).substitute(values)
        for template, place in _PLACES.items()
    }
    return {**made, f"src/schemahub_{name}/py.typed": ""}


def _text(template: str) -> str:
    return files(__name__).joinpath(f"{template}.tmpl").read_text(encoding="utf-8")
