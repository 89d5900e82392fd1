"""One day: claimed, rewritten, switched to its next generation in one commit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from schemahub._compact.rewrite import RewriteUnit, recipe
from schemahub.errors import Conflict
from schemahub.events import DayCompacted
from schemahub.table import Claim

if TYPE_CHECKING:
    from schemahub._compact.job import CompactJob
    from schemahub._compact.plan import DayPlan
    from schemahub.table import DataFile, Snapshot


def claimed(job: CompactJob, day: DayPlan) -> RewriteUnit:
    """Claim the next generation for exactly a day's files, or go on with a claim that says the same.

    `Conflict` if the files changed meanwhile.
    """
    snapshot, claim = _claim(job, day)
    return RewriteUnit(version=snapshot.version, day=day, claim=claim)


def switch(job: CompactJob, unit: RewriteUnit, made: tuple[DataFile, ...], seconds: float) -> None:
    """Replace a day's files, all or none; `Conflict` if they changed meanwhile, and then nothing is lost.

    Other days, and the inputs of a transform, may change while this goes on: that is no conflict.
    """
    day, claim = unit.day, unit.claim
    _switch(job, day, claim, made)
    if job.registrar:
        job.registrar.follow()
    job.emit(
        DayCompacted(
            trade_date=day.trade_date,
            generation=claim.generation,
            files_before=len(day.files),
            files_after=len(made),
            rows=day.rows,
            bytes=sum(file.bytes for file in made),
            seconds=seconds,
        )
    )


def _claim(job: CompactJob, day: DayPlan) -> tuple[Snapshot, Claim]:
    snapshot = job.table.snapshot()
    _refuse_changed(snapshot, day)
    claim = snapshot.claims.get(day.trade_date)
    if claim is not None and (claim.inputs, claim.recipe) == (day.inputs, recipe(job)):
        return snapshot, claim
    newest = max(snapshot.generation_of(day.trade_date), claim.generation if claim else 0)
    mine = Claim(generation=newest + 1, inputs=day.inputs, recipe=recipe(job))
    after = dataclasses.replace(snapshot, claims={**snapshot.claims, day.trade_date: mine})
    return job.table.commit(snapshot, after), mine


def _switch(job: CompactJob, day: DayPlan, claim: Claim, made: tuple[DataFile, ...]) -> None:
    """Commit; where somebody else committed first, look whether that concerns this day."""
    for tries in range(job.settings.tries):
        snapshot = job.table.snapshot()
        _refuse_changed(snapshot, day)
        if snapshot.claims.get(day.trade_date) != claim:
            msg = "somebody else claimed the day"
            raise Conflict(msg, where=day.trade_date)
        try:
            job.table.commit(snapshot, _after(snapshot, day, claim, made))
        except Conflict:
            if tries + 1 == job.settings.tries:
                raise
        else:
            return


def _after(snapshot: Snapshot, day: DayPlan, claim: Claim, made: tuple[DataFile, ...]) -> Snapshot:
    others = tuple(file for file in snapshot.files if file.trade_date != day.trade_date)
    claims = {other: kept for other, kept in snapshot.claims.items() if other != day.trade_date}
    generations = {**snapshot.generations, day.trade_date: claim.generation}
    return dataclasses.replace(snapshot, files=(*others, *made), claims=claims, generations=generations)


def _refuse_changed(snapshot: Snapshot, day: DayPlan) -> None:
    found = tuple(sorted(file.key for file in snapshot.files if file.trade_date == day.trade_date))
    if found != day.inputs:
        msg = "the day's files changed meanwhile"
        raise Conflict(msg, where=day.trade_date)
