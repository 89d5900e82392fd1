"""See whatever reaches for the world: the interpreter's own audit, so that no way of doing it is missed."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACHING = (
    "open",
    "socket.",
    "subprocess.Popen",
    "os.system",
    "os.listdir",
    "os.scandir",
    "time.sleep",
    "urllib.Request",
    "_thread.start_new_thread",
)
_watched = threading.local()
_installed = threading.Lock()
_hooks: list[bool] = []


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note what this thread does with files, sockets, processes, threads and sleep within the block."""
    with _installed:
        if not _hooks:
            # An audit hook stays for good: it is asked once and does nothing outside of a block.
            sys.addaudithook(_note)
            _hooks.append(True)
    found: list[str] = []
    _watched.found = found
    try:
        yield found
    finally:
        _watched.found = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    found: list[str] | None = getattr(_watched, "found", None)
    if found is not None and event.startswith(_REACHING):
        found.append(f"{event}{arguments!r}"[:120])
