"""Delete what nobody reads any more: marked first, deleted a grace later, if what replaced it is sound."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._compact.folders import dead, stored_files
from schemahub._compact.proof import check_stored
from schemahub._registering import catalogs_told
from schemahub.errors import IntegrityError, NotFound
from schemahub.events import FilesCollected
from schemahub.layout import DataFileName, catalog_key
from schemahub.table import Deleting

if TYPE_CHECKING:
    from schemahub._compact.job import CompactJob
    from schemahub.table import Snapshot

_US_PER_SECOND = 1_000_000


@dataclass(slots=True)
class Collected:
    """What a collector did; `failures` are days whose replacement is not as it should be, and why."""

    marked: int = 0
    deleted: set[str] = field(default_factory=set)
    waiting: int = 0
    next_us: int | None = None
    failures: dict[str, str] = field(default_factory=dict)


def collect(job: CompactJob, done: Collected) -> None:
    """Mark the dead files, and delete those that were marked at least the grace ago (R6).

    A file is dead once its generation is (see `folders.dead`): no commit can bring it back, so nothing that
    happens meanwhile, and no collector that woke up late, can delete a file of the table. The marks let
    readers that began before the switch finish. It may be repeated: `done` adds up.

    A catalog comes first: whoever reads by it still reads the old files. What it is not known to have been
    told of is not marked, and while it is behind nothing is deleted.
    """
    done.failures = _untold(job)
    snapshot = None if done.failures else _mark(job, done)
    if snapshot is None:
        return
    due = [marked for marked in snapshot.deleting if _is_due(job, marked)]
    done.failures = _unsound(job, snapshot, due)
    sound = [marked for marked in due if DataFileName.parse(marked.key).trade_date not in done.failures]
    for marked in sound:
        job.stop.check()
        job.store.delete(marked.key)
        done.deleted.add(marked.key)
    left = snapshot.deleting
    if sound:
        left = _unmarked(job, {marked.key for marked in sound}).deleting
        job.emit(FilesCollected(files=len(sound)))
    done.waiting = len(left)
    grace_us = int(job.wait_seconds * _US_PER_SECOND)
    done.next_us = min((marked.since_us + grace_us for marked in left), default=None)


def _untold(job: CompactJob) -> dict[str, str]:
    """Return the catalogs that others told of the table and this run does not, and what that means."""
    told = {job.registrar.name} if job.registrar else set()
    hint = "set `catalog`, or delete"
    return {
        f"catalog {name}": f"nothing is deleted: somebody may read by it; {hint} {catalog_key(name)}"
        for name in sorted(catalogs_told(job.store) - told)
    }


def _mark(job: CompactJob, done: Collected) -> Snapshot | None:
    """Mark what is dead by the very state that the catalog was told of; None if it could not be told."""
    snapshot = job.registrar.tell() if job.registrar else job.table.snapshot()
    if snapshot is None:
        return None
    known = {marked.key for marked in snapshot.deleting}
    stored = stored_files(job.store, snapshot.version)
    new = sorted({str(name) for name in dead(stored, snapshot)} - known)
    if not new:
        return snapshot
    now_us = job.clock.now_ns() // 1_000
    marks = (*snapshot.deleting, *(Deleting(key=key, since_us=now_us) for key in new))
    # A conflict starts over: what is dead is judged by the very state that the marks are added to.
    marked = job.table.commit(snapshot, dataclasses.replace(snapshot, deleting=marks))
    done.marked += len(new)
    return marked


def _unmarked(job: CompactJob, deleted: set[str]) -> Snapshot:
    snapshot = job.table.snapshot()
    left = tuple(marked for marked in snapshot.deleting if marked.key not in deleted)
    if left == snapshot.deleting:
        return snapshot
    return job.table.commit(snapshot, dataclasses.replace(snapshot, deleting=left))


def _is_due(job: CompactJob, marked: Deleting) -> bool:
    return job.clock.now_ns() // 1_000 - marked.since_us >= job.wait_seconds * _US_PER_SECOND


def _unsound(job: CompactJob, snapshot: Snapshot, due: list[Deleting]) -> dict[str, str]:
    """Return the days of which nothing may be deleted, and why.

    Of each day, all files of the table must be there, as the manifest says.
    """
    names = [DataFileName.parse(marked.key) for marked in due]
    found = {
        name.trade_date: f"{name} is marked, and is not dead" for name in names if not dead((name,), snapshot)
    }
    for trade_date in sorted({name.trade_date for name in names} - set(found)):
        try:
            for file in snapshot.files:
                if file.trade_date == trade_date:
                    check_stored(job.store, file)
        except (IntegrityError, NotFound) as error:
            found[trade_date] = f"nothing is deleted: {error}"
    return found
