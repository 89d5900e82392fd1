"""Files that appear whole, survive a power cut, or do not appear at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEFTOVER_SECONDS = 86_400


class Staging:
    """The folder where files are written before they get their name.

    It lies on the file system of the lake, because a name can only be given within one.
    """

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made by the first file."""
        self._folder = folder
        self._swept = False

    @contextlib.contextmanager
    def file(self, data: bytes | BinaryIO) -> Iterator[Path]:
        """Give a durable file with this content; it is gone afterwards unless the caller moved it."""
        make_folders(self._folder)
        self._sweep_once()
        path = self._folder / uuid.uuid4().hex
        try:
            _write(path, data)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _sweep_once(self) -> None:
        # A killed process leaves its file here; no put takes a day.
        if self._swept:
            return
        self._swept = True
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - _LEFTOVER_SECONDS:
                    path.unlink()


def make_folders(folder: Path) -> None:
    """Make a folder and its parents so that a power cut does not take them away."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a file's own fsync does not."""
    if os.name == "nt":  # Windows cannot open a folder, and its journal keeps names
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes | BinaryIO) -> None:
    with path.open("xb") as file:
        if isinstance(data, (bytes, bytearray, memoryview)):
            file.write(data)
        else:
            shutil.copyfileobj(data, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
