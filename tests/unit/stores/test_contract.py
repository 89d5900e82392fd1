"""What every object store promises; each test runs over each bundled store."""

from __future__ import annotations

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from schemahub.errors import ConfigError, Conflict, NotFound

if TYPE_CHECKING:
    from schemahub.object_store import ObjectStore


def keys(store: ObjectStore, prefix: str = "", start_after: str = "") -> list[str]:
    return [info.key for info in store.list(prefix, start_after)]


def test_an_object_comes_back_as_it_went_in(store: ObjectStore) -> None:
    assert store.put_new("a/b.json", b"x\n\x00y")
    assert store.get("a/b.json").data == b"x\n\x00y"
    assert [(info.key, info.size) for info in store.list("")] == [("a/b.json", 4)]


def test_a_stream_is_stored_like_bytes(store: ObjectStore) -> None:
    assert store.put_new("a", io.BytesIO(b"12345"))
    with store.open("a") as file:
        assert file.seek(3) == 3
        assert file.read() == b"45"
        file.seek(0)
        assert file.read(2) == b"12"


def test_a_second_put_new_changes_nothing(store: ObjectStore) -> None:
    assert store.put_new("a", b"first")
    assert not store.put_new("a", b"second")
    assert store.get("a").data == b"first"


def test_what_is_not_there_is_not_found(store: ObjectStore) -> None:
    store.put_new("folder/object", b"")
    for key in ("nothing", "folder", "folder/object/below"):
        with pytest.raises(NotFound, match=key):
            store.get(key)
        with pytest.raises(NotFound, match=key):
            store.open(key)
        store.delete(key)
    assert keys(store) == ["folder/object"]


def test_a_deleted_object_is_gone_and_can_be_put_again(store: ObjectStore) -> None:
    store.put_new("a", b"1")
    store.delete("a")
    assert keys(store) == []
    assert store.put_new("a", b"2")


def test_put_if_creates_only_what_does_not_exist(store: ObjectStore) -> None:
    version = store.put_if("a", b"1", None)
    assert store.get("a").version == version
    with pytest.raises(Conflict, match=r"a: .*expected"):
        store.put_if("a", b"2", None)
    assert store.get("a").data == b"1"


def test_put_if_replaces_only_the_version_it_was_shown(store: ObjectStore) -> None:
    old = store.put_if("a", b"1", None)
    new = store.put_if("a", b"2", old)
    assert new != old
    with pytest.raises(Conflict):
        store.put_if("a", b"3", old)
    assert store.get("a").data == b"2"


def test_put_if_does_not_bring_back_what_was_deleted(store: ObjectStore) -> None:
    version = store.put_if("a", b"1", None)
    store.delete("a")
    with pytest.raises(Conflict):
        store.put_if("a", b"2", version)
    assert keys(store) == []


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a/.hidden", "a\x00b"])
def test_a_key_that_leaves_the_lake_is_refused(store: ObjectStore, key: str) -> None:
    with pytest.raises(ConfigError, match="not usable as an object's key"):
        store.put_new(key, b"")
    with pytest.raises(ConfigError, match="not usable as an object's key"):
        store.put_if(key, b"", None)


def test_of_fifty_racing_puts_one_wins_and_its_bytes_stay(store: ObjectStore) -> None:
    start = threading.Barrier(50)

    def put(number: int) -> bool:
        start.wait()
        return store.put_new("raw/batch", str(number).encode())

    with ThreadPoolExecutor(50) as pool:
        won = list(pool.map(put, range(50)))
    assert won.count(True) == 1
    assert store.get("raw/batch").data == str(won.index(True)).encode()


def test_threads_that_count_by_compare_and_set_lose_no_update(store: ObjectStore) -> None:
    store.put_new("counter", b"0")

    def count() -> None:
        for _ in range(10):
            while True:
                stored = store.get("counter")
                try:
                    store.put_if("counter", str(int(stored.data) + 1).encode(), stored.version)
                    break
                except Conflict:
                    continue

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count) for _ in range(8)]:
            done.result()
    assert store.get("counter").data == b"80"


def test_a_put_new_and_a_creating_put_if_exclude_each_other(store: ObjectStore) -> None:
    start = threading.Barrier(16)

    def put(number: int) -> bool:
        start.wait()
        if number % 2:
            return store.put_new("a", json.dumps(number).encode())
        try:
            store.put_if("a", json.dumps(number).encode(), None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(put, range(16)))
    assert won.count(True) == 1
    assert json.loads(store.get("a").data) == won.index(True)
