"""Faults of raw sinks."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from faulty.fault import breaks, dawdle
from schemahub._lake.raw_objects import RawObjects
from schemahub.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawBatch, RawObject


@breaks("CT-RAW-01", "opens what is stored, packed as it is")
class Packed(RawObjects):
    def open(self, stored: RawObject) -> BinaryIO:
        return self._store.open(stored.key)


@breaks("CT-RAW-02", "the last batch wins")
class Replacing(RawObjects):
    def put(self, batch: RawBatch) -> bool:
        self._store.delete(f"{batch.stream.raw_prefix}{batch.name}")
        return super().put(batch)


@breaks("CT-RAW-03", "looks, then writes")
class Looking(RawObjects):
    def put(self, batch: RawBatch) -> bool:
        if any(stored.name == batch.name for stored in self.list(batch.stream)):
            return False
        dawdle()
        super().put(batch)
        return True


@breaks("CT-RAW-04", "lists by first position")
class Sorting(RawObjects):
    def list(self, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        return iter(sorted(super().list(stream, since_us), key=lambda stored: stored.name.first))


@breaks("CT-RAW-05", "leaves the very time out")
class Later(RawObjects):
    def list(self, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        return super().list(stream, since_us and since_us + 1)


@breaks("CT-RAW-06", "one folder for all streams of a product")
class Mixing(RawObjects):
    def put(self, batch: RawBatch) -> bool:
        return super().put(replace(batch, stream=_mixed(batch.stream)))

    def list(self, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        for stored in super().list(_mixed(stream), since_us):
            yield replace(stored, stream=stream)


def _mixed(stream: StreamId) -> StreamId:
    return type(stream)(stream.exchange, stream.product)


@breaks("CT-RAW-07", "takes an exchange's name for a beginning")
class Beginning(RawObjects):
    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        return (each for each in super().streams() if each.exchange.startswith(exchange or ""))


@breaks("CT-RAW-08", "a batch that is gone is empty")
class Vacant(RawObjects):
    def open(self, stored: RawObject) -> BinaryIO:
        try:
            return super().open(stored)
        except NotFound:
            return io.BytesIO()
