"""A bulk file: brought here, proved to be the published one, and read as whole lines."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Protocol

from schemahub.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from schemahub._http.download import Downloaded
    from schemahub.model import ArchiveFile, Request

_DOWNLOADS = 2
_PIECE_BYTES = 1 << 20
_LONGEST_LINE = 16 * _PIECE_BYTES
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for damage, and for methods and passwords that it does not know."""


class Unusable(PermanentError):
    """The file is not there, not the published one, or not what it seems: read its trades by pages."""


class Downloader(Protocol):
    """The part of the protection layer that brings files."""

    def download(self, request: Request, into: BinaryIO) -> Downloaded:
        """Bring a body into a file."""
        ...


class Readable(Protocol):
    """What is read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


@contextmanager
def brought(http: Downloader, ask: Callable[[], ArchiveFile]) -> Iterator[tuple[ArchiveFile, BinaryIO]]:
    """Yield what `ask` finds and its bytes in a temporary file, which is gone however the block ends.

    Raises `Unusable` if two downloads have another digest than is published: files are published again,
    so the digest is asked for again as well.
    """
    file = ask()
    with tempfile.TemporaryFile(prefix="schemahub-") as into:
        for _ in range(_DOWNLOADS):
            digest = _download(http, file, into)
            if not _is_published(digest, file):
                file = ask()
            if _is_published(digest, file):
                yield file, into
                return
    msg = "the file is not the published one, twice"
    raise Unusable(msg, where=file.request.path, expected=f"sha256 {file.sha256}", found=digest)


def _download(http: Downloader, file: ArchiveFile, into: BinaryIO) -> str:
    try:
        return http.download(file.request, into).sha256
    except PermanentError as error:
        raise Unusable(str(error)) from error


def _is_published(digest: str, file: ArchiveFile) -> bool:
    # Where none is published, the zip's own checksum is all there is.
    return file.sha256 is None or digest == file.sha256.lower()


def whole_lines(file: ArchiveFile, zipped: BinaryIO) -> Generator[bytes, None, None]:
    """Yield the one file inside a zip, about a megabyte at a time, cut behind line ends.

    Memory holds a piece or two (R7). Raises `Unusable` for a zip that is damaged or holds anything else.
    """
    where = file.request.path
    try:
        with zipfile.ZipFile(zipped) as archive:
            member = _only_member(archive, where)
            if file.sha256 is None and archive.testzip() is not None:
                msg = "the zip is damaged"
                raise Unusable(msg, where=where)
            with archive.open(member) as plain:
                yield from _cut(plain, where)
    except _BROKEN as error:
        msg = f"the zip cannot be read: {error}"
        raise Unusable(msg, where=where) from error


def _only_member(archive: zipfile.ZipFile, where: str) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        msg = "the zip holds another number of files"
        raise Unusable(msg, where=where, expected="1", found=str(len(members)))
    return members[0]


def _cut(plain: Readable, where: str) -> Iterator[bytes]:
    rest = b""
    while piece := plain.read(_PIECE_BYTES):
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = piece[end:]
        else:
            rest += piece
        if len(rest) > _LONGEST_LINE:
            msg = "a line does not end"
            raise Unusable(msg, where=where, expected=f"at most {_LONGEST_LINE} bytes")
    if rest:
        yield rest
