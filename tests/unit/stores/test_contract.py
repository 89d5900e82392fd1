"""The bundled stores keep what every object store promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.testing import ObjectStoreConformance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class TestMemoryStore(ObjectStoreConformance):
    @pytest.fixture
    def new_store(self) -> Callable[[], MemoryStore]:
        return MemoryStore


class TestFileStore(ObjectStoreConformance):
    @pytest.fixture
    def new_store(self, tmp_path: Path) -> Callable[[], FileStore]:
        made = iter(range(1_000_000))
        return lambda: FileStore(tmp_path / f"lake{next(made)}")
