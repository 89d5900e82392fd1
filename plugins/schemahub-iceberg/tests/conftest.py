"""A lake on this disk whose table is an Iceberg table."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

import schemahub

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.hub import Hub

# PyIceberg is too heavy for everybody's environment: `nox -s iceberg`, or .ci/run, which installs it last.
collect_ignore_glob = [] if find_spec("schemahub_iceberg") else ["test_*.py"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the lake is: a path that has to be spelt with care."""
    return tmp_path / "a lake"


@pytest.fixture
def opened(folder: Path) -> Callable[..., Hub]:
    """Return what opens the lake, as another process would; options are those of the table."""

    def opening(table: str = "iceberg", **options: object) -> Hub:
        set_here = {f"tables.iceberg.{name}": value for name, value in options.items()}
        return schemahub.open(folder, overrides={"table": table, **set_here})

    return opening
