from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from schemahub.object_store import ObjectStore


@pytest.fixture
def file_store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "lake")


@pytest.fixture(params=["memory", "file"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], ObjectStore]:
    """Return a maker of empty stores."""
    made = iter(range(1_000_000))

    def make() -> ObjectStore:
        return MemoryStore() if request.param == "memory" else FileStore(tmp_path / f"lake{next(made)}")

    return make


@pytest.fixture
def store(new_store: Callable[[], ObjectStore]) -> ObjectStore:
    return new_store()
