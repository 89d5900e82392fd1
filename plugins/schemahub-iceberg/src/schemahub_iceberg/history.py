"""Earlier states: which one was current at a time, and which are forgotten."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError
from schemahub.times import ns_to_iso
from schemahub_iceberg.states import is_state

if TYPE_CHECKING:
    from pyiceberg.table.metadata import TableMetadata
    from pyiceberg.table.snapshots import Snapshot as Version

_US_PER_MS = 1_000
_NS_PER_MS = 1_000_000


def by_token(metadata: TableMetadata, token: str) -> Version:
    """Return the snapshot of an id; `ConfigError` if there is none, or not any more."""
    found = metadata.snapshot_by_id(int(token)) if token.isdecimal() else None
    if found is None or not is_state(found):
        msg = "no such snapshot of the table"
        raise ConfigError(msg, found=token, hint="It may be older than tables.iceberg.history.")
    return found


def at_time(metadata: TableMetadata, time_us: int) -> Version:
    """Return the snapshot that readers saw at a time; `ConfigError` if that is too long ago."""
    since = [entry for entry in metadata.snapshot_log if entry.timestamp_ms * _US_PER_MS <= time_us]
    found = metadata.snapshot_by_id(since[-1].snapshot_id) if since else None
    if found is None or not is_state(found):
        msg = "the table has no state of that time"
        first = min((entry.timestamp_ms for entry in metadata.snapshot_log), default=None)
        expected = f"{ns_to_iso(first * _NS_PER_MS)} or later" if first is not None else "a commit"
        raise ConfigError(msg, expected=expected, found=ns_to_iso(time_us * 1_000))
    return found


def forgotten(metadata: TableMetadata, before_ms: int, most: int) -> list[int]:
    """Return the ids of snapshots that were replaced before a time, and of the oldest beyond `most`.

    What a branch points at stays.
    """
    heads = {ref.snapshot_id for ref in metadata.refs.values()}
    replaced = {old.snapshot_id: new.timestamp_ms for old, new in pairwise(metadata.snapshot_log)}
    earlier = [one for one in metadata.snapshots if one.snapshot_id not in heads]
    earlier.sort(key=lambda one: one.sequence_number or 0)
    too_many = max(0, len(earlier) - most)
    return [
        one.snapshot_id
        for number, one in enumerate(earlier)
        if number < too_many or replaced.get(one.snapshot_id, one.timestamp_ms) < before_ms
    ]
