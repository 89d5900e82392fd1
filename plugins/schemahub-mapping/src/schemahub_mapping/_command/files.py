"""The files that the command is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from schemahub.codec import damage, decompressed
from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import RawName, StreamId
from schemahub.transformer import RawLines

_ENDINGS = {".jsonl": "none", ".jsonl.zst": "zst", ".jsonl.gz": "gz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A raw file's lines, and the stream they are taken to belong to; `exchange` is "" if nothing tells."""

    path: str
    exchange: str
    product: str
    ingest_us: int
    data: bytes

    def lines_of(self, exchange: str) -> RawLines:
        """Return what a transformer takes."""
        stream = StreamId(exchange, self.product)
        # What the product is listed as, a lake knows and a file does not: its id stands in for it here.
        return RawLines(
            stream=stream,
            source=self.path,
            ingest_us=self.ingest_us,
            data=self.data,
            symbol=self.product,
        )


def read_text(path: str, missing: str | None = None) -> str:
    """Read a mapping file; `missing` stands for one that is not there, if it may be missing."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if missing is not None and isinstance(error, FileNotFoundError):
            return missing
        msg = "the mapping cannot be read"
        raise ConfigError(msg, where=path, found=getattr(error, "strerror", None) or str(error)) from error


def read_sample(path: str, product: str | None) -> Sample:
    """Read a raw file. Where it lies in a lake, its name and folders tell stream and time.

    `ConfigError` if it cannot be read or decompressed.
    """
    exchange, folder = _stream_of(path)
    return Sample(
        path=path,
        exchange=exchange,
        product=product or folder,
        ingest_us=_created_us(Path(path).name),
        data=_content(path),
    )


def _content(path: str) -> bytes:
    codec = next((codec for ending, codec in _ENDINGS.items() if path.endswith(ending)), None)
    if codec is None:
        msg = "the sample is no raw file by its name"
        raise ConfigError(msg, where=path, expected=", ".join(_ENDINGS))
    unreadable: tuple[type[Exception], ...] = (OSError, *damage())
    try:
        with decompressed(codec, Path(path).open("rb")) as stream:
            return stream.read()
    except unreadable as error:
        msg = "the sample cannot be read"
        raise ConfigError(msg, where=path, found=getattr(error, "strerror", None) or str(error)) from error


def _stream_of(path: str) -> tuple[str, str]:
    parts = Path(path).resolve().parts[-3:]
    try:
        stream = StreamId.of_raw_key("/".join(parts))
    except IntegrityError:
        return "", parts[-2] if len(parts) > 1 else ""
    return (stream.exchange if parts[0].startswith("raw_") else ""), stream.product


def _created_us(name: str) -> int:
    try:
        return RawName.parse(name).created_us
    except IntegrityError:
        return 0
