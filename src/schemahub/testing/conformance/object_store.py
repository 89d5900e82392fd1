"""What every object store promises."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from schemahub.errors import ConfigError, Conflict, NotFound
from schemahub.testing.conformance.racing import race
from schemahub.testing.rules import rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.object_store import ObjectStore

# Around "/" in the order: "-" and "." sort before it, "0" after; and letters of two to four bytes.
_KEYS = ("a-b", "a.b", "a/b", "a/c/d", "a/c0", "a/é", "a/漢", "a/😀", "a0", "b")
_REFUSED = ("", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a/.hidden", "a\x00b")
_LARGE = bytes(range(256)) * 4096


class ObjectStoreConformance:
    """Subclass it with a fixture `new_store`."""

    racing_puts = 50
    counting_threads = 8
    counts_per_thread = 10

    @pytest.fixture
    def new_store(self) -> Callable[[], ObjectStore]:
        """Return a maker of empty stores."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, new_store: Callable[[], ObjectStore]) -> ObjectStore:
        """Return an empty store."""
        return new_store()

    @rule("CT-OBJ-01")
    def test_an_object_comes_back_as_it_went_in(self, store: ObjectStore) -> None:
        assert store.put_new("a/b.json", b"x\n\x00y") is True, "put_new of a fresh key returns True"
        assert store.get("a/b.json").data == b"x\n\x00y", "get returns the very bytes that were put"
        assert _listed(store) == [("a/b.json", 4)], "a listing shows key and size of what was put"

    @rule("CT-OBJ-02")
    def test_an_empty_object_is_an_object(self, store: ObjectStore) -> None:
        store.put_new("a", b"")
        with store.open("a") as file:
            assert (store.get("a").data, file.read()) == (b"", b""), "an empty object reads as b''"
        assert _listed(store) == [("a", 0)], "an empty object is listed, with size 0"

    @rule("CT-OBJ-03")
    def test_a_stream_is_stored_like_bytes_and_can_be_read_anywhere(self, store: ObjectStore) -> None:
        assert store.put_new("a", io.BytesIO(b"12345")), "put_new takes a binary stream"
        with store.open("a") as file:
            assert file.seek(3) == 3, "seek returns the new position"
            assert file.read() == b"45", "read returns the rest from the position on"
            assert file.read(1) == b"", "read at the end returns nothing"
            assert file.seek(-4, io.SEEK_END) == 1, "seek counts from the end, too"
            assert file.read(2) == b"23", "read(2) returns two bytes"
            assert file.tell() == 3, "tell returns the position behind what was read"

    @rule("CT-OBJ-04")
    def test_a_large_object_comes_back_whole_and_in_pieces(self, store: ObjectStore) -> None:
        store.put_new("large", io.BytesIO(_LARGE))
        # Compared apart from the assert: pytest would explain at length how a million bytes differ.
        whole = store.get("large").data == _LARGE
        assert whole, "get returns a large object whole"
        with store.open("large") as file:
            joined = b"".join(iter(lambda: file.read(77_777), b"")) == _LARGE
            assert joined, "pieces of a stream, joined, are the object"
            file.seek(500_001)
            assert file.read(9) == _LARGE[500_001:500_010], "a stream can jump back"

    @rule("CT-OBJ-05")
    def test_a_second_put_new_changes_nothing(self, store: ObjectStore) -> None:
        store.put_new("a", b"first")
        assert store.put_new("a", b"second") is False, "put_new of a key that exists returns False"
        assert store.get("a").data == b"first", "put_new never replaces what is stored"

    @rule("CT-OBJ-06")
    def test_what_is_not_there_is_not_found(self, store: ObjectStore) -> None:
        store.put_new("folder/object", b"")
        for key in ("nothing", "folder", "folder/object/below"):
            with pytest.raises(NotFound, match=key):
                store.get(key)
            with pytest.raises(NotFound, match=key):
                store.open(key)
            store.delete(key)
        assert _keys(store) == ["folder/object"], "deleting what is not there changes nothing"

    @rule("CT-OBJ-07")
    def test_a_deleted_object_is_gone_and_can_be_put_again(self, store: ObjectStore) -> None:
        store.put_new("a", b"1")
        store.delete("a")
        assert _keys(store) == [], "a deleted object is not listed"
        assert store.put_new("a", b"2"), "the key of a deleted object is free"

    @rule("CT-OBJ-08")
    def test_put_if_creates_only_what_does_not_exist(self, store: ObjectStore) -> None:
        version = store.put_if("a", b"1", None)
        assert store.get("a").version == version, "put_if returns the version that get then shows"
        with pytest.raises(Conflict, match=r"a: .*expected"):
            store.put_if("a", b"2", None)
        assert store.get("a").data == b"1", "a refused put_if changes nothing"

    @rule("CT-OBJ-09")
    def test_put_if_replaces_only_the_version_it_was_shown(self, store: ObjectStore) -> None:
        old = store.put_if("a", b"1", None)
        new = store.put_if("a", b"2", old)
        assert new != old, "other content is another version"
        with pytest.raises(Conflict):
            store.put_if("a", b"3", old)
        assert store.get("a").data == b"2", "put_if against an old version changes nothing"

    @rule("CT-OBJ-10")
    def test_put_if_does_not_bring_back_what_was_deleted(self, store: ObjectStore) -> None:
        version = store.put_if("a", b"1", None)
        store.delete("a")
        with pytest.raises(Conflict):
            store.put_if("a", b"2", version)
        assert _keys(store) == [], "put_if against a version creates nothing"

    @rule("CT-OBJ-11")
    def test_put_if_replaces_what_put_new_stored(self, store: ObjectStore) -> None:
        store.put_new("a", io.BytesIO(_LARGE))
        store.put_if("a", b"2", store.get("a").version)
        assert store.get("a").data == b"2", "get's version is good for put_if, whoever stored the object"

    @rule("CT-OBJ-12")
    @pytest.mark.parametrize("key", _REFUSED)
    def test_a_key_that_leaves_the_lake_is_refused(self, store: ObjectStore, key: str) -> None:
        with pytest.raises(ConfigError, match="not usable as an object's key"):
            store.put_new(key, b"")
        with pytest.raises(ConfigError, match="not usable as an object's key"):
            store.put_if(key, b"", None)

    @rule("CT-OBJ-13")
    def test_listings_ascend_by_the_whole_key_from_any_start(self, store: ObjectStore) -> None:
        for key in reversed(_KEYS):
            store.put_new(key, b"")
        for prefix in ("", "a", "a/", "a/c", "none"):
            wanted = [key for key in _KEYS if key.startswith(prefix)]
            assert _keys(store, prefix) == wanted, f"listing {prefix!r}: ascending by UTF-8 bytes"
            for start in (*_KEYS, "a/", "a/c", "z"):
                later = [key for key in wanted if key.encode() > start.encode()]
                assert _keys(store, prefix, start) == later, f"listing {prefix!r} after {start!r}"

    @rule("CT-OBJ-14")
    def test_children_are_folders_and_objects_each_once(self, store: ObjectStore) -> None:
        for key in (*reversed(_KEYS), "a/c/e/f"):
            store.put_new(key, b"")
        for prefix in ("", "a", "a/", "a/c", "none"):
            rest = (key.removeprefix(prefix) for key in (*_KEYS, "a/c/e/f") if key.startswith(prefix))
            wanted = {name + slash for name, slash, _ in (key.partition("/") for key in rest)}
            found = list(store.children(prefix))
            assert found == sorted(wanted), f"children of {prefix!r}: each once, ascending"

    @rule("CT-OBJ-15")
    def test_of_racing_puts_one_wins_and_its_bytes_stay(self, store: ObjectStore) -> None:
        won = race(self.racing_puts, lambda number: store.put_new("raw/batch", str(number).encode()))
        assert won.count(True) == 1, "of racing put_new exactly one returns True"
        assert store.get("raw/batch").data == str(won.index(True)).encode(), "the winner's bytes are stored"

    @rule("CT-OBJ-16")
    def test_threads_that_count_by_compare_and_set_lose_no_update(self, store: ObjectStore) -> None:
        store.put_new("counter", b"0")

        def count(_: int) -> None:
            for _turn in range(self.counts_per_thread):
                while not _incremented(store):
                    pass

        race(self.counting_threads, count)
        expected = self.counting_threads * self.counts_per_thread
        assert int(store.get("counter").data) == expected, "no update by compare-and-set is lost"

    @rule("CT-OBJ-17")
    def test_a_put_new_and_a_creating_put_if_exclude_each_other(self, store: ObjectStore) -> None:
        def put(number: int) -> bool:
            if number % 2:
                return store.put_new("a", json.dumps(number).encode())
            try:
                store.put_if("a", json.dumps(number).encode(), None)
            except Conflict:
                return False
            return True

        won = race(16, put)
        assert won.count(True) == 1, "of racing put_new and creating put_if exactly one stores"
        assert json.loads(store.get("a").data) == won.index(True), "the winner's bytes are stored"


def _keys(store: ObjectStore, prefix: str = "", start_after: str = "") -> list[str]:
    return [info.key for info in store.list(prefix, start_after)]


def _listed(store: ObjectStore) -> list[tuple[str, int]]:
    return [(info.key, info.size) for info in store.list("")]


def _incremented(store: ObjectStore) -> bool:
    stored = store.get("counter")
    try:
        store.put_if("counter", str(int(stored.data) + 1).encode(), stored.version)
    except Conflict:
        return False
    return True
