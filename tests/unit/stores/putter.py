"""Run as a process of its own: `putter.py count|fill LAKE N`, on the real FileStore."""

from __future__ import annotations

import sys
from pathlib import Path

from schemahub.builtin.file_store import FileStore
from schemahub.errors import Conflict

BODY = b"0123456789abcdef" * 4096


def count(store: FileStore, times: int) -> None:
    for _ in range(times):
        while True:
            stored = store.get("counter")
            try:
                store.put_if("counter", str(int(stored.data) + 1).encode(), stored.version)
                break
            except Conflict:
                continue


def fill(store: FileStore, times: int) -> None:
    for number in range(times):
        store.put_new(f"raw/{number:09d}", BODY)
        print(number, flush=True)  # noqa: T201 - the parent reads along


if __name__ == "__main__":
    _, action, lake, times = sys.argv
    {"count": count, "fill": fill}[action](FileStore(Path(lake)), int(times))
