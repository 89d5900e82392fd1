"""A known mistake, as a store: versions that an old reader can meet again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import Conflict

if TYPE_CHECKING:
    from schemahub.object_store import Stored


class CountingStore(MemoryStore):
    """Versions count an object's saves, and begin again at 1 when it was deleted."""

    def __init__(self) -> None:
        super().__init__()
        self._saves: dict[str, int] = {}

    def get(self, key: str) -> Stored:
        return replace(super().get(key), version=str(self._saves.get(key, 0)))

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        saves = self._saves.get(key, 0)
        if version != (str(saves) if saves else None):
            raise Conflict(key)
        super().put_if(key, data, super().get(key).version if saves else None)
        self._saves[key] = saves + 1
        return str(saves + 1)

    def delete(self, key: str) -> None:
        super().delete(key)
        self._saves.pop(key, None)
