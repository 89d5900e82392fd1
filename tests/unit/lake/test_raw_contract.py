"""The bundled raw sink keeps what every raw sink promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub._lake.raw_objects import RawObjects
from schemahub.builtin.file_store import FileStore
from schemahub.builtin.memory_store import MemoryStore
from schemahub.testing import RawSinkConformance

if TYPE_CHECKING:
    from pathlib import Path


class TestInMemory(RawSinkConformance):
    @pytest.fixture
    def sink(self) -> RawObjects:
        return RawObjects(MemoryStore())


class TestInAFolder(RawSinkConformance):
    @pytest.fixture
    def sink(self, tmp_path: Path) -> RawObjects:
        return RawObjects(FileStore(tmp_path / "lake"))
