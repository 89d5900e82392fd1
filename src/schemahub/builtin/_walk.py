"""List a folder's files as an object store lists its keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from schemahub.builtin._links import check_leads_onward, check_leads_somewhere
from schemahub.errors import ConfigError
from schemahub.object_store import AFTER_ALL, ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(root: str, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
    """Yield the files whose key starts with `prefix` and sorts after `start_after`, ascending by key.

    Only folders that can hold such a key are read. Hidden names are left out, and so is a file that is
    deleted meanwhile. Links are followed; one that leads nowhere, or round in a circle, is a `ConfigError`.
    """
    folder = prefix.rpartition("/")[0]
    yield from _walk_folder(root, f"{folder}/" if folder else "", prefix, start_after)


def _walk_folder(root: str, folder: str, prefix: str, start_after: str) -> Iterator[ObjectInfo]:
    for key, entry in sorted(_entries(root, folder, prefix, start_after)):
        if key.endswith("/"):
            if entry.is_symlink():
                check_leads_onward(root, key)
            yield from _walk_folder(root, key, prefix, start_after)
        else:
            try:
                size = entry.stat().st_size
            except FileNotFoundError:
                continue
            yield ObjectInfo(key=key, size=size)


def _entries(root: str, folder: str, prefix: str, start_after: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = os.scandir(f"{root}/{folder}")
    except (FileNotFoundError, NotADirectoryError):
        check_leads_somewhere(f"{root}/{folder}")
        return
    except OSError as error:
        msg = "a folder of the lake cannot be read"
        hint = "Check its owner and its permissions."
        raise ConfigError(msg, where=f"{root}/{folder}", found=error.strerror, hint=hint) from error
    with entries:
        for entry in entries:
            name = f"{folder}{entry.name}"
            if entry.name.startswith(".") or not (name.startswith(prefix) or prefix.startswith(f"{name}/")):
                continue
            if entry.is_symlink():
                check_leads_somewhere(entry.path)
            is_folder = entry.is_dir()
            # A folder carries its slash, so that "a-b" and "a.b" sort before, and "a0" after, all of "a/".
            key = f"{name}/" if is_folder else name
            wanted = key.startswith(prefix) or (is_folder and prefix.startswith(key))
            inside = is_folder and start_after.startswith(key) and start_after != f"{key}{AFTER_ALL}"
            ahead = inside or key > start_after
            if wanted and ahead:
                yield key, entry
