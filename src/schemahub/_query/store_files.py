"""The files of any object store, as DuckDB can read them: by ranges, from many threads."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from fsspec import AbstractFileSystem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemahub.object_store import ObjectStore

SCHEME = "schemahub"
"""What the paths of such files begin with, as in `schemahub://unified_trades/...`."""
_IMMUTABLE = datetime(1970, 1, 1, tzinfo=UTC)


class StoreFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Known files of one store, read-only; their sizes come from the manifest, not from requests."""

    protocol = SCHEME
    cachable = False  # fsspec would hand one store's files to the next

    def __init__(self, store: ObjectStore, sizes: Mapping[str, int]) -> None:
        """Serve the keys of `sizes`."""
        super().__init__()
        self._store = store
        self._sizes = sizes

    def open(self, path: str, mode: str = "rb", **_: Any) -> RangedFile:  # noqa: ANN401 - fsspec's own
        """Open a file for reading."""
        if mode != "rb":
            msg = "the lake is read-only here"
            raise PermissionError(msg)
        key = self._strip_protocol(path)
        return RangedFile(lambda: self._store.open(key), self._sizes[key])

    def glob(self, path: str, **_: Any) -> list[str]:  # noqa: ANN401 - fsspec's own
        """Return the path itself: keys hold no patterns."""
        return [path] if self.exists(path) else []

    def exists(self, path: str, **_: Any) -> bool:  # noqa: ANN401 - fsspec's own
        """Tell whether the manifest names this file."""
        return self._strip_protocol(path) in self._sizes

    def info(self, path: str, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - fsspec's own
        """Return what fsspec wants to know of a file."""
        return {"name": path, "size": self._sizes[self._strip_protocol(path)], "type": "file"}

    def modified(self, path: str) -> datetime:
        """Return one time for all: files are never changed, so whatever was cached of them is right."""
        del path
        return _IMMUTABLE


class RangedFile:
    """A file whose position belongs to the thread that reads.

    DuckDB reads one open file from several threads, each time by a `seek` and then a `read`; between the
    two another thread may come. So every thread has a stream of its own, which also lets them wait for
    the network side by side.
    """

    def __init__(self, reopen: Callable[[], BinaryIO], size: int) -> None:
        """Open the first stream now, so that a missing file is noticed here."""
        self._reopen = reopen
        self._size = size
        # By number: to Python a thread of DuckDB's is a new one each time, and a threading.local forgets.
        self._streams: dict[int, BinaryIO] = {}
        self._stream()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move this thread's position."""
        return self._stream().seek(offset, whence)

    def tell(self) -> int:
        """Return this thread's position."""
        return self._stream().tell()

    def read(self, size: int = -1) -> bytes:
        """Read exactly `size` bytes, unless the file ends before."""
        stream = self._stream()
        data = stream.read(size)
        # A network's stream may give less than it was asked for.
        while 0 <= len(data) < size and (more := stream.read(size - len(data))):
            data += more
        return data

    def size(self) -> int:
        """Return the file's size."""
        return self._size

    def close(self) -> None:
        """Close the streams of all threads."""
        for stream in list(self._streams.values()):
            stream.close()

    def __del__(self) -> None:
        # DuckDB drops some files without closing them.
        self.close()

    def _stream(self) -> BinaryIO:
        own = threading.get_ident()
        if own not in self._streams:
            self._streams[own] = self._reopen()
        return self._streams[own]
