"""The records of runs, over any object store: one small object each, in a folder a day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from schemahub._lake.run_record import of_document, to_document
from schemahub.errors import ConfigError, IntegrityError, NotFound
from schemahub.layout import RUNS_ROOT, RunKey, runs_of_day, trade_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemahub._lake.run_record import RunRecord
    from schemahub.object_store import ObjectStore

_US_PER_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Records, the newest first; `unreadable` are keys of those that are damaged or of a newer version."""

    records: tuple[RunRecord, ...] = ()
    unreadable: tuple[str, ...] = ()


def put_run(store: ObjectStore, record: RunRecord) -> str:
    """Store a record and return its key, which no other run can have."""
    key = str(RunKey(started_us=record.started_us, command=record.command, uuid=str(uuid.uuid4())))
    store.put_new(key, to_document(record))
    return key


def newest_runs(store: ObjectStore, most: int, since_day: str = "") -> Runs:
    """Read the newest records, `most` of them, of days from `since_day` on.

    One that cannot be read is named and left out; one that is deleted meanwhile was not there.
    """
    records: list[RunRecord] = []
    unreadable: list[str] = []
    for key in islice(_newest_keys(store, since_day), most):
        try:
            records.append(of_document(store.get(key).data, key))
        except NotFound:
            continue
        except (ConfigError, IntegrityError):
            unreadable.append(key)
    return Runs(records=tuple(records), unreadable=tuple(unreadable))


def delete_old_runs(store: ObjectStore, now_us: int, keep_days: int) -> int:
    """Delete the records of runs that began more than `keep_days` days ago; return how many.

    Objects of other names are left alone.
    """
    first = trade_date(now_us - keep_days * _US_PER_DAY)
    deleted = 0
    for day in [day for day in _days(store) if day < first]:
        for info in list(store.list(runs_of_day(day))):
            if _is_record(info.key):
                store.delete(info.key)
                deleted += 1
    return deleted


def _newest_keys(store: ObjectStore, since_day: str) -> Iterator[str]:
    for day in sorted(_days(store), reverse=True):
        if day >= since_day:
            keys = [info.key for info in store.list(runs_of_day(day)) if _is_record(info.key)]
            yield from reversed(keys)


def _days(store: ObjectStore) -> list[str]:
    return [name.removesuffix("/") for name in store.children(RUNS_ROOT) if name.endswith("/")]


def _is_record(key: str) -> bool:
    try:
        RunKey.parse(key)
    except (IntegrityError, ValueError):
        return False
    return True
