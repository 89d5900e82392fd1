"""What a command asks of the store: requests by kind, bytes read and written, time of the processor."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from schemahub.object_store import ObjectInfo, ObjectStore, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Resources of one run; `requests` are the calls of the store's methods, by name.

    Bytes read count what went through the store; of files that are read by their path, their whole size.
    """

    cpu_seconds: float
    wall_seconds: float
    bytes_read: int
    bytes_written: int
    requests: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Meter:
    """Counts while a command runs."""

    requests: Counter[str] = field(default_factory=Counter)
    read: int = 0
    written: int = 0
    elsewhere_cpu: float = 0.0
    """Processor time of workers in other processes."""
    _cpu: float = field(default_factory=time.process_time)
    _wall: float = field(default_factory=time.perf_counter)

    def add(self, cost: Cost) -> None:
        """Count what a worker in another process used."""
        self.requests.update(dict(cost.requests))
        self.read += cost.bytes_read
        self.written += cost.bytes_written
        self.elsewhere_cpu += cost.cpu_seconds

    def cost(self) -> Cost:
        """Return what was used so far."""
        return Cost(
            cpu_seconds=time.process_time() - self._cpu + self.elsewhere_cpu,
            wall_seconds=time.perf_counter() - self._wall,
            bytes_read=self.read,
            bytes_written=self.written,
            requests=tuple(sorted(self.requests.items())),
        )


class MeteredStore(ObjectStore):
    """Another store, with each call counted."""

    scheme = ""

    def __init__(self, store: ObjectStore, meter: Meter) -> None:
        """Count the calls of `store` on `meter`."""
        self._store = store
        self._meter = meter

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        """Open nothing: this wraps a store that is open."""
        raise NotImplementedError(url, options)

    def get(self, key: str) -> Stored:
        """Get and count."""
        self._meter.requests["get"] += 1
        stored = self._store.get(key)
        self._meter.read += len(stored.data)
        return stored

    def open(self, key: str) -> BinaryIO:
        """Open and count; reading is counted as it happens."""
        self._meter.requests["open"] += 1
        return cast("BinaryIO", _Reading(self._store.open(key), self._meter))

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List and count."""
        self._meter.requests["list"] += 1
        return self._store.list(prefix, start_after)

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        """Put and count."""
        self._meter.requests["put"] += 1
        self._meter.written += len(data) if isinstance(data, bytes) else _size(data)
        return self._store.put_new(key, data)

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        """Put and count."""
        self._meter.requests["put"] += 1
        self._meter.written += len(data)
        return self._store.put_if(key, data, version)

    def delete(self, key: str) -> None:
        """Delete and count."""
        self._meter.requests["delete"] += 1
        self._store.delete(key)

    def local_path(self, key: str) -> Path | None:
        """Return the path; whoever asks is about to read the file."""
        path = self._store.local_path(key)
        if path is not None:
            self._meter.requests["open"] += 1
            self._meter.read += path.stat().st_size if path.exists() else 0
        return path


class _Reading:
    """A stream whose reads are counted."""

    def __init__(self, stream: BinaryIO, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._meter.read += len(data)
        return data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.close()


def _size(data: BinaryIO) -> int:
    here = data.tell()
    size = data.seek(0, 2)
    data.seek(here)
    return size - here
