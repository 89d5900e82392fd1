"""`compact`: rewrite what is worth it, then delete what is no longer read."""

from __future__ import annotations

import dataclasses
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._compact.claims import close_unwanted
from schemahub._compact.collect import Collected, collect
from schemahub._compact.cost import Meter
from schemahub._compact.folders import stored_files, strays
from schemahub._compact.patience import LOOK_AGAIN, patiently, pause
from schemahub._compact.plan import DayPlan, plan
from schemahub._compact.result import CompactResult, DayDone
from schemahub._compact.rewrite import do_unit
from schemahub._compact.switch import claimed, switch
from schemahub._executing.crew import done
from schemahub._lake.extras import require_parquet
from schemahub._lake.run_objects import delete_old_runs
from schemahub.errors import ConfigError, IntegrityError, RetriesExhausted, RetryableError
from schemahub.events import WorkFound
from schemahub.layout import us
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._compact.job import CompactJob
    from schemahub._compact.rewrite import RewriteUnit
    from schemahub.table import DataFile

_COLLECTOR = "collector"
_RECORDS = "records of runs"


@dataclass(slots=True)
class _Work:
    """What a run did so far, and how often it tried each day."""

    days: list[DayDone] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)

    def left(self, days: Sequence[DayPlan]) -> list[DayPlan]:
        """Return the days that this run has neither done nor given up.

        A day is done once: beside a transform that goes on adding to it, a run would find no end.
        """
        seen = {*self.failures, *(day.trade_date for day in self.days)}
        return [day for day in days if day.trade_date not in seen]


def compact(job: CompactJob, meter: Meter | None = None) -> CompactResult:
    """Bring each day's files to their target size, and delete those that were replaced long enough ago.

    It may be killed anywhere, and run beside transforms, other compactions and itself: a day is switched
    in one commit, or not at all. Twice is a no-op. One day's failure leaves that day as it is (R9).
    """
    require_parquet()
    meter = meter or Meter()
    work = _Work()
    while todo := work.left(patiently(job, lambda: _plan(job))):
        job.emit(WorkFound(command="compact", left=len(todo)))
        _round(job, todo, work, meter)
    collected = Collected()
    try:
        patiently(job, lambda: _clean(job, work, collected))
    except RetriesExhausted as error:
        collected.failures[_COLLECTOR] = str(error)
    runs = _delete_old_runs(job, collected)
    failures = {**collected.failures, **work.failures}
    if job.registrar and job.registrar.failure:
        failures[f"catalog {job.registrar.name}"] = job.registrar.failure
    return dataclasses.replace(_result(work.days, failures, collected, meter), runs_deleted=runs)


def _round(job: CompactJob, days: Sequence[DayPlan], work: _Work, meter: Meter) -> None:
    """Compact these days, each in a commit of its own: claimed and switched here, rewritten by the crew."""
    begun: list[RewriteUnit] = []

    def units() -> Iterator[RewriteUnit]:
        for day in days:
            job.stop.check()
            before = len(begun)
            with _noting(job, day, work):
                begun.append(claimed(job, day))
            yield from begun[before:]

    with closing(done(job.crew, do_unit, job, units(), stop=job.stop, emit=job.emit)) as outcomes:
        for outcome in outcomes:
            unit = begun[outcome.number]
            with _noting(job, unit.day, work):
                made = outcome.result()
                if made.cost:
                    meter.add(made.cost)
                switch(job, unit, made.files, made.seconds)
                work.days.append(_done(unit.day, made.files))


@contextmanager
def _noting(job: CompactJob, day: DayPlan, work: _Work) -> Iterator[None]:
    """Note why a day is left as it is; one that others changed is planned anew in the next round."""
    try:
        yield
    except LOOK_AGAIN as error:
        work.tries[day.trade_date] += 1
        if work.tries[day.trade_date] >= job.settings.tries:
            work.failures[day.trade_date] = str(error)
        pause(job, work.tries[day.trade_date])
    except IntegrityError as error:
        work.failures[day.trade_date] = str(error)


def _clean(job: CompactJob, work: _Work, collected: Collected) -> None:
    close_unwanted(job, {*(day.trade_date for day in _plan(job)), *work.failures})
    # Before files are deleted: a state that the history has let go of names them.
    job.table.tidy(job.clock.now_ns() // 1_000)
    collect(job, collected)


def _delete_old_runs(job: CompactJob, collected: Collected) -> int:
    """Delete old records of runs; whatever keeps it from that has no part in the table."""
    if job.keep_run_days is None:
        return 0
    try:
        return delete_old_runs(job.store, us(job.clock.now_ns()), job.keep_run_days)
    except (ConfigError, RetryableError) as error:
        collected.failures[_RECORDS] = str(error)
        return 0


def preview(job: CompactJob, meter: Meter | None = None) -> CompactResult:
    """Say which days would be rewritten; nothing is written or deleted."""
    require_parquet()
    meter = meter or Meter()
    days = [_done(day, None) for day in _plan(job)]
    waiting = Collected(waiting=len(job.table.snapshot().deleting))
    return dataclasses.replace(_result(days, {}, waiting, meter), dry_run=True)


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
        deleted=len(collected.deleted),
        waiting=collected.waiting,
        next_deletion=ns_to_iso(collected.next_us * 1_000) if collected.next_us is not None else None,
        cost=meter.cost(),
    )
