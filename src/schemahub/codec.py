"""Raw objects' compression, chosen by the ending of their name."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from schemahub.errors import ConfigError
from schemahub.layout import CODECS

if TYPE_CHECKING:
    from types import ModuleType

_ZSTD_LEVEL = 1
_GZIP_LEVEL = 6
_GZIP_HEADER = 16 + zlib.MAX_WBITS


class Compressor(Protocol):
    """Takes bytes bit by bit, so that a batch is held in memory only in its compressed form."""

    def compress(self, data: bytes, /) -> bytes:
        """Take more; return what is ready."""
        ...

    def flush(self) -> bytes:
        """End; return the rest."""
        ...


class _Plain:
    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def _zstd() -> ModuleType:
    # The standard library has zstd from 3.14 on; backports.zstd is the same module for older ones.
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def compressor(codec: str) -> Compressor:
    """Return a fresh compressor; equal bytes in give equal bytes out."""
    if codec == "zst":
        zstd = _zstd()
        name = zstd.CompressionParameter
        # With a checksum, as gzip always has: `verify --deep` then sees any byte that was changed.
        options = {name.compression_level: _ZSTD_LEVEL, name.checksum_flag: 1}
        return cast("Compressor", zstd.ZstdCompressor(options=options))
    if codec == "gz":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_HEADER)
    if codec == "none":
        return _Plain()
    msg = "unknown compression of raw objects"
    raise ConfigError(msg, expected=", ".join(CODECS), found=codec)


def decompressed(codec: str, stream: BinaryIO) -> BinaryIO:
    """Wrap a stored raw object's stream so that it reads as plain JSONL; closing it closes `stream`."""
    if codec == "zst":
        return _Owning(_zstd().ZstdFile(stream, "rb"), stream)
    if codec == "gz":
        return _Owning(gzip.GzipFile(fileobj=stream, mode="rb"), stream)
    return _Owning(stream, stream)


class _Owning(io.BufferedReader):
    """A decompressor leaves the stream under it open when it is closed; this closes both."""

    def __init__(self, plain: object, stream: BinaryIO) -> None:
        # Decompressors are no RawIOBase, but have the methods of one that are used.
        super().__init__(cast("io.RawIOBase", plain))
        self._stream = stream

    def close(self) -> None:
        super().close()
        self._stream.close()


def damage() -> tuple[type[Exception], ...]:
    """Return the errors that reading a damaged or cut off stream of `decompressed` raises."""
    return EOFError, gzip.BadGzipFile, zlib.error, _zstd().ZstdError
