"""A lake in S3, or in any server that keeps its promises about conditional writes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from schemahub.object_store import ObjectInfo, ObjectStore, Stored, checked_key
from schemahub_aws.s3 import writing
from schemahub_aws.s3.bucket import Bucket
from schemahub_aws.s3.options import S3Options
from schemahub_aws.s3.place import Place
from schemahub_aws.s3.reading import Piece, S3File

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class S3Store(ObjectStore):
    """Objects in one bucket under one prefix.

    put-if-absent is `If-None-Match: *`, compare-and-set is `If-Match` with the ETag. S3 answers both only
    after the object is stored on several devices, and every later read and listing sees it.

    A reply may get lost. Each put therefore carries a nonce in the object's metadata: a repeated request
    that is refused is told from somebody else's write by reading it.
    """

    scheme = "s3"
    Options = S3Options

    def __init__(self, place: Place, options: S3Options | None = None) -> None:
        """Keep both; the first request makes the client."""
        self._options = options or S3Options()
        self._bucket = Bucket(place, self._options)

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        """Open the lake at `s3://bucket/prefix`, sending nothing."""
        return cls(Place.parse(url), S3Options.model_validate(options))

    def __repr__(self) -> str:
        """Print the place, and nothing that a client knows."""
        return f"S3Store({str(self._bucket.place)!r})"

    def get(self, key: str) -> Stored:
        """Return an object and its version, the ETag; `NotFound` if there is none."""
        piece = Piece(self._bucket, key)
        data = piece.fetch(0, None)
        return Stored(data=data, version=piece.version or "")

    def open(self, key: str) -> BinaryIO:
        """Open an object for reading by ranges, seekable; `NotFound` if there is none."""
        return cast("BinaryIO", S3File(self._bucket, key, self._options.read_ahead_bytes))

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List the objects, ascending by the whole key, a request for every thousand."""
        place = self._bucket.place
        after = {"StartAfter": f"{place.prefix}{start_after}"} if start_after else {}
        for page in self._bucket.pages(prefix, **after):
            for found in page.get("Contents", []):
                key = found["Key"].removeprefix(place.prefix)
                if _is_object(key):
                    yield ObjectInfo(key=key, size=found["Size"])

    def children(self, prefix: str) -> Iterator[str]:
        """Return folders and objects, ascending: a request for every thousand, whatever the folders hold."""
        root = self._bucket.place.prefix
        for page in self._bucket.pages(prefix, Delimiter="/"):
            objects = [found["Key"].removeprefix(root) for found in page.get("Contents", [])]
            folders = [found["Prefix"].removeprefix(root) for found in page.get("CommonPrefixes", [])]
            shown = [key for key in objects if _is_object(key)]
            shown += [key for key in folders if _is_object(key.removesuffix("/"))]
            yield from sorted(key.removeprefix(prefix) for key in shown)

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        """Store unless the key exists; of racing calls exactly one returns True.

        What is larger than `part_bytes` is uploaded in parts, and appears when the last one is there.
        """
        checked_key(key)
        parts = _parts(data, self._options.part_bytes)
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            return writing.put_new(self._bucket, key, first)
        return writing.put_new_in_parts(self._bucket, key, itertools.chain((first, second), parts))

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        """Replace the object only if its ETag is still `version`; `Conflict` otherwise."""
        return writing.put_if(self._bucket, checked_key(key), bytes(data), version)

    def delete(self, key: str) -> None:
        """Delete an object; no error if there is none."""
        self._bucket.delete(key)


def _is_object(key: str) -> bool:
    # Consoles put "folder/" objects there, and a name with a dot is nobody's object in any store.
    return all(segment and not segment.startswith(".") for segment in key.split("/"))


def _parts(data: bytes | BinaryIO, size: int) -> Iterator[bytes]:
    """Cut into parts of exactly `size` bytes, the last one shorter."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        for begin in range(0, len(data), size):
            yield bytes(data[begin : begin + size])
        return
    while part := _full(data, size):
        yield part


def _full(stream: BinaryIO, size: int) -> bytes:
    part = stream.read(size)
    # A stream may give less than it was asked for.
    while 0 < len(part) < size and (more := stream.read(size - len(part))):
        part += more
    return part
