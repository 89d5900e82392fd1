"""Listings: ascending by the whole key, from any prefix and any starting point."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemahub.builtin.file_store import FileStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from schemahub.object_store import ObjectStore

# Around "/" in the order: "-" and "." sort before it, "0" after; and letters of two to four bytes.
SEGMENTS = st.text("-./0aé漢😀", min_size=1, max_size=3).filter(
    lambda text: "/" not in text and text[0] != "."
)
KEYS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)


def no_key_is_a_folder(keys: set[str]) -> bool:
    return not any(other.startswith(f"{key}/") for key in keys for other in keys)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.sets(KEYS, max_size=12), prefix=st.text("-./0aé", max_size=3), after=st.text("-./0aé", max_size=4)
)
def test_a_listing_is_the_sorted_keys_of_the_prefix_after_the_start(
    new_store: Callable[[], ObjectStore], keys: set[str], prefix: str, after: str
) -> None:
    assume(no_key_is_a_folder(keys))
    assume(not any(part == "" or part[0] == "." for part in prefix.split("/")[:-1]))
    store = new_store()
    for key in keys:
        store.put_new(key, b"x" * len(key))
    ordered = sorted(keys, key=str.encode)
    expected = [key for key in ordered if key.startswith(prefix) and key.encode() > after.encode()]
    assert [info.key for info in store.list(prefix, after)] == expected
    assert all(info.size == len(info.key) for info in store.list(prefix, after))


def test_every_key_is_a_starting_point(store: ObjectStore) -> None:
    keys = ["a-b", "a.b", "a/b", "a/c/d", "a/c0", "a0", "b"]
    for key in keys:
        store.put_new(key, b"")
    for index, key in enumerate(keys):
        assert [info.key for info in store.list("", key)] == keys[index + 1 :]


def test_what_lies_in_folders_is_not_read_again_to_find_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(tmp_path)
    for key in ("a/1", "a/2", "b/1", "c"):
        store.put_new(key, b"")
    real, read = os.scandir, []

    def scandir(path: str) -> object:
        read.append(path.removeprefix(f"{tmp_path}/"))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert list(store.children("")) == ["a/", "b/", "c"]
    assert sorted(filter(None, read)) == ["a/", "b/"], "each once"
