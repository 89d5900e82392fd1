"""Delete the small files of forgotten states, and what writers that died left behind."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from schemahub_iceberg.nonces import since_ms
from schemahub_iceberg.place import METADATA, STATES
from schemahub_iceberg.states import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyiceberg.table import Table as Loaded
    from pyiceberg.table.snapshots import Snapshot as Version

    from schemahub.object_store import ObjectStore

LONGEST_COMMIT_MS = 86_400_000
"""No commit takes a day: what was written for one that long ago, and is named by none, never will be."""
_THREADS = 8
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_METADATA = re.compile(r"(\d+)-[0-9a-f-]{36}\.metadata\.json")


def sweep(store: ObjectStore, table: Loaded, now_ms: int) -> int:
    """Delete what no state of the table names and nobody can still be about to; return how many.

    A commit's files bear its nonce, and so its time. Data files are the collector's.
    """
    named = _named(table)
    newest = _number(table.metadata_location)
    deleted = 0
    for prefix in (METADATA, STATES):
        for info in store.list(prefix):
            name = _name(info.key)
            if name not in named and (_is_old(name, now_ms) or _number(name) < newest):
                store.delete(info.key)
                deleted += 1
    return deleted


def _named(table: Loaded) -> set[str]:
    """Return the names of all files that the table's states consist of."""
    metadata = table.metadata
    named = {_name(entry.metadata_file) for entry in metadata.metadata_log} | {_name(table.metadata_location)}
    named |= {_name(file.statistics_path) for file in metadata.statistics}
    with ThreadPoolExecutor(_THREADS, "sweep") as threads:
        for names in threads.map(lambda version: list(_names(table, version)), metadata.snapshots):
            named.update(names)
    return named


def _names(table: Loaded, version: Version) -> Iterator[str]:
    yield _name(version.manifest_list)
    yield _name(key_of(version) or "")
    for manifest in version.manifests(table.io):
        yield _name(manifest.manifest_path)


def _is_old(name: str, now_ms: int) -> bool:
    found = _UUID.search(name)
    made = since_ms(uuid.UUID(found[0])) if found else None
    return made is not None and made < now_ms - LONGEST_COMMIT_MS


def _number(location: str) -> float:
    """Return the number of a metadata file; of a lower one than the current, no commit can come."""
    found = _METADATA.fullmatch(_name(location))
    return int(found[1]) if found else float("inf")


def _name(path: str) -> str:
    return path.rpartition("/")[2]
