"""Records in the lake: read newest first, deleted when they are old."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from schemahub._clock import Stop
from schemahub._compact.job import CompactJob
from schemahub._compact.run import compact
from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.run_objects import delete_old_runs, newest_runs, put_run
from schemahub._lake.run_record import Asked, Failure, RunRecord, Spread, of_document, to_document
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import RunKey
from schemahub.testing import FakeClock

DAY_US = 86_400_000_000
NOON_US = 1_767_182_400_000_000
"""2025-12-31T12:00:00Z."""
RECORD = RunRecord(
    started_us=NOON_US,
    command="ingest",
    exchange="coinbase",
    products=2,
    seconds=1.5,
    failed=1,
    error=None,
    asked=Asked(statuses=((200, 5), (429, 1)), seconds=Spread(p50=0.1, p90=0.2, p99=0.3, most=0.4)),
    failures=(Failure(what="coinbase/BTC-USD", error="down"),),
)


def on(days_later: float) -> RunRecord:
    return replace(RECORD, started_us=NOON_US + int(days_later * DAY_US))


def test_a_record_is_read_as_it_was_written() -> None:
    assert of_document(to_document(RECORD), "k") == RECORD


def test_what_is_damaged_or_newer_is_refused() -> None:
    with pytest.raises(IntegrityError, match="damaged"):
        of_document(b'{"schema": 1, "command": 3}', "k")
    newer = to_document(RECORD).replace(b'"schema": 1', b'"schema": 2')
    with pytest.raises(ConfigError, match="newer schemahub"):
        of_document(newer, "k")


def test_the_newest_come_first_and_no_more_than_asked_for() -> None:
    store = MemoryStore()
    for days in (0, 2, 1, 1.1):
        put_run(store, on(days))
    found = newest_runs(store, 3).records
    assert [one.started_us for one in found] == [on(days).started_us for days in (2, 1.1, 1)]
    since = newest_runs(store, 10, "2026-01-02").records
    assert [one.started_us for one in since] == [on(2).started_us]


def test_one_that_cannot_be_read_is_named() -> None:
    store = MemoryStore()
    put_run(store, RECORD)
    bad = str(RunKey(started_us=NOON_US, command="ingest", uuid=str(uuid.uuid4())))
    store.put_new(bad, b"{")
    store.put_new("runs/2025-12-31/notes.txt", b"")
    found = newest_runs(store, 10)
    assert (found.records, found.unreadable) == ((RECORD,), (bad,))


def test_old_ones_are_deleted_and_nothing_else() -> None:
    store = MemoryStore()
    for days in (0, 1, 5):
        put_run(store, on(days))
    store.put_new("runs/2025-12-31/notes.txt", b"")
    store.put_new("runs/notes.txt", b"")
    assert delete_old_runs(store, on(5).started_us, keep_days=4) == 1
    left = [info.key for info in store.list("")]
    assert [key for key in left if not key.endswith(".txt")] == [
        key for key in left if key.startswith(("runs/2026-01-01/", "runs/2026-01-05/"))
    ]
    assert len(left) == 4


def test_compact_deletes_them_after_the_days_of_the_setting() -> None:
    store, clock = MemoryStore(), FakeClock(NOON_US * 1_000)
    put_run(store, RECORD)
    job = CompactJob(table=ParquetTable(store), store=store, clock=clock, stop=Stop(), keep_run_days=90)
    clock.advance(90 * 86_400)
    assert compact(job).runs_deleted == 0
    clock.advance(86_400)
    assert compact(job).runs_deleted == 1
    assert compact(job).headline() == "nothing to compact"


class Undeletable(MemoryStore):
    def delete(self, key: str) -> None:
        msg = "access is denied"
        raise ConfigError(msg, where=key)


def test_one_that_cannot_be_deleted_is_a_line_of_the_result() -> None:
    store = Undeletable()
    put_run(store, RECORD)
    clock = FakeClock((NOON_US + 100 * DAY_US) * 1_000)
    job = CompactJob(table=ParquetTable(store), store=store, clock=clock, stop=Stop(), keep_run_days=90)
    ((what, why),) = compact(job).failures
    assert what == "records of runs"
    assert "access is denied" in why
