from __future__ import annotations

from schemahub.builtin.memory_store import MemoryStore, schemahub_object_store


def test_one_name_is_one_store() -> None:
    store = MemoryStore.open_url("memory://shared-by-name", {})
    store.put_new("a", b"1")
    assert MemoryStore.open_url("memory://shared-by-name/", {}).get("a").data == b"1"
    assert list(MemoryStore.open_url("memory://another-name", {}).list("")) == []


def test_equal_content_is_another_version() -> None:
    store = MemoryStore()
    first = store.put_if("a", b"same", None)
    assert store.put_if("a", b"same", first) != first


def test_an_object_has_no_local_path() -> None:
    assert schemahub_object_store()().local_path("a") is None
