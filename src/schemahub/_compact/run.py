"""`compact`: rewrite what is worth it, then delete what is no longer read."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

from schemahub._compact.collect import Collected, collect
from schemahub._compact.cost import Meter
from schemahub._compact.folders import stored_files, strays
from schemahub._compact.plan import DayPlan, plan
from schemahub._compact.result import CompactResult, DayDone
from schemahub._compact.switch import compact_day
from schemahub.errors import Conflict, IntegrityError, NotFound, RetryableError
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from schemahub._compact.job import CompactJob
    from schemahub.table import DataFile

_LONGEST_WAIT_SECONDS = 5.0


def compact(job: CompactJob, meter: Meter | None = None) -> CompactResult:
    """Bring each day's files to their target size, and delete those that were replaced long enough ago.

    It may be killed anywhere, and run beside transforms, other compactions and itself: a day is switched
    in one commit, or not at all. Twice is a no-op. One day's failure leaves that day as it is (R9).
    """
    meter = meter or Meter()
    days: list[DayDone] = []
    failures: dict[str, str] = {}
    tries: dict[str, int] = {}
    while todo := _next(job, failures):
        job.stop.check()
        try:
            days.append(_done(todo, compact_day(job, todo)))
        except (Conflict, NotFound, RetryableError) as error:
            # Somebody else changed the day, or took its files: look again, and do what is left.
            tries[todo.trade_date] = tries.get(todo.trade_date, 0) + 1
            if tries[todo.trade_date] >= job.settings.tries:
                failures[todo.trade_date] = str(error)
            job.clock.wait(_pause(tries[todo.trade_date]), job.stop)
        except IntegrityError as error:
            failures[todo.trade_date] = str(error)
    collected = collect(job)
    return _result(days, {**collected.failures, **failures}, collected, meter)


def preview(job: CompactJob, meter: Meter | None = None) -> CompactResult:
    """Say which days would be rewritten; nothing is written or deleted."""
    meter = meter or Meter()
    days = [_done(day, None) for day in _plan(job)]
    waiting = Collected(waiting=len(job.table.snapshot().deleting))
    return dataclasses.replace(_result(days, {}, waiting, meter), dry_run=True)


def _next(job: CompactJob, failed: dict[str, str]) -> DayPlan | None:
    # Planned anew for each day: others work on the same table.
    return next((day for day in _plan(job) if day.trade_date not in failed), None)


def _plan(job: CompactJob) -> tuple[DayPlan, ...]:
    # The folders are listed before the manifest is read: a file that is committed in between is known.
    stored = stored_files(job.store, job.table.snapshot().version)
    snapshot = job.table.snapshot()
    return plan(snapshot, job.files, strays(stored, snapshot))


def _done(day: DayPlan, made: tuple[DataFile, ...] | None) -> DayDone:
    return DayDone(
        trade_date=day.trade_date,
        reason=day.reason,
        rows=day.rows,
        files_before=len(day.files),
        bytes_before=day.bytes,
        files_after=len(made) if made is not None else None,
        bytes_after=sum(file.bytes for file in made) if made is not None else None,
    )


def _result(
    days: list[DayDone], failures: dict[str, str], collected: Collected, meter: Meter
) -> CompactResult:
    return CompactResult(
        days=tuple(days),
        failures=tuple(sorted(failures.items())),
        marked=collected.marked,
        deleted=collected.deleted,
        waiting=collected.waiting,
        next_deletion=ns_to_iso(collected.next_us * 1_000) if collected.next_us is not None else None,
        cost=meter.cost(),
    )


def _pause(tries: int) -> float:
    return random.uniform(0, min(_LONGEST_WAIT_SECONDS, 0.1 * 2.0**tries))  # noqa: S311 - jitter, no secret
