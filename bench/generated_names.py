"""A store that lists raw objects which do not exist: ten million names without ten million objects."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Self

from schemahub.layout import StreamId, stamp
from schemahub.object_store import ObjectInfo, ObjectStore, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BATCH = 100_000
BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
SECONDS_APART = 30
_DAY = 86_400
_SIZE = 1_400_000


class GeneratedNames(ObjectStore):
    """Shows `objects` full batches of each stream, 30 seconds apart, before what another store holds.

    They can be listed, from anywhere on, and not opened: enough for whatever judges by names.
    """

    scheme: ClassVar[str] = "generated"

    def __init__(self, inner: ObjectStore, streams: list[StreamId], objects: int) -> None:
        self._inner = inner
        self._objects = objects
        self._prefixes = sorted(stream.raw_prefix for stream in streams)
        days = objects * SECONDS_APART // _DAY + 1
        self._days = [f"{BEGIN + timedelta(days=day):%Y%m%d}" for day in range(days)]

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        msg = "it stands before another store, and is not opened by a URL"
        raise NotImplementedError(msg)

    def name(self, index: int) -> str:
        """Return the name of the batch `index`; printed by hand, as ten million are."""
        day, seconds = divmod(index * SECONDS_APART, _DAY)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        first = index * BATCH + 1
        return (
            f"{self._days[day]}T{hour:02}{minute:02}{second:02}000000Z_00000000-0000-5000-8000-{index:012x}"
            f"_{first:020}_{first + BATCH - 1:020}_{BATCH}.jsonl.zst"
        )

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        for folder in self._prefixes:
            if folder.startswith(prefix) or prefix.startswith(folder):
                yield from self._folder(folder, prefix, start_after)
        yield from self._inner.list(prefix, start_after)

    def get(self, key: str) -> Stored:
        return self._inner.get(key)

    def open(self, key: str) -> BinaryIO:
        return self._inner.open(key)

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        return self._inner.put_new(key, data)

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        return self._inner.put_if(key, data, version)

    def delete(self, key: str) -> None:
        self._inner.delete(key)

    def _folder(self, folder: str, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
        first = bisect_right(range(self._objects), start_after, key=lambda index: folder + self.name(index))
        for index in range(first, self._objects):
            key = folder + self.name(index)
            if key.startswith(prefix):
                yield ObjectInfo(key=key, size=_SIZE)


def created_us(index: int) -> int:
    """Return the time in the name of the batch `index`."""
    return int((BEGIN + timedelta(seconds=index * SECONDS_APART)).timestamp()) * 1_000_000


def streams_of(products: int) -> list[StreamId]:
    return [StreamId("coinbase", f"P{number:03}-USD") for number in range(products)]


assert stamp(created_us(1)) == "20160101T000030000000Z"
