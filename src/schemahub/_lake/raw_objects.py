"""The raw log over any object store."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from schemahub.codec import decompressed
from schemahub.errors import IntegrityError
from schemahub.layout import RAW_ROOT, RawName, StreamId, stamp
from schemahub.raw_sink import RawObject, RawSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub.object_store import ObjectStore
    from schemahub.raw_sink import RawBatch


class RawObjects(RawSink):
    """Raw batches as objects whose names say what is in them."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep the store; nothing is read or made."""
        self._store = store

    def put(self, batch: RawBatch) -> bool:
        """Store a batch whole unless its name exists (R6); return whether this call stored it."""
        return self._store.put_new(f"{batch.stream.raw_prefix}{batch.name}", batch.data)

    def list(self, stream: StreamId, since_us: int = 0) -> Iterator[RawObject]:
        """List a stream's batches created at or after `since_us`, in order of their names.

        Older ones cost nothing: the listing starts at the time. From 0 on, every foreign name is found.
        """
        # A time alone sorts before every name that starts with it.
        start_after = f"{stream.raw_prefix}{stamp(since_us)}" if since_us > 0 else ""
        for info in self._store.list(stream.raw_prefix, start_after):
            yield RawObject(stream=stream, name=_name(stream, info.key), size=info.size)

    def streams(self, exchange: str | None = None) -> Iterator[StreamId]:
        """List the streams that have batches, without listing those."""
        prefix = f"{RAW_ROOT}{exchange}_" if exchange else RAW_ROOT
        for root in self._store.children(prefix):
            for product in self._store.children(f"{prefix}{root}"):
                yield StreamId.of_raw_key(f"{prefix}{root}{product}")

    def open(self, stored: RawObject) -> BinaryIO:
        """Open a batch as plain JSONL; `NotFound` if it is gone."""
        return decompressed(stored.name.codec, self._store.open(stored.key))

    def fetch(self, stored: RawObject) -> BinaryIO:
        """Get a batch's bytes, compressed as they are, and open them as plain JSONL."""
        with self._store.open(stored.key) as stream:
            return decompressed(stored.name.codec, io.BytesIO(stream.read()))


def _name(stream: StreamId, key: str) -> RawName:
    text = key.removeprefix(stream.raw_prefix)
    try:
        name = RawName.parse(text)
    except IntegrityError as error:
        msg = f"a foreign object lies among the raw batches; {error.message}"
        raise IntegrityError(msg, where=key, expected=error.expected) from error
    if str(name) != text:
        msg = "a raw object's name is not as it would be written here"
        raise IntegrityError(msg, where=key, expected=str(name), found=text)
    return name
