"""Which raw objects a commit reads, and the digest that pins them."""

from __future__ import annotations

import hashlib
import json
from importlib import metadata
from typing import TYPE_CHECKING

from schemahub.errors import ConfigError, IntegrityError, PermanentError
from schemahub.layout import StreamId
from schemahub.spans import SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Tally
    from schemahub.raw_sink import RawObject
    from schemahub.table import Snapshot


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
            found += [stored for stored in _listed(job, base, stream) if _is_new(stored, base)]
        except (ConfigError, IntegrityError, PermanentError) as error:
            tally.fail(str(stream), error)
    fresh = (stored for stored in found if stored.key not in tally.failures)
    return sorted(fresh, key=lambda stored: (stored.name.created_us, stored.key))


def _listed(job: TransformJob, base: Snapshot, stream: StreamId) -> list[RawObject]:
    """List what was planned since the newest object in the table, if that is all that can be new.

    The checkpoint decides: it knows every position in raw, and a repair or a plan made while the clock was
    wrong carries an older time in its name. Without one, or where it knows of more, all is listed.
    """
    newest_us, known = base.newest_us.get(stream), _known(job, stream)
    if newest_us is None or known is None:
        return list(job.raw.list(stream))
    recent = list(job.raw.list(stream, newest_us))
    shown = base.covered_of(stream) | SpanSet.of(stored.name.span for stored in recent)
    return recent if shown.covers(known) else list(job.raw.list(stream))


def _known(job: TransformJob, stream: StreamId) -> SpanSet | None:
    try:
        stored = job.checkpoints.load(stream) if job.checkpoints else None
    except (ConfigError, IntegrityError):  # raw is the truth; a checkpoint only saves work here
        return None
    return stored.checkpoint.covered if stored else None


def positions(objects: Iterable[RawObject], base: Snapshot) -> int:
    """Count the positions that are in these objects and not in the table."""
    spans: dict[StreamId, SpanSet] = {}
    for stored in objects:
        spans[stored.stream] = spans.get(stored.stream, SpanSet()) | span_set(stored.name.span)
    return sum(len(covered - base.covered_of(stream)) for stream, covered in spans.items())


def first_part(objects: Sequence[RawObject], rows: int) -> tuple[str, ...]:
    """Return the keys of the first objects, together at most `rows` lines but at least one object."""
    keys: list[str] = []
    for stored in objects:
        rows -= stored.name.count
        if keys and rows < 0:
            break
        keys.append(stored.key)
    return tuple(keys)


def pin_digest(job: TransformJob, base: Snapshot, keys: Collection[str]) -> str:
    """Return a digest of all that a commit's files follow from: inputs, mappings, what is covered."""
    streams = sorted({StreamId.of_raw_key(key) for key in keys})
    mappings = {stream.exchange: job.transformer_for(stream.exchange).digest for stream in streams}
    covered = [[str(stream), base.covered_of(stream).pairs()] for stream in streams]
    # Other settings, or another writer, would cut or encode the rows otherwise under the same names.
    writing = [job.files.model_dump(), metadata.version("pyarrow")]
    return digest(list(keys), mappings, covered, writing)


def digest(*parts: object) -> str:
    """Return a short hex digest of values that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def check_dense(stored: RawObject) -> None:
    """Refuse an object whose lines' positions do not follow from its name."""
    if len(stored.name.span) != stored.name.count:
        msg = "positions do not follow from the name: only dense ids can be transformed so far"
        expected = f"{len(stored.name.span)} trades in {stored.name.span}"
        raise IntegrityError(msg, where=stored.key, expected=expected, found=str(stored.name.count))


def _is_new(stored: RawObject, base: Snapshot) -> bool:
    return not base.covered_of(stored.stream).covers(span_set(stored.name.span))
