"""Which raw objects a commit reads, and the digest that pins them."""

from __future__ import annotations

import hashlib
import json
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

    All names are compared, so a late batch, a repair or a backfill is found wherever it sorts. A stream
    that cannot be listed or has no mapping is noted and left aside (R9).
    """
    found: list[RawObject] = []
    for stream in job.raw.streams():
        if str(stream) in tally.failures:
            continue
        try:
            job.transformer_for(stream.exchange)
            found += [stored for stored in job.raw.list(stream) if _is_new(stored, base)]
        except (ConfigError, IntegrityError, PermanentError) as error:
            tally.fail(str(stream), error)
    fresh = (stored for stored in found if stored.key not in tally.failures)
    return sorted(fresh, key=lambda stored: (stored.name.created_us, stored.key))


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
    return digest(list(keys), mappings, covered)


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
