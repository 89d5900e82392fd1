"""A lake in a folder of this machine."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, TypeVar
from urllib.parse import unquote

from schemahub.builtin._disk_errors import explained, linking
from schemahub.builtin._links import check_leads_somewhere
from schemahub.builtin._staging import Staging, make_folders, sync_folder
from schemahub.builtin._stripes import Stripes
from schemahub.builtin._walk import walk
from schemahub.errors import ConfigError, Conflict, NotFound
from schemahub.hookspecs import hookimpl
from schemahub.object_store import ObjectInfo, ObjectStore, Stored, checked_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

T = TypeVar("T")


class FileStore(ObjectStore):
    """Objects as plain files that a person can read; made for one machine, any number of processes.

    put-if-absent is a hard link, which the file system refuses if the name exists. Compare-and-set is a
    rename under a lock that the system gives back when a process dies. What begins with a dot in the
    lake's folders is the store's own (`.tmp`, `.locks`) and may be deleted while nobody writes.

    A folder of the lake may be a link to one on another disk. A link that leads nowhere is a `ConfigError`,
    not an empty folder.
    """

    scheme = "file"

    def __init__(self, root: Path) -> None:
        """Keep the folder; the first put makes it."""
        self._root = root
        self._staging = Staging(root / ".tmp")
        self._apart: dict[Path, Staging] = {}
        self._locks = Stripes(root / ".locks")

    @classmethod
    def open_url(cls, url: str, options: Mapping[str, object]) -> Self:
        """Open the lake at `file:///x` or at a plain path, creating nothing."""
        del options
        root = _path(url).absolute()
        if root.exists() and not root.is_dir():
            msg = "a lake is a folder, and this is a file"
            raise ConfigError(msg, where=str(root), hint="Choose another --lake, or move the file away.")
        return cls(root)

    def get(self, key: str) -> Stored:
        """Return an object and its version, the digest of its content; `NotFound` if there is none."""
        with self.open(key) as file:
            data = file.read()
        return Stored(data=data, version=_digest(data))

    def open(self, key: str) -> BinaryIO:
        """Open an object for streaming; `NotFound` if there is none."""
        try:
            return self.local_path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            check_leads_somewhere(self.local_path(key))
            msg = "no such object"
            raise NotFound(msg, where=key) from error
        except OSError as error:
            msg = f"an object of {self._root} cannot be read"
            hint = "Check the owner and the permissions of the file."
            raise ConfigError(msg, where=key, found=error.strerror, hint=hint) from error

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """List the objects, ascending by the whole key, reading only the folders that it takes."""
        if folder := prefix.rpartition("/")[0]:
            checked_key(folder)
        return walk(str(self._root), prefix, start_after)

    def put_new(self, key: str, data: bytes | BinaryIO) -> bool:
        """Store unless the key exists; of racing calls exactly one returns True.

        Either way the object is durable on return, also one that another process was just storing.
        """
        path = self.local_path(key)
        with explained(self._root, key):
            if path.is_file():
                sync_folder(path.parent)
                return False
            with self._staged(data, path) as staged:
                make_folders(path.parent)
                return self._named(staged, path, lambda file: self._link(file, path, key))

    def _staged(self, data: bytes | BinaryIO, path: Path) -> AbstractContextManager[Path]:
        return self._apart.get(path.parent, self._staging).file(data)

    def _named(self, staged: Path, path: Path, name: Callable[[Path], T]) -> T:
        """Give a file its name; where that is on another disk, by way of a copy beside it."""
        try:
            return name(staged)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        near = self._apart[path.parent] = Staging(path.parent / ".tmp")
        with staged.open("rb") as data, near.file(data) as copy:
            return name(copy)

    def _link(self, staged: Path, path: Path, key: str) -> bool:
        stored = True
        try:
            with linking(self._root, key):
                os.link(staged, path)
        except FileExistsError:
            if not path.is_file():
                raise
            stored = False
        sync_folder(path.parent)
        return stored

    def put_if(self, key: str, data: bytes, version: str | None) -> str:
        """Replace the object only if its content still has this digest; `Conflict` otherwise."""
        if version is None:
            # The link decides, so that this excludes a racing put_new as well.
            if not self.put_new(key, data):
                raise _conflict(key, None, "an object")
            return _digest(data)
        path = self.local_path(key)
        with explained(self._root, key), self._staged(data, path) as staged, self._locks.held(key):
            found = _digest(path.read_bytes()) if path.is_file() else None
            if found != version:
                raise _conflict(key, version, f"version {found}" if found else "no object")
            self._named(staged, path, lambda file: file.replace(path))
            sync_folder(path.parent)
        return _digest(data)

    def delete(self, key: str) -> None:
        """Delete an object; no error if there is none."""
        path = self.local_path(key)
        if path.is_file():
            with explained(self._root, key), self._locks.held(key):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def local_path(self, key: str) -> Path:
        """Return where the object lies."""
        return self._root / checked_key(key)


def _path(url: str) -> Path:
    if not url.startswith("file:"):
        return Path(url).expanduser()
    host, slash, path = url.removeprefix("file:").removeprefix("//").partition("/")
    if host not in ("", "localhost") or not slash:
        msg = "not the URL of a folder on this machine"
        raise ConfigError(msg, expected="file:///absolute/path", found=url)
    return Path(f"/{unquote(path)}")


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _conflict(key: str, version: str | None, found: str) -> Conflict:
    expected = f"version {version}" if version else "no object"
    return Conflict("somebody else wrote first", where=key, expected=expected, found=found)


@hookimpl
def schemahub_object_store() -> type[ObjectStore]:
    """Return the class behind `file://` and plain paths."""
    return FileStore
