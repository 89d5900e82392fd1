"""Reading an object by ranges: bounded memory, and a body that breaks off is gone on with."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

from schemahub.errors import RetryableError
from schemahub_aws.failures import Refused
from schemahub_aws.s3.bucket import MISSING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from schemahub_aws.s3.bucket import Bucket

FIRST_BYTES = 128 * 1024
"""What opening an object fetches, and the least that is fetched after a jump: at S3's speed it costs a few
per cent of the request's latency, and holds a small object whole."""
_CHUNK = 64 * 1024
_EMPTY = frozenset({"InvalidRange", "416"})
_REPLACED = frozenset({"PreconditionFailed", "412"})
_TRIES = 5
"""A body would have to break off, and the object be replaced, as many times in a row."""


class _Replaced(Exception):
    """Another version is there now."""


class Piece:
    """A range of one version of an object, fetched in as many requests as it takes."""

    def __init__(self, bucket: Bucket, key: str, version: str | None = None) -> None:
        """Read what is stored now, or `version` alone."""
        self._bucket = bucket
        self._key = key
        self.version = version
        self.size = 0

    def fetch(self, first: int, count: int | None) -> bytes:
        """Return `count` bytes from `first` on, fewer where the object ends; None: up to its end.

        Of a body that broke off, only the rest is asked for again. `NotFound` if there is no object. If
        it was replaced meanwhile, it is read anew, or `RetryableError` once a part of it was returned.
        """
        begun = self.version
        for _ in range(_TRIES if begun is None else 1):
            with contextlib.suppress(_Replaced):
                return self._fetch(first, count)
            self.version = begun
        msg = "the object was replaced while it was read"
        raise RetryableError(msg, where=self._bucket.place.url_of(self._key))

    def _fetch(self, first: int, count: int | None) -> bytes:
        got = bytearray()
        url = self._bucket.place.url_of(self._key)
        try:
            self._bucket.calls(
                lambda s3: self._read(s3, first, count, got), url, MISSING | _EMPTY | _REPLACED
            )
        except Refused as refused:
            if refused.code in MISSING:
                raise self._bucket.not_found(self._key) from refused
            if refused.code in _REPLACED:
                raise _Replaced from refused
        return bytes(got)

    def _read(self, s3: Any, first: int, count: int | None, got: bytearray) -> None:  # noqa: ANN401 - boto3's
        begin = first + len(got)
        last = "" if count is None else first + count - 1
        ask = {"Range": f"bytes={begin}-{last}"} if begin or count is not None else {}
        if self.version is not None:
            ask["IfMatch"] = self.version
        reply = s3.get_object(**self._bucket.at(self._key), **ask)
        self.version = reply["ETag"]
        span = reply.get("ContentRange")
        self.size = int(span.rpartition("/")[2]) if span else reply["ContentLength"]
        with contextlib.closing(reply["Body"]) as body:
            for chunk in body.iter_chunks(_CHUNK):
                got += chunk


class S3File(io.RawIOBase):
    """An object opened for reading, seekable.

    Reading on from where the last fetch ended fetches twice as much each time, up to `read_ahead_bytes`;
    after a jump the least is fetched that answers the read. One such block is all that is kept.
    """

    def __init__(self, bucket: Bucket, key: str, read_ahead_bytes: int) -> None:
        """Fetch the beginning; `NotFound` if there is no object."""
        super().__init__()
        self._piece = Piece(bucket, key)
        self._most = read_ahead_bytes
        self._at = 0
        self._begin = 0
        self._block = self._piece.fetch(0, FIRST_BYTES)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; nothing is fetched."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._piece.size}[whence]
        if base + offset < 0:
            msg = f"a position cannot be negative: {base + offset}"
            raise ValueError(msg)
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read `size` bytes, fewer only at the end."""
        rest = max(0, self._piece.size - self._at)
        wanted = rest if size is None or size < 0 else min(size, rest)
        parts = []
        while wanted > 0:
            part = self._some(wanted)
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def readall(self) -> bytes:
        """Read the rest."""
        return self.read()

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer`, or as much of it as there is."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def _some(self, wanted: int) -> bytes:
        """Return at least one byte at the position, and move behind what is returned."""
        if not self._begin <= self._at < self._begin + len(self._block):
            self._fetch(wanted)
        offset = self._at - self._begin
        data = self._block[offset : offset + wanted]
        self._at += len(data)
        return data

    def _fetch(self, wanted: int) -> None:
        end = self._begin + len(self._block)
        ahead = 2 * len(self._block) if self._at == end else 0
        count = min(max(wanted, ahead, FIRST_BYTES), self._most, self._piece.size - self._at)
        block = self._piece.fetch(self._at, count)
        if len(block) != count:
            msg = "a range came back short"
            raise RetryableError(msg, expected=f"{count} bytes", found=f"{len(block)}")
        self._begin, self._block = self._at, block
