"""Delete what nobody reads any more: marked first, deleted a grace later, if what replaced it is sound."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._compact.folders import dead, stored_files
from schemahub._compact.rewrite import check_stored
from schemahub.errors import Conflict, IntegrityError, NotFound
from schemahub.events import FilesCollected
from schemahub.layout import DataFileName
from schemahub.table import Deleting

if TYPE_CHECKING:
    from schemahub._compact.job import CompactJob
    from schemahub.table import Snapshot

_US_PER_SECOND = 1_000_000


@dataclass(slots=True)
class Collected:
    """What a collector did; `failures` are days whose replacement is not as it should be, and why."""

    marked: int = 0
    deleted: int = 0
    waiting: int = 0
    next_us: int | None = None
    failures: dict[str, str] = field(default_factory=dict)


def collect(job: CompactJob) -> Collected:
    """Mark the dead files, and delete those that were marked at least the grace ago (R6).

    A file is dead once its generation is (see `folders.dead`): no commit can bring it back, so nothing that
    happens meanwhile, and no collector that woke up late, can delete a file of the table. The marks let
    readers that began before the switch finish.
    """
    done = Collected()
    snapshot = _mark(job, done)
    due = [marked for marked in snapshot.deleting if _is_due(job, marked)]
    done.failures = _unsound(job, snapshot, due)
    deleted = [marked for marked in due if DataFileName.parse(marked.key).trade_date not in done.failures]
    for marked in deleted:
        job.stop.check()
        job.store.delete(marked.key)
    done.deleted = len(deleted)
    if deleted:
        _forget(job, {marked.key for marked in deleted})
        job.emit(FilesCollected(files=len(deleted)))
    left = [marked for marked in snapshot.deleting if marked not in deleted]
    done.waiting = len(left)
    grace_us = int(job.grace_seconds * _US_PER_SECOND)
    done.next_us = min((marked.since_us + grace_us for marked in left), default=None)
    return done


def _mark(job: CompactJob, done: Collected) -> Snapshot:
    snapshot = job.table.snapshot()
    stored = stored_files(job.store, snapshot.version)
    for tries in range(job.settings.tries):
        known = {marked.key for marked in snapshot.deleting}
        new = [str(name) for name in dead(stored, snapshot) if str(name) not in known]
        if not new:
            return snapshot
        now_us = job.clock.now_ns() // 1_000
        marks = (*snapshot.deleting, *(Deleting(key=key, since_us=now_us) for key in sorted(new)))
        try:
            marked = job.table.commit(snapshot, dataclasses.replace(snapshot, deleting=marks))
        except Conflict:
            if tries + 1 == job.settings.tries:
                raise
            snapshot = job.table.snapshot()
            continue
        done.marked = len(new)
        return marked
    return snapshot


def _is_due(job: CompactJob, marked: Deleting) -> bool:
    return job.clock.now_ns() // 1_000 - marked.since_us >= job.grace_seconds * _US_PER_SECOND


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
                    check_stored(job, file)
        except (IntegrityError, NotFound) as error:
            found[trade_date] = f"nothing is deleted: {error}"
    return found


def _forget(job: CompactJob, deleted: set[str]) -> None:
    for tries in range(job.settings.tries):
        snapshot = job.table.snapshot()
        left = tuple(marked for marked in snapshot.deleting if marked.key not in deleted)
        if left == snapshot.deleting:
            return
        try:
            job.table.commit(snapshot, dataclasses.replace(snapshot, deleting=left))
        except Conflict:
            if tries + 1 == job.settings.tries:
                raise
        else:
            return
