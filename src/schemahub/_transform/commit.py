"""One commit: pinned inputs to rows, files, quarantine and covered positions, visible together."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from schemahub._transform.inputs import digest
from schemahub._transform.parts import read_parts
from schemahub._transform.write import write_files, write_quarantine
from schemahub.events import BatchTransformed, SchemaDrifted, TableCommitted
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.parts import Part
    from schemahub._transform.tally import Tally
    from schemahub.table import DataFile, Pending, Snapshot


def commit_pending(job: TransformJob, base: Snapshot, pending: Pending, tally: Tally) -> None:
    """Do what `base` pinned, exactly: whoever does it writes the same files under the same names.

    An object that cannot be read is noted and stays uncovered; the others go on (R9).
    """
    started = job.clock.monotonic()
    parts = []
    for part in read_parts(job, base, pending.inputs, tally):
        _tell(job, part, tally)
        parts.append(part)
    # What could be read is part of the name: a file without a lost object's rows is another file.
    batch = digest(pending.digest, [part.stored.key for part in parts])
    files = write_files(job, base, parts, batch)
    write_quarantine(job, parts, batch)
    after = job.table.commit(base, _after(job, base, parts, files))
    _count(job, base, parts, files, tally)
    if job.registrar and files:
        job.registrar.follow()
    rows = sum(file.rows for file in files)
    seconds = job.clock.monotonic() - started
    job.emit(TableCommitted(version=after.version, files=len(files), rows=rows, seconds=seconds))


def _after(job: TransformJob, base: Snapshot, parts: Sequence[Part], files: Sequence[DataFile]) -> Snapshot:
    covered, quarantined, mappings = dict(base.covered), dict(base.quarantined), dict(base.mappings)
    newest = dict(base.newest_us)
    for part in parts:
        stream = part.stored.stream
        covered[stream] = covered.get(stream, SpanSet()) | part.positions
        quarantined[stream] = quarantined.get(stream, 0) + len(part.rejected)
        newest[stream] = max(newest.get(stream, 0), part.stored.name.created_us)
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
    job: TransformJob, base: Snapshot, parts: Sequence[Part], files: Sequence[DataFile], tally: Tally
) -> None:
    """Count it, now that it is committed."""
    tally.told.clear()
    tally.commits += 1
    tally.files += len(files)
    for part in parts:
        exchange = part.stored.stream.exchange
        tally.objects += 1
        tally.rows += part.rows.num_rows
        tally.paths[part.path] += 1
        tally.rules += Counter(line.rule for line in part.rejected)
        if base.mappings.get(exchange, today := job.transformer_for(exchange).digest) != today:
            tally.remapped.add(exchange)
        if news := set(part.drift) - tally.drift.get(exchange, set()):
            tally.drift[exchange] |= news
            drifted = sorted(tally.drift[exchange])
            tally.suggestions[exchange] = job.transformer_for(exchange).suggestion(drifted)
            job.emit(SchemaDrifted(exchange=exchange, fields=tuple(sorted(news))))


def _tell(job: TransformJob, part: Part, tally: Tally) -> None:
    """Tell that an object was read: while the run goes on, and once though it may be read again."""
    key = part.stored.key
    if key in tally.told:
        return
    tally.told.add(key)
    job.emit(
        BatchTransformed(
            stream=part.stored.stream,
            source=key,
            rows=part.rows.num_rows,
            quarantined=len(part.rejected),
        )
    )
