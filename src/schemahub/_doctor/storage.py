"""The lake: whether it is there, can be written, has room, and keeps the promises that all else stands on."""

from __future__ import annotations

import os
import shutil
import uuid
from typing import TYPE_CHECKING

from schemahub._lake.opening import open_lake
from schemahub._seed import collected, read_seed
from schemahub.checkup import problem, warning, well
from schemahub.errors import Conflict, SchemahubError
from schemahub.layout import CURRENT_KEY, scratch_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemahub._config import Settings
    from schemahub.checkup import Finding
    from schemahub.object_store import ObjectStore

LEAST_FREE_BYTES = 5 * 10**9
"""Free space below which a warning is due: a day of a hundred busy products is 1 GB of raw and table."""
_GB = 1e9


def look_at_lake(
    url: str, settings: Settings, exchanges: Sequence[str], *, offline: bool
) -> Iterator[Finding]:
    """Tell of the lake's folder or bucket; a scratch object is written by conditions, and removed.

    A lake that is not there yet is not made. With `offline`, one that is no folder is left alone.
    """
    try:
        store = open_lake(url, settings).store
    except SchemahubError as error:
        yield problem("lake", url, str(error), error.hint)
        return
    marker = store.local_path(CURRENT_KEY)
    if marker is None:
        if not offline:
            yield from _probed(store, exchanges)
        return
    root = marker.parents[CURRENT_KEY.count("/")]
    yield _room(root)
    if root.is_dir():
        yield from _probed(store, exchanges)
    else:
        yield _to_be_made(root)


def _room(root: Path) -> Finding:
    free = shutil.disk_usage(_existing(root)).free
    found = f"{free / _GB:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return warning("lake", "disk", found, "Free some space, or keep the lake on another disk.")
    return well("lake", "disk", found)


def _to_be_made(root: Path) -> Finding:
    parent = _existing(root)
    if not os.access(parent, os.W_OK | os.X_OK):
        hint = "Check the owner and the permissions of the folder, or choose another --lake."
        return problem("lake", str(root), f"does not exist, and {parent} cannot be written to", hint)
    hint = "schemahub update-seed makes it"
    return warning("lake", str(root), "does not exist yet", hint)


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _probed(store: ObjectStore, exchanges: Sequence[str]) -> Iterator[Finding]:
    try:
        yield _conditional_writes(store)
        for exchange in exchanges:
            yield _seed(store, exchange)
    except SchemahubError as error:
        yield problem("lake", "reading and writing", str(error), error.hint)


def _conditional_writes(store: ObjectStore) -> Finding:
    key = scratch_key(uuid.uuid4().hex)
    try:
        first, again = store.put_new(key, b"1"), store.put_new(key, b"2")
        refused = _refuses(store, key)
        version = store.get(key).version
        kept = store.put_if(key, b"3", version) != version and store.get(key).data == b"3"
    finally:
        store.delete(key)
    if first and not again and refused and kept:
        return well("lake", "conditional writes", "an object is never overwritten unasked")
    hint = "Another server behind this URL? The lake needs put-if-absent and compare-and-set."
    return problem("lake", "conditional writes", "the store ignores conditions: data could get lost", hint)


def _refuses(store: ObjectStore, key: str) -> bool:
    try:
        store.put_if(key, b"4", None)
    except Conflict:
        return True
    return False


def _seed(store: ObjectStore, exchange: str) -> Finding:
    products = read_seed(store, exchange)
    if products is None:
        hint = f"schemahub update-seed --exchange {exchange}"
        return warning("lake", f"seed of {exchange}", "none yet", hint)
    return well("lake", f"seed of {exchange}", f"{len(collected(products)):,} products to collect")
