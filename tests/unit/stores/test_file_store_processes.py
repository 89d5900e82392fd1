"""Several processes on one folder, and one that is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from schemahub.builtin.file_store import FileStore

PUTTER = Path(__file__).with_name("putter.py")
BODY = b"0123456789abcdef" * 4096


def start(action: str, store: FileStore, times: int) -> subprocess.Popen[bytes]:
    lake = str(store.local_path("x").parent)
    command = [sys.executable, str(PUTTER), action, lake, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - this very interpreter


def test_four_processes_that_count_lose_no_update(file_store: FileStore) -> None:
    file_store.put_new("counter", b"0")
    counters = [start("count", file_store, 25) for _ in range(4)]
    for process in counters:
        with process:
            assert process.wait() == 0
    assert file_store.get("counter").data == b"100"


@pytest.mark.parametrize("puts_before_the_kill", [1, 7, 30])
def test_a_killed_process_leaves_whole_objects_and_a_usable_store(
    file_store: FileStore, puts_before_the_kill: int
) -> None:
    with start("fill", file_store, 1_000_000) as process:
        assert process.stdout is not None
        for _ in range(puts_before_the_kill):
            process.stdout.readline()
        process.kill()
    found = list(file_store.list("raw/"))
    assert len(found) >= puts_before_the_kill
    for info in found:
        assert file_store.get(info.key).data == BODY
    assert file_store.put_new(f"raw/{len(found):09d}", BODY)
