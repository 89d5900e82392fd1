"""One commit: pinned inputs to rows, files, quarantine and covered positions, visible together."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from typing import TYPE_CHECKING

from schemahub._executing.crew import done
from schemahub._transform.receipts import Receipts
from schemahub._transform.unit import do_unit, tell, units_of
from schemahub.events import SchemaDrifted, TableCommitted
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Tally
    from schemahub._transform.unit import Added, Unit
    from schemahub.table import DataFile, Pending, Snapshot


def commit_pending(job: TransformJob, base: Snapshot, pending: Pending, tally: Tally) -> None:
    """Do what `base` pinned, exactly: whoever does it writes the same files under the same names.

    The pin's units may be done by many workers; their files become visible together. What was done of them
    before a commit lost, or the store failed, is not done again.
    """
    started = job.clock.monotonic()
    tally.kept.take_up(base, pending)
    receipts = Receipts.of(job, base, pending)
    _do_units(job, base, pending, tally, receipts)
    units = tally.kept.in_order()
    added = [one for unit in units for one in unit.added]
    files = [file for unit in units for file in unit.files]
    after = job.table.commit(base, _after(job, base, added, files))
    _count(job, base, added, files, tally)
    if receipts:
        receipts.clear(units)
    if job.registrar and files:
        job.registrar.follow()
    rows = sum(file.rows for file in files)
    seconds = job.clock.monotonic() - started
    job.emit(TableCommitted(version=after.version, files=len(files), rows=rows, seconds=seconds))


def _do_units(
    job: TransformJob, base: Snapshot, pending: Pending, tally: Tally, receipts: Receipts | None
) -> None:
    """Do those of the pin's units that are not done, in whatever order they end."""
    begun: list[int] = []
    kept = set(tally.kept.units)
    # Looked for once: what is found is kept.
    left_over = receipts.read() if receipts and not kept else {}

    def missing() -> Iterator[Unit]:
        for number, unit in enumerate(units_of(base, pending, job.settings.rows_per_commit, tally.known)):
            if number in kept:
                continue
            if found := left_over.pop(unit.name, None):
                tally.kept.add(number, found)
                for one in found.added:
                    tell(job, one, tally.known)
                continue
            begun.append(number)
            yield unit

    with closing(done(job.crew, do_unit, job, missing(), stop=job.stop, emit=job.emit)) as outcomes:
        for outcome in outcomes:
            one = outcome.result()
            tally.kept.add(begun[outcome.number], one)
            if receipts:
                receipts.put(one)
            tally.known.told.update(each.key for each in one.added)
            tally.known.failures.update(one.failures)


def _after(job: TransformJob, base: Snapshot, added: Sequence[Added], files: Sequence[DataFile]) -> Snapshot:
    covered, quarantined, mappings = dict(base.covered), dict(base.quarantined), dict(base.mappings)
    newest = dict(base.newest_us)
    for one in added:
        stream = one.stream
        covered[stream] = covered.get(stream, SpanSet()) | one.positions
        quarantined[stream] = quarantined.get(stream, 0) + one.rules.total()
        newest[stream] = max(newest.get(stream, 0), one.created_us)
        mappings[stream.exchange] = job.transformer_for(stream.exchange).digest
    return dataclasses.replace(
        base,
        files=(*base.files, *files),
        covered=covered,
        quarantined=quarantined,
        newest_us=newest,
        mappings=mappings,
        pending=None,
    )


def _count(
    job: TransformJob, base: Snapshot, added: Sequence[Added], files: Sequence[DataFile], tally: Tally
) -> None:
    """Count it, now that it is committed."""
    tally.known.told.clear()
    tally.kept.forget()
    tally.commits += 1
    tally.files += len(files)
    for one in added:
        exchange = one.stream.exchange
        tally.objects += 1
        tally.rows += one.rows
        tally.paths[one.path] += 1
        tally.rules += one.rules
        if base.mappings.get(exchange, today := job.transformer_for(exchange).digest) != today:
            tally.remapped.add(exchange)
        if news := set(one.drift) - tally.drift.get(exchange, set()):
            tally.drift[exchange] |= news
            drifted = sorted(tally.drift[exchange])
            tally.suggestions[exchange] = job.transformer_for(exchange).suggestion(drifted)
            job.emit(SchemaDrifted(exchange=exchange, fields=tuple(sorted(news))))
