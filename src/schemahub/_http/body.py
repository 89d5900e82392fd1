"""Read a body to its end, decompressed, and never more of it than was allowed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from schemahub.errors import PermanentError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GZIP_OR_ZLIB = 47
_PIECE_BYTES = 1 << 20
_MIB = 1 << 20


def read_body(chunks: Iterable[bytes], encoding: str, most_bytes: int, where: str) -> bytes:
    """Return the whole body, decompressed from `encoding` (the `Content-Encoding`).

    Memory stays within `most_bytes` and a piece, whatever a body unpacks to (R7). Raises `RetryableError`
    for a body that is too large, cut off or broken: all of these come and go with proxies.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _decoded(chunks, encoding, where):
            size += len(piece)
            if size > most_bytes:
                msg, most = "the body is too large", f"at most {most_bytes / _MIB:g} MiB"
                raise RetryableError(msg, where=where, expected=most, found="more")
            pieces.append(piece)
    except zlib.error as error:
        msg = f"the body is not the {encoding} that its header says"
        raise RetryableError(msg, where=where) from error
    return b"".join(pieces)


def _decoded(chunks: Iterable[bytes], encoding: str, where: str) -> Iterable[bytes]:
    if encoding in {"", "identity"}:
        return chunks
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return _inflate(chunks, where)
    msg = "the body comes in an encoding that was not asked for"
    raise PermanentError(msg, where=where, expected="gzip or none", found=repr(encoding))


def _inflate(chunks: Iterable[bytes], where: str) -> Iterator[bytes]:
    stream, started = zlib.decompressobj(_GZIP_OR_ZLIB), False
    for chunk in chunks:
        rest, started = chunk, True
        while rest:
            if stream.eof:  # gzip allows one member after another
                stream = zlib.decompressobj(_GZIP_OR_ZLIB)
            yield stream.decompress(rest, _PIECE_BYTES)
            rest = stream.unconsumed_tail or stream.unused_data
    yield stream.flush()
    # A proxy that gives up half way may still frame what it has correctly.
    if started and not stream.eof:
        msg = "the body is cut off"
        raise RetryableError(msg, where=where, expected="the end of the gzip stream")
