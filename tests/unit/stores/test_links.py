"""Folders of a lake that are links: to another disk, to nowhere, round in a circle."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.builtin.file_store import FileStore
from schemahub.errors import ConfigError, Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemahub.hub import Hub

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system of its own


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def store(root: Path) -> FileStore:
    store = FileStore(root)
    for key in ("raw_x_trades/A/1", "raw_x_trades/A/2", "raw_x_trades/B/1", "seed"):
        store.put_new(key, b"data")
    return store


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    if not _SHARED_MEMORY.is_dir() or _SHARED_MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system at /dev/shm")
    folder = Path(tempfile.mkdtemp(dir=_SHARED_MEMORY))
    yield folder
    shutil.rmtree(folder)


def moved(folder: Path, to: Path) -> None:
    shutil.move(folder, to)
    folder.symlink_to(to)


@pytest.mark.parametrize("name", ["raw_x_trades", "raw_x_trades/A", "raw_x_trades/A/2"])
def test_what_lies_elsewhere_is_listed_as_if_it_lay_here(
    store: FileStore, root: Path, tmp_path: Path, name: str
) -> None:
    before = list(store.list(""))
    moved(root / name, tmp_path / "elsewhere")
    assert list(store.list("")) == before
    assert list(store.list("raw_x_trades/A/", "raw_x_trades/A/1")) == before[1:2]
    assert list(store.children("raw_x_trades/")) == ["A/", "B/"]


LOOKS: dict[str, Callable[[FileStore], object]] = {
    "all": lambda store: list(store.list("")),
    "raw": lambda store: list(store.list("raw_")),
    "within": lambda store: list(store.list("raw_x_trades/A/")),
    "children": lambda store: list(store.children("raw_x_trades/")),
    "get": lambda store: store.get("raw_x_trades/A/1"),
    "put_new": lambda store: store.put_new("raw_x_trades/A/3", b""),
    "put_if": lambda store: store.put_if("raw_x_trades/A/3", b"", None),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("name", ["", "raw_x_trades", "raw_x_trades/A"])
def test_a_link_that_leads_nowhere_is_no_empty_folder(
    store: FileStore, root: Path, tmp_path: Path, name: str, look: Callable[[FileStore], object]
) -> None:
    moved(root / name, tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "not mounted")
    with pytest.raises(
        ConfigError, match=r"a link in the lake's path leads nowhere .*Mount the disk"
    ) as refusal:
        look(store)
    assert refusal.value.where == str(root / name)
    assert refusal.value.found == str(tmp_path / "disk")


def test_a_link_to_itself_is_one_that_leads_nowhere(store: FileStore, root: Path) -> None:
    (root / "raw_x_trades" / "C").symlink_to("C")
    with pytest.raises(ConfigError, match="leads nowhere"):
        list(store.list("raw_"))


def test_links_that_nobody_asked_for_hinder_nobody(store: FileStore, root: Path) -> None:
    before = list(store.list("raw_"))
    (root / "notes").symlink_to("gone")
    (root / "raw_x_trades" / ".#draft").symlink_to("gone")
    assert list(store.list("raw_")) == before


@pytest.mark.parametrize("target", [".", "..", "../..", "../../..", "B"])
def test_a_link_that_leads_back_is_refused(store: FileStore, root: Path, target: str) -> None:
    # Beside the folders that it lies in, one whose own link leads back here.
    (root / "raw_x_trades" / "A" / "loop").symlink_to(f"../{target}" if target == "B" else target)
    if target == "B":
        (root / "raw_x_trades" / "B" / "back").symlink_to("../A")
    with pytest.raises(ConfigError, match=r"a link in the lake leads back .*Remove the link"):
        list(store.list("raw_x_trades/A/"))


def test_two_links_to_one_folder_are_no_circle(store: FileStore, root: Path) -> None:
    (root / "raw_x_trades" / "C").symlink_to("A")
    (root / "raw_x_trades" / "B" / "A").symlink_to("../A")
    assert [info.key for info in store.list("raw_x_trades/C/")] == ["raw_x_trades/C/1", "raw_x_trades/C/2"]
    assert len(list(store.list("raw_"))) == 7


def test_a_folder_that_cannot_be_read_is_no_empty_folder(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(ConfigError, match=r"cannot be read .*Permission denied"):
        list(store.list("raw_"))


def test_a_folder_on_another_disk_is_written_as_any(store: FileStore, root: Path, other_disk: Path) -> None:
    moved(root / "raw_x_trades" / "A", other_disk / "A")
    key = "raw_x_trades/A/3"
    for last in ("3", "4"):
        assert store.put_new(f"raw_x_trades/A/{last}", b"one")
        assert not store.put_new(f"raw_x_trades/A/{last}", b"two")
    version = store.get(key).version
    store.put_if(key, b"three", version)
    with pytest.raises(Conflict):
        store.put_if(key, b"four", version)
    assert FileStore(root).put_if("raw_x_trades/A/5", b"five", None)
    assert FileStore(root).put_if(key, b"six", store.get(key).version)
    assert [store.get(info.key).data for info in store.list("raw_x_trades/A/")] == [
        *[b"data"] * 2,
        b"six",
        b"one",
        b"five",
    ]
    staged = [*(root / ".tmp").iterdir(), *(other_disk / "A" / ".tmp").iterdir()]
    assert staged == [], "nothing is left behind"


@pytest.fixture
def hub(store: FileStore, root: Path) -> Hub:
    del store
    return schemahub.open(root)


@pytest.mark.parametrize("name", ["raw_x_trades", "raw_x_trades/A"])
def test_a_transform_of_raw_that_is_not_mounted_is_not_complete(hub: Hub, root: Path, name: str) -> None:
    moved(root / name, root.parent / "disk")
    (root.parent / "disk").rename(root.parent / "not mounted")
    for look in (hub.transform, hub.status, hub.verify):
        with pytest.raises(ConfigError, match="leads nowhere"):
            look()
