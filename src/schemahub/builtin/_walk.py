"""List a folder's files as an object store lists its keys."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from schemahub.object_store import AFTER_ALL, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(root: str, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
    """Yield the files whose key starts with `prefix` and sorts after `start_after`, ascending by key.

    Only folders that can hold such a key are read. Hidden names are left out, and so is a file that is
    deleted meanwhile.
    """
    folder = prefix.rpartition("/")[0]
    yield from _walk_folder(root, f"{folder}/" if folder else "", prefix, start_after)


def _walk_folder(root: str, folder: str, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
    for key, entry in sorted(_entries(root, folder, prefix, start_after)):
        if key.endswith("/"):
            yield from _walk_folder(root, key, prefix, start_after)
        else:
            with contextlib.suppress(FileNotFoundError):
                yield ObjectInfo(key=key, size=entry.stat().st_size)


def _entries(root: str, folder: str, prefix: str, start_after: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = os.scandir(f"{root}/{folder}")
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            is_folder = entry.is_dir()
            # A folder carries its slash, so that "a-b" and "a.b" sort before, and "a0" after, all of "a/".
            key = f"{folder}{entry.name}/" if is_folder else f"{folder}{entry.name}"
            wanted = key.startswith(prefix) or (is_folder and prefix.startswith(key))
            inside = is_folder and start_after.startswith(key) and start_after != f"{key}{AFTER_ALL}"
            ahead = inside or key > start_after
            if wanted and ahead and not entry.name.startswith("."):
                yield key, entry
