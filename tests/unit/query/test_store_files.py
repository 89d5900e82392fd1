"""What DuckDB sees of a store without paths."""

from __future__ import annotations

import threading

import pytest
from tests.unit.query.remote import CountingStore

from schemahub._query.store_files import StoreFiles
from schemahub.errors import NotFound

DATA = bytes(range(256)) * 1000


@pytest.fixture
def files() -> StoreFiles:
    store = CountingStore()
    store.put_new("a/b.parquet", DATA)
    return StoreFiles(store, {"a/b.parquet": len(DATA), "a/gone.parquet": 1})


def test_a_file_is_read_whole_or_by_ranges(files: StoreFiles) -> None:
    file = files.open("schemahub://a/b.parquet")
    assert (file.size(), file.seek(300), file.tell()) == (len(DATA), 300, 300)
    assert file.read(1000) == DATA[300:1300]
    assert file.read(len(DATA)) == DATA[1300:]
    assert file.read(10) == b""
    file.seek(0)
    assert file.read() == DATA


def test_each_thread_has_its_own_position(files: StoreFiles) -> None:
    file = files.open("schemahub://a/b.parquet")
    turn = threading.Barrier(2, timeout=10)
    found: dict[int, bytes] = {}

    def read(start: int) -> None:
        file.seek(start)
        turn.wait()
        found[start] = file.read(500)

    threads = [threading.Thread(target=read, args=[start]) for start in (100, 5000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {100: DATA[100:600], 5000: DATA[5000:5500]}


def test_there_is_what_the_manifest_names(files: StoreFiles) -> None:
    assert files.glob("schemahub://a/b.parquet") == ["schemahub://a/b.parquet"]
    assert files.glob("schemahub://a/*.parquet") == []
    assert files.info("schemahub://a/b.parquet")["size"] == len(DATA)
    assert files.modified("schemahub://a/b.parquet") == files.modified("schemahub://a/b.parquet")


def test_a_missing_file_is_noticed_when_it_is_opened(files: StoreFiles) -> None:
    with pytest.raises(NotFound):
        files.open("schemahub://a/gone.parquet")


@pytest.mark.parametrize("mode", ["wb", "ab", "r+b"])
def test_nothing_is_written(files: StoreFiles, mode: str) -> None:
    with pytest.raises(PermissionError):
        files.open("schemahub://a/b.parquet", mode)


def test_one_store_is_not_taken_for_another(files: StoreFiles) -> None:
    assert StoreFiles(CountingStore(), {}) is not files
    assert StoreFiles(CountingStore(), {}).glob("schemahub://a/b.parquet") == []
