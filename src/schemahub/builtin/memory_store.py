"""A lake in this process's memory: for tests, demonstrations and trying things out."""

from __future__ import annotations

import io
import itertools
import threading
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from schemahub.errors import Conflict, NotFound
from schemahub.hookspecs import hookimpl
from schemahub.object_store import ObjectInfo, ObjectStore, Stored, checked_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class MemoryStore(ObjectStore):
    """Objects in a dictionary, gone with the process; thread-safe.

    `memory://name` is one store for the whole process, so that two runs find the same lake.
    """

    scheme = "memory"
    _named: ClassVar[dict[str, Self]] = {}
    _naming: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._objects: dict[str, Stored] = {}
        self._keys: list[str] = []
        self._versions = itertools.count(1)

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        """Open the store of that name, which begins empty."""
        del options
        with cls._naming:
            return cls._named.setdefault(url.rstrip("/"), cls())

    def get(self, key: str) -> Stored:
        """Return an object and its version; `NotFound` if there is none."""
        try:
            return self._objects[key]
        except KeyError as error:
            msg = "no such object"
            raise NotFound(msg, where=key) from error

    def open(self, key: str) -> BinaryIO:
        """Open an object for streaming; `NotFound` if there is none."""
        return io.BytesIO(self.get(key).data)

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List as of now: what is put while the caller iterates is not seen."""
        with self._lock:
            # Code points sort as their UTF-8 bytes do, and keys with one prefix are neighbours.
            first = max(bisect_left(self._keys, prefix), bisect_right(self._keys, start_after))
            later = itertools.islice(self._keys, first, None)
            keys = itertools.takewhile(lambda key: key.startswith(prefix), later)
            return iter([ObjectInfo(key=key, size=len(self._objects[key].data)) for key in keys])

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        """Store unless the key exists; return whether this call stored it."""
        content = bytes(data) if isinstance(data, (bytes, bytearray, memoryview)) else data.read()
        with self._lock:
            if key in self._objects:
                return False
            self._store(key, content)
            return True

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        """Replace the object only if its version is still `version`; `Conflict` otherwise."""
        with self._lock:
            stored = self._objects.get(key)
            found = stored.version if stored else None
            if found != version:
                msg = "somebody else wrote first"
                raise Conflict(msg, where=key, expected=f"version {version}", found=f"version {found}")
            return self._store(key, bytes(data))

    def delete(self, key: str) -> None:
        """Delete an object; no error if there is none."""
        with self._lock:
            if self._objects.pop(key, None) is not None:
                self._keys.remove(key)

    def _store(self, key: str, data: bytes) -> str:
        version = str(next(self._versions))
        if checked_key(key) not in self._objects:
            insort(self._keys, key)
        self._objects[key] = Stored(data=data, version=version)
        return version


@hookimpl
def schemahub_object_store() -> type[ObjectStore]:
    """Return the class behind `memory://`."""
    return MemoryStore
