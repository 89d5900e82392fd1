"""What a person can do about a disk that refuses."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from schemahub.builtin._links import check_leads_somewhere
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_READ_ONLY = ("the lake at {root} is read-only", "Check the owner and the permissions of the folder")
_FULL = ("the disk of {root} is full", "Free some space and run again: nothing is half-written")
_IN_THE_WAY = ("something other than an object is in the way in {root}", "Move it out of the lake")
_OTHER = ("the disk of {root} failed", "See the cause above")

_SENTENCES = {
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@contextlib.contextmanager
def explained(root: Path, key: str) -> Iterator[None]:
    """Turn the system's errors into a `ConfigError` that says where and what to do."""
    try:
        yield
    except OSError as error:
        check_leads_somewhere(root / key)
        message, hint = _SENTENCES.get(error.errno or 0, _OTHER)
        raise ConfigError(message.format(root=root), where=key, found=error.strerror, hint=hint) from error


@contextlib.contextmanager
def linking(root: Path, key: str) -> Iterator[None]:
    """Explain a file system that has no hard links."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        msg = f"the file system of {root} has no hard links, which put-if-absent is made of"
        hint = "Keep the lake on another one (ext4, xfs, apfs, ntfs), or in an object store"
        raise ConfigError(msg, where=key, found=error.strerror, hint=hint) from error
