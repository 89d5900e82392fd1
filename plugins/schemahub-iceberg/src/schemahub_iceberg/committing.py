"""One Iceberg commit on exactly the state that it was made from: the one place with PyIceberg's inner parts.

`Table.append` and its kind do a commit again on whatever is current when it lost. Here a commit that lost
must be a conflict, because what it says of covered positions was true of the old state alone. So the parts
of a commit are made by PyIceberg, and sent once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.update import (
    AssertRefSnapshotId,
    AssertTableUUID,
    RemoveSnapshotRefUpdate,
    RemoveSnapshotsUpdate,
    SetSnapshotRefUpdate,
)

from schemahub_iceberg.nonces import fresh

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterator, Sequence

    from pyiceberg.manifest import DataFile as IcebergFile
    from pyiceberg.table import Table as Loaded
    from pyiceberg.table.update import TableRequirement, TableUpdate
    from pyiceberg.table.update.snapshot import UpdateSnapshot, _SnapshotProducer


_FOOTERS = 8
"""Files of a commit that are looked into at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of a branch: data files by URL, and the properties of its new snapshot."""

    branch: str
    nonce: uuid.UUID
    properties: dict[str, str]
    added: Sequence[str]
    removed: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A commit that was made and not sent: nobody sees any of it."""

    snapshot_id: int
    updates: tuple[TableUpdate, ...]
    requirements: tuple[TableRequirement, ...]


def prepare(table: Loaded, change: Change, forget: Sequence[int] = ()) -> Prepared:
    """Write the manifests of a change on the table as it was loaded; `forget` are old snapshots' ids."""
    update = table.transaction().update_snapshot(snapshot_properties=change.properties, branch=change.branch)
    producer = _producer(table, update, change)
    producer.commit_uuid = change.nonce
    for file in _described(table, change.added):
        producer.append_data_file(file)
    updates, requirements = producer._commit()  # noqa: SLF001 - see the module
    if forget:
        updates = (*updates, RemoveSnapshotsUpdate(snapshot_ids=list(forget)))
    return Prepared(snapshot_id=producer.snapshot_id, updates=updates, requirements=requirements)


def send(table: Loaded, updates: Sequence[TableUpdate], requirements: Sequence[TableRequirement]) -> None:
    """Commit once: `CommitFailedException` if the table is not as required any more."""
    same = AssertTableUUID(uuid=table.metadata.table_uuid)
    table.catalog.commit_table(table, (*requirements, same), tuple(updates))


def begin(table: Loaded, properties: dict[str, str]) -> None:
    """Give a table its first snapshot, an empty one."""
    producer = table.transaction().update_snapshot(snapshot_properties=properties).fast_append()
    producer.commit_uuid = fresh()
    updates, requirements = producer._commit()  # noqa: SLF001 - see the module
    send(table, updates, requirements)


def forget(table: Loaded, snapshots: Sequence[int]) -> None:
    """Remove snapshots from the table's history, if no branch was moved meanwhile."""
    send(table, [RemoveSnapshotsUpdate(snapshot_ids=list(snapshots))], list(_unmoved(table)))


def make_main(table: Loaded, branch: str) -> None:
    """Let readers see a branch, in one step and if neither was moved meanwhile; the branch is no more."""
    head = table.metadata.refs[branch].snapshot_id
    kind = SnapshotRefType.BRANCH
    main = SetSnapshotRefUpdate(ref_name=MAIN_BRANCH, type=kind, snapshot_id=head)
    current = table.metadata.refs.get(MAIN_BRANCH)
    requirements = [
        AssertRefSnapshotId(ref=MAIN_BRANCH, snapshot_id=current.snapshot_id if current else None),
        AssertRefSnapshotId(ref=branch, snapshot_id=head),
    ]
    send(table, [main, RemoveSnapshotRefUpdate(ref_name=branch)], requirements)


def _producer(table: Loaded, update: UpdateSnapshot, change: Change) -> _SnapshotProducer:
    if change.removed:
        producer = update.overwrite()
        for file in _files(table, change.branch, change.removed):
            producer.delete_data_file(file)
        return producer
    # Merging keeps their number small: each commit brings a manifest of its own.
    return update.merge_append() if change.added else update.fast_append()


def _described(table: Loaded, urls: Sequence[str]) -> Iterator[IcebergFile]:
    """Read the footer of each new file: a commit may have thousands, each an answer to wait for."""
    with ThreadPoolExecutor(_FOOTERS, "footers") as pool:
        yield from pool.map(lambda url: parquet_file_to_data_file(table.io, table.metadata, url), urls)


def _files(table: Loaded, branch: str, urls: Collection[str]) -> Iterator[IcebergFile]:
    head = table.metadata.snapshot_by_name(branch)
    for manifest in head.manifests(table.io) if head else ():
        for entry in manifest.fetch_manifest_entry(table.io):
            if entry.data_file.file_path in urls:
                yield entry.data_file


def _unmoved(table: Loaded) -> Iterator[TableRequirement]:
    for name, ref in table.metadata.refs.items():
        yield AssertRefSnapshotId(ref=name, snapshot_id=ref.snapshot_id)
