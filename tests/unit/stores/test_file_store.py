"""What is particular to a folder: its look, its errors, its leftovers."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest

from schemahub.builtin.file_store import FileStore
from schemahub.errors import ConfigError, Conflict


def refuse(code: int) -> NoReturn:
    raise OSError(code, os.strerror(code))


def visible(root: Path) -> list[str]:
    """Return all files but the locks."""
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and path.parent.name != ".locks"
    )


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}", "file:{}"])
def test_a_lake_is_opened_by_path_or_url_and_nothing_is_made(tmp_path: Path, form: str) -> None:
    root = tmp_path / "my lake"
    text = str(root) if form == "{}" else str(root).replace(" ", "%20")
    store = FileStore.open_url(form.format(text), {})
    assert list(store.list("")) == []
    assert not root.exists()
    store.put_new("a/b", b"1")
    assert (root / "a" / "b").read_bytes() == b"1"
    assert store.local_path("a/b") == root / "a" / "b"


def test_a_relative_path_stays_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = FileStore.open_url("lake", {})
    monkeypatch.chdir("/")
    assert store.local_path("a") == tmp_path / "lake" / "a"


def test_a_url_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"file:///absolute/path.*file://server/share"):
        FileStore.open_url("file://server/share", {})


def test_a_file_is_no_lake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="a lake is a folder"):
        FileStore.open_url(str(tmp_path / "file"), {})


def test_an_object_where_a_folder_is_needed_is_explained(file_store: FileStore) -> None:
    file_store.put_new("a", b"")
    with pytest.raises(ConfigError, match="in the way"):
        file_store.put_new("a/b", b"")
    file_store.put_new("c/d", b"")
    with pytest.raises(ConfigError, match="in the way"):
        file_store.put_new("c", b"")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EACCES, "is read-only"),
        (errno.EROFS, "is read-only"),
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EIO, "failed"),
    ],
)
@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_put_that_the_disk_refuses_leaves_nothing(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch, call: str, code: int, sentence: str
) -> None:
    file_store.put_new("before", b"1")
    root = file_store.local_path("x").parent
    with monkeypatch.context() as patch:
        patch.setattr(os, call, lambda *_: refuse(code))
        with pytest.raises(ConfigError, match=rf"raw/batch: the .*{root} {sentence}"):
            file_store.put_new("raw/batch", b"2")
    assert visible(root) == ["before"]
    assert file_store.put_new("raw/batch", b"2")


def test_a_replacement_that_finds_the_disk_full_leaves_the_old(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = file_store.put_if("checkpoint", b"old", None)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda *_: refuse(errno.ENOSPC))
        with pytest.raises(ConfigError, match="is full"):
            file_store.put_if("checkpoint", b"new", version)
    assert file_store.get("checkpoint").data == b"old"
    assert visible(file_store.local_path("x").parent) == ["checkpoint"]


def test_a_lake_that_cannot_be_made_is_explained(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "mkdir", lambda *_: refuse(errno.EROFS))
    with pytest.raises(ConfigError, match="is read-only"):
        file_store.put_new("a", b"")


def test_an_unreadable_object_is_explained(file_store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    file_store.put_new("a", b"")
    monkeypatch.setattr(Path, "open", lambda *_: refuse(errno.EACCES))
    with pytest.raises(ConfigError, match="cannot be read"):
        file_store.get("a")


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_hard_links_is_explained(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", lambda *_: refuse(code))
    with pytest.raises(ConfigError, match="no hard links"):
        file_store.put_new("a", b"")


def test_a_leftover_of_a_killed_process_goes_after_a_day(tmp_path: Path) -> None:
    staging = tmp_path / ".tmp"
    staging.mkdir()
    old, young = staging / "old", staging / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, time.time() - 86_500))
    FileStore(tmp_path).put_new("a", b"")
    assert visible(tmp_path) == [".tmp/young", "a"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_fresh_object_is_durable_with_its_folders(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    file_store.put_new("raw/product/batch", b"1")
    content = synced[-4]
    assert len(content) == 32
    assert synced[-3:] == ["lake", "raw", "product"]
    synced.clear()
    file_store.put_new("raw/product/batch", b"1")
    assert synced == ["product"], "an adopted object may be another process's, not yet durable"


def test_locks_do_not_grow_with_the_lake(file_store: FileStore) -> None:
    for number in range(200):
        with pytest.raises(Conflict):
            file_store.put_if(f"key{number}", b"", "some version")
    assert len(list((file_store.local_path("x").parent / ".locks").iterdir())) <= 64
