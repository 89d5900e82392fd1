"""Which raw objects are still to be read."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING

from schemahub._transform.aside import leave_aside
from schemahub._transform.names import checkpoint_of
from schemahub.errors import ConfigError, IntegrityError, PermanentError
from schemahub.events import WorkFound
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Tally
    from schemahub.layout import RawName, StreamId
    from schemahub.raw_sink import RawObject
    from schemahub.table import Snapshot


MOST_PINNED = 100_000
"""Objects in one pin, at most: with all their names, some 16 MB, a pin is part of what each reader loads."""


class Backlog:
    """The raw objects that a run has found and the table does not cover, oldest first.

    They are listed once, however many commits it takes: what is put meanwhile is the next run's.
    """

    def __init__(self, job: TransformJob, tally: Tally) -> None:
        """List nothing yet."""
        self._job = job
        self._tally = tally
        self._waiting: deque[RawObject] = deque()
        self._version = 0

    def look(self, base: Snapshot) -> None:
        """Find what is new, unless that was done, and say how much it is."""
        # Another version may have become the one that readers see, and cover less than this run did.
        if self._version != base.version:
            self._waiting = deque(new_objects(self._job, base, self._tally))
            self._version = base.version
            self._job.emit(WorkFound(command="transform", left=trades(self._waiting, base)))

    def first_part(self, base: Snapshot, rows: int | None) -> tuple[str, ...]:
        """Return the keys of the first new objects, at most `MOST_PINNED`.

        Together they have at most `rows` lines, if that is given, but there is at least one. There are none
        if the table covers all of raw that can be read.
        """
        self.look(base)
        taken: list[RawObject] = []
        lines = 0
        while self._waiting and len(taken) < MOST_PINNED:
            stored = self._waiting[0]
            aside = {stored.key, str(stored.stream)} & self._tally.failures.keys()
            if not aside and _is_new(stored, base):
                lines += stored.name.count
                if taken and rows is not None and lines > rows:
                    break
                taken.append(stored)
            self._waiting.popleft()
        # Whatever becomes of the commit: they leave for good once the table covers them.
        self._waiting.extendleft(reversed(taken))
        return tuple(stored.key for stored in taken)


def new_objects(job: TransformJob, base: Snapshot, tally: Tally) -> list[RawObject]:
    """Return the raw objects with positions that the table does not cover, oldest first.

    A late batch, a repair or a backfill is found wherever it sorts. A stream that cannot be listed or has
    no mapping is noted and left aside (R9).
    """
    found: list[RawObject] = []
    for stream in job.raw.streams():
        if str(stream) in tally.failures:
            continue
        try:
            job.transformer_for(stream.exchange)
            found += _new(job, base, stream)
        except (ConfigError, IntegrityError, PermanentError) as error:
            leave_aside(job, tally.known, stream, None, error)
    if tally.failures:
        found = [stored for stored in found if stored.key not in tally.failures]
    folders = {stored.stream: stored.stream.raw_prefix for stored in found}
    return sorted(found, key=lambda stored: _age(stored, folders[stored.stream]))


def _age(stored: RawObject, folder: str) -> tuple[int, str, str, int, int, int]:
    # As their keys sort where they are of one time, without printing millions of keys.
    name = stored.name
    return name.created_us, folder, name.uuid, name.first, name.last, name.count


def trades(objects: Iterable[RawObject], base: Snapshot) -> int:
    """Count the trades that are in these objects and not in the table.

    Where sparse batches overlap, which of their trades are the same is not known: there may be fewer.
    """
    named: dict[StreamId, list[RawName]] = {}
    for stored in objects:
        named.setdefault(stored.stream, []).append(stored.name)
    return sum(_new_trades(names, base.covered_of(stream)) for stream, names in named.items())


def _new_trades(names: list[RawName], covered: SpanSet) -> int:
    sparse = sum(min(name.count, len(SpanSet((name.span,)) - covered)) for name in names)
    return min(sparse, len(SpanSet.of(name.span for name in names) - covered))


def _new(job: TransformJob, base: Snapshot, stream: StreamId) -> list[RawObject]:
    """List what was planned since the newest object in the table, if that is all that can be new.

    The checkpoint decides: it knows every position in raw, and a repair or a plan made while the clock was
    wrong carries an older time in its name. Without one, or where it knows of more, all is listed.
    """
    newest_us = base.newest_us.get(stream)
    known = checkpoint_of(job.checkpoints, stream) if newest_us is not None else None
    if newest_us is not None and known is not None:
        # The plan in hand may be older than that, and may have stored what the checkpoint does not know yet.
        since_us = min(newest_us, known.plan.created_us) if known.plan else newest_us
        recent = list(job.raw.list(stream, since_us))
        shown = base.covered_of(stream) | SpanSet.of(stored.name.span for stored in recent)
        if shown.covers(known.covered):
            return [stored for stored in recent if _is_new(stored, base)]
    return [stored for stored in job.raw.list(stream) if _is_new(stored, base)]


def _is_new(stored: RawObject, base: Snapshot) -> bool:
    """Tell whether no one range of the table holds all of an object: ranges that touch are one."""
    span, covered = stored.name.span, base.covered_of(stored.stream).spans
    at = bisect_right(covered, span.first, key=lambda one: one.first) - 1
    return at < 0 or span.last > covered[at].last
