"""Raw objects' compression, chosen by the ending of their name."""

from __future__ import annotations

import gzip
import io
import shutil
import sys
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from schemahub.errors import ConfigError
from schemahub.layout import CODECS

if TYPE_CHECKING:
    from types import ModuleType

    from _typeshed import WriteableBuffer

_ZSTD_LEVEL = 1
_GZIP_LEVEL = 6
_ZSTD_HEADER = 18
_PIECE = 1 << 17
_MOST_AT_ONCE = 1 << 30
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


def compressor(codec: str, size: int | None = None) -> Compressor:
    """Return a fresh compressor; equal bytes in give equal bytes out.

    `size`, where it is known, is the number of bytes that will be compressed: readers of zstd are faster
    for it.
    """
    if codec == "zst":
        zstd = _zstd()
        name = zstd.CompressionParameter
        # With a checksum, as gzip always has: `verify --deep` then sees any byte that was changed.
        options = {name.compression_level: _ZSTD_LEVEL, name.checksum_flag: 1}
        packer = zstd.ZstdCompressor(options=options)
        packer.set_pledged_input_size(size)
        return cast("Compressor", packer)
    if codec == "gz":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_HEADER)
    if codec == "none":
        return _Plain()
    msg = "unknown compression of raw objects"
    raise ConfigError(msg, expected=", ".join(CODECS), found=codec)


def decompressed(codec: str, stream: BinaryIO) -> BinaryIO:
    """Wrap a stored raw object's stream so that it reads as plain JSONL; closing it closes `stream`."""
    if codec == "zst":
        return io.BufferedReader(_Zstd(stream))
    if codec == "gz":
        return io.BufferedReader(_Unpacked(gzip.GzipFile(fileobj=stream, mode="rb"), stream))
    return stream


class _Unpacked(io.RawIOBase):
    """What a decompressor reads. It leaves the stream under it open when it is closed; this closes both."""

    def __init__(self, plain: io.BufferedIOBase, stream: BinaryIO) -> None:
        self._plain = plain
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        return self._plain.readinto(buffer)

    def readall(self) -> bytes:
        # Not the inherited way: it gathers pieces and joins them, and touching new memory twice costs more
        # than decompressing.
        whole = io.BytesIO()
        shutil.copyfileobj(self._plain, whole, _PIECE)
        return whole.getvalue()

    def close(self) -> None:
        super().close()
        self._plain.close()
        self._stream.close()


class _Zstd(_Unpacked):
    """What is read as a whole, and says how long it is, is decompressed in one step: half the work."""

    def __init__(self, stream: BinaryIO) -> None:
        self._packed = io.BufferedReader(cast("io.RawIOBase", stream))
        self._begun = False
        super().__init__(_zstd().ZstdFile(self._packed, "rb"), stream)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self._begun = True
        return super().readinto(buffer)

    def readall(self) -> bytes:
        length = None if self._begun else self._length()
        if length is None:
            return super().readall()
        packed = self._packed.read()
        data = _in_one_step(packed, length)
        # Whoever reads on finds the end; what is wrong, or comes behind the frame, is found piece by piece.
        self._plain = io.BytesIO() if data is not None else _zstd().ZstdFile(io.BytesIO(packed), "rb")
        return super().readall() if data is None else data

    def _length(self) -> int | None:
        """Return the length that the frame states, unless it is no frame, or larger than is sensible."""
        try:
            length: int | None = _zstd().get_frame_info(self._packed.peek(_ZSTD_HEADER)).decompressed_size
        except _zstd().ZstdError:
            return None
        return length if length is not None and length <= _MOST_AT_ONCE else None


def _in_one_step(packed: bytes, length: int) -> bytes | None:
    """Decompress by Arrow, where it is loaded; None if it is not, or finds anything but one sound frame."""
    arrow = sys.modules.get("pyarrow")
    if arrow is None:
        return None
    try:
        return bytes(arrow.decompress(packed, decompressed_size=length, codec="zstd", asbytes=True))
    except OSError:
        return None


def damage() -> tuple[type[Exception], ...]:
    """Return the errors that reading a damaged or cut off stream of `decompressed` raises."""
    return EOFError, gzip.BadGzipFile, zlib.error, _zstd().ZstdError
