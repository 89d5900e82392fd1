"""Faults of object stores."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from faulty.fault import breaks, dawdle
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import Conflict, NotFound
from schemahub.object_store import ObjectInfo, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = 1 << 16


def content(data: bytes | BinaryIO) -> bytes:
    return data if isinstance(data, bytes) else data.read()


@breaks("CT-OBJ-01", "translates line ends")
class Translating(MemoryStore):
    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        return super().put_new(key, content(data).replace(b"\n", b"\r\n"))


@breaks("CT-OBJ-02", "an empty body is nothing")
class Dropping(MemoryStore):
    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        given = content(data)
        return super().put_new(key, given) if given else True


@breaks("CT-OBJ-03", "a file that cannot be read from its end")
class Forward(MemoryStore):
    def open(self, key: str) -> BinaryIO:
        return _Forward(super().open(key).read())


class _Forward(io.BytesIO):
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return super().seek(max(0, offset), io.SEEK_SET if whence == io.SEEK_END else whence)


@breaks("CT-OBJ-04", "ranges that are one byte short")
class Short(MemoryStore):
    def open(self, key: str) -> BinaryIO:
        return _Short(super().open(key).read())


class _Short(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        return data[:-1] if len(data) > _PART else data


@breaks("CT-OBJ-05", "the last put wins")
class Overwriting(MemoryStore):
    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        self.delete(key)
        return super().put_new(key, data)


@breaks("CT-OBJ-06", "what is not there is empty")
class Vacant(MemoryStore):
    def get(self, key: str) -> Stored:
        try:
            return super().get(key)
        except NotFound:
            return Stored(data=b"", version="0")


@breaks("CT-OBJ-07", "hides what was deleted")
class Tombs(MemoryStore):
    def delete(self, key: str) -> None:
        self._keys = [known for known in self._keys if known != key]


@breaks("CT-OBJ-08", "replaces where it should create")
class Blind(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        if version is None:
            self.delete(key)
        return super().put_if(key, data, version)


@breaks("CT-OBJ-09", "does not compare versions")
class Careless(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        known = self._objects.get(key)
        return super().put_if(key, data, known.version if known and version else version)


@breaks("CT-OBJ-10", "creates against a version")
class Reviving(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        return super().put_if(key, data, version if key in self._objects else None)


@breaks("CT-OBJ-11", "versions of put_if alone")
class Halved(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        if version is not None and not version.startswith("v"):
            raise Conflict(key)
        return f"v{super().put_if(key, data, version and version[1:])}"

    def get(self, key: str) -> Stored:
        return super().get(key)


@breaks("CT-OBJ-12", "takes any key")
class Anywhere(MemoryStore):
    def _store(self, key: str, data: bytes) -> str:
        self._objects[key] = Stored(data=data, version="1")
        return "1"


@breaks("CT-OBJ-13", "sorts folder by folder")
class Nested(MemoryStore):
    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        return iter(sorted(super().list(prefix, start_after), key=lambda info: info.key.split("/")))


@breaks("CT-OBJ-14", "names a folder for each of its objects")
class Repeating(MemoryStore):
    def children(self, prefix: str) -> Iterator[str]:
        for info in self.list(prefix):
            name, slash, _ = info.key.removeprefix(prefix).partition("/")
            yield name + slash


@breaks("CT-OBJ-15", "looks, then writes")
class Looking(MemoryStore):
    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        if key in self._objects:
            return False
        dawdle()
        self.delete(key)
        return super().put_new(key, data)


@breaks("CT-OBJ-16", "compares, then writes")
class Comparing(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        if self.get(key).version != version:
            raise Conflict(key)
        dawdle()
        return super().put_if(key, data, self.get(key).version)


@breaks("CT-OBJ-17", "two ways to create, two winners")
class Apart(MemoryStore):
    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        created = f"{key}.created"
        return super().put_if(created if version is None else key, data, version)
