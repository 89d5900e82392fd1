"""New raw batches to the table, as often as it takes."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

from schemahub._lake.extras import require_parquet
from schemahub._transform.backlog import Backlog, new_objects, trades
from schemahub._transform.inputs import pin_digest
from schemahub._transform.result import Failure
from schemahub._transform.tally import Tally
from schemahub.errors import ConfigError, Conflict, RetriesExhausted, RetryableError
from schemahub.events import silent
from schemahub.table import Pending

if TYPE_CHECKING:
    from schemahub._transform.job import TransformJob
    from schemahub._transform.result import TransformResult
    from schemahub.table import Snapshot

_LONGEST_WAIT_SECONDS = 5.0


def transform(job: TransformJob) -> TransformResult:
    """Bring every raw trade that the table does not cover into it, exactly once (R2).

    It may be killed anywhere, lose replies and run beside others: a commit pins its inputs first, so a
    retry writes the same files, and a conflict redoes only what the winner left. Twice is a no-op. At
    most `rows_per_commit` rows are held at once by each of the executor's workers, however many one commit
    makes visible (R7).
    """
    require_parquet()
    tally = Tally()
    backlog = Backlog(job, tally)
    tries = 0
    while True:
        job.stop.check()
        commits, units = tally.commits, tally.kept.count
        try:
            if not _step(job, backlog, tally):
                return registered(job, tally.result(job.table.snapshot().version))
        except (Conflict, RetryableError) as error:
            # A store that fails now and then must not end a pin of hours. Units alone do not count where
            # others come first: two who drop each other's pins would do them for ever.
            if isinstance(error, RetryableError) and tally.kept.count > units:
                tries = 0
            if tries >= job.settings.tries:
                msg = "the table could not be committed"
                raise RetriesExhausted(msg, found=str(error)) from error
            job.clock.wait(_pause(tries), job.stop)
        tries = 0 if tally.commits > commits else tries + 1


def preview(job: TransformJob) -> TransformResult:
    """Say how many raw objects and trades are new; nothing is written."""
    base, tally = job.table.snapshot(), Tally()
    objects = new_objects(dataclasses.replace(job, emit=silent), base, tally)
    todo = tally.result(base.version)
    return dataclasses.replace(todo, objects=len(objects), rows=trades(objects, base), dry_run=True)


def registered(job: TransformJob, result: TransformResult) -> TransformResult:
    """Tell the catalog at the end, also of what others left it without; one that is behind is a failure."""
    if job.registrar is None or job.registrar.tell() is not None:
        return result
    behind = Failure(where=f"catalog {job.registrar.name}", reason=str(job.registrar.failure))
    return dataclasses.replace(result, failures=(*result.failures, behind))


def _step(job: TransformJob, backlog: Backlog, tally: Tally) -> bool:
    """Finish what is pinned, or pin what is new and finish that; False if there is nothing to do."""
    from schemahub._transform.commit import commit_pending

    base = job.table.snapshot()
    # Also where a dead run's pin comes first: observers are told of all that is to be done.
    backlog.look(base)
    if base.pending is None:
        base = _pin(job, base, backlog)
    if base.pending is None:
        return False
    if base.pending.digest != _digest_today(job, base, base.pending):
        # Pinned with another mapping than today's, which cannot be made to write those files again. The
        # same inputs are pinned anew, under names of their own. What was left behind is in no manifest,
        # but in a folder that some read whole: compaction gives such a day a new one.
        job.table.commit(base, dataclasses.replace(base, pending=None))
        # Counted as a conflict, so that runs with two mappings do not drop each other's pins for ever.
        msg = "the inputs were pinned with another mapping"
        raise Conflict(msg)
    commit_pending(job, base, base.pending, tally)
    return True


def _pin(job: TransformJob, base: Snapshot, backlog: Backlog) -> Snapshot:
    keys = backlog.first_part(base, job.rows_per_pin)
    if not keys:
        return base
    pending = Pending(inputs=keys, digest=pin_digest(job, base, keys))
    return job.table.commit(base, dataclasses.replace(base, pending=pending))


def _digest_today(job: TransformJob, base: Snapshot, pending: Pending) -> str | None:
    try:
        return pin_digest(job, base, pending.inputs)
    except ConfigError:  # the mapping is gone
        return None


def _pause(tries: int) -> float:
    return random.uniform(0, min(_LONGEST_WAIT_SECONDS, 0.1 * 2.0**tries))  # noqa: S311 - jitter, no secret
