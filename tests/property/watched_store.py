"""A store in memory that tells of each delete and each commit at the very moment it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub.builtin.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable


class WatchedStore(MemoryStore):
    """Calls `deleting(key)` before a delete and `replaced(key)` after each compare-and-set.

    A check made between two steps of an actor could miss what a later step mends again.
    """

    def __init__(self, deleting: Callable[[str], None], replaced: Callable[[str], None]) -> None:
        super().__init__()
        self._deleting = deleting
        self._replaced = replaced

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        token = super().put_if(key, data, version)
        self._replaced(key)
        return token

    def delete(self, key: str) -> None:
        self._deleting(key)
        super().delete(key)
