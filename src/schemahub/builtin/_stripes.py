"""Locks between processes, given back by the system when a process dies."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from schemahub.errors import RetryableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STRIPES = 64
_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.002


class Stripes:
    """A fixed number of lock files that all keys share: the folder does not grow with the lake."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made by the first lock."""
        self._folder = folder

    @contextlib.contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Hold the lock of `key`; `RetryableError` if somebody holds it for a minute (R5)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stripe = hashlib.blake2b(key.encode()).digest()[0] % _STRIPES
        # A new object each time: one that is shared would let its holder in again.
        lock = FileLock(self._folder / f"{stripe:02d}.lock", timeout=_WAIT_SECONDS)
        try:
            lock.acquire(poll_interval=_POLL_SECONDS)
        except Timeout as error:
            msg = "another process does not give the lock of this object back"
            raise RetryableError(msg, where=key, found=lock.lock_file) from error
        try:
            yield
        finally:
            lock.release()
