"""A store whose files have no path, and that counts what is asked of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from schemahub.builtin.memory_store import MemoryStore


@dataclass(frozen=True, slots=True)
class Read:
    """One request of a range."""

    key: str
    start: int
    size: int


class CountingStore(MemoryStore):
    """Gives less than it is asked for, as networks do, and remembers each range."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[Read] = []

    def __repr__(self) -> str:
        return "CountingStore()"

    def open(self, key: str) -> BinaryIO:
        return _Counting(self, key)


class _Counting(io.BytesIO):
    def __init__(self, store: CountingStore, key: str) -> None:
        super().__init__(store.get(key).data)
        self._store = store
        self._key = key

    def read(self, size: int | None = -1) -> bytes:
        start = self.tell()
        data = super().read(size if size is None or size < 2 else size - size // 3)
        self._store.reads.append(Read(self._key, start, len(data)))
        return data
