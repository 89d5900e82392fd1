"""Where raw batches go: an append-only log of immutable objects."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import RawName, StreamId
    from schemahub.object_store import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBatch:
    """Trades ready to be stored: `data` is compressed as the name's codec says."""

    stream: StreamId
    name: RawName
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RawObject:
    """One stored batch, as a listing shows it."""

    stream: StreamId
    name: RawName
    size: int

    @property
    def key(self) -> str:
        """Return its key in the lake."""
        return f"{self.stream.raw_prefix}{self.name}"


class RawSink(ABC):
    """Raw batches by name. Nothing stored is ever changed (R6).

    The core's implementation serves any `ObjectStore`. Register another one under the entry-point group
    `schemahub.raw_sinks`.
    """

    def __init__(self, store: ObjectStore) -> None:
        """Keep the lake's store, and do no I/O; what lives elsewhere may ignore it."""
        self._store = store

    @abstractmethod
    def put(self, batch: RawBatch) -> bool:
        """Store a batch whole unless its name exists; return whether this call stored it."""

    @abstractmethod
    def list(self, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        """List a stream's batches created at or after `since_us`, in order of their names.

        An object with a foreign name is an `IntegrityError`: it might hide trades.
        """

    @abstractmethod
    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        """List the streams that have batches, of one exchange or of all."""

    @abstractmethod
    def open(self, stored: RawObject) -> BinaryIO:
        """Open a batch as plain JSONL; `NotFound` if it is gone."""

    def fetch(self, stored: RawObject) -> BinaryIO:
        """Open a batch whose bytes are all here, so that reading it waits for nobody; safe in threads.

        Without a method of its own, a sink has all of it decompressed for that. `NotFound` if it is gone.
        """
        with self.open(stored) as stream:
            return io.BytesIO(stream.read())
