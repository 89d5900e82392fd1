"""The inputs of one commit, read by several threads and clipped in their pinned order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa

from schemahub._parallel import in_order, threads_for
from schemahub._transform.aside import leave_aside
from schemahub._transform.names import NameRule
from schemahub._transform.read import Mapped, read_object, undamaged
from schemahub.errors import ConfigError, IntegrityError, NotFound, PermanentError, SchemahubError
from schemahub.layout import RawName, StreamId
from schemahub.raw_sink import RawObject
from schemahub.spans import SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Known
    from schemahub.table import Snapshot
    from schemahub.transformer import Rejected

_LEFT_ASIDE = (ConfigError, IntegrityError, NotFound, PermanentError)
"""Errors for which an object or its stream is left aside, and the others go on."""

_Fetched = tuple[RawObject, BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one raw object adds: rows and rejected lines of positions that nothing covered before."""

    stored: RawObject
    positions: SpanSet
    rows: pa.Table
    rejected: tuple[Rejected, ...]
    drift: tuple[str, ...]
    path: str


def read_parts(job: TransformJob, base: Snapshot, keys: Sequence[str], known: Known) -> Iterator[Part]:
    """Read the inputs; a position counts for the first of them that has it (R2).

    While one is mapped, others are fetched, `threads` at a time and no further ahead (R7): a store may be
    far away. Mapping is left to one thread, since it is many short steps: two would wait for one another at
    each. What cannot be read is noted and stays uncovered; the others go on (R9).
    """
    taken: dict[StreamId, SpanSet] = dict(base.covered)
    names = NameRule(job.checkpoints)
    threads = job.settings.threads

    def fetch(key: str) -> _Fetched | SchemahubError:
        try:
            return _fetch(job, key, names)
        except _LEFT_ASIDE as error:
            return error

    with (
        threads_for(threads, "fetch") as pool,
        closing(in_order(pool, fetch, keys, threads + 1 if threads > 1 else 1)) as fetches,
    ):
        for key, fetched in zip(keys, fetches, strict=True):
            mapped = _mapped(job, fetched)
            if isinstance(mapped, SchemahubError):
                _note(job, key, mapped, known)
                continue
            stream = mapped.stored.stream
            part = _clipped(mapped, taken.get(stream, SpanSet()))
            taken[stream] = taken.get(stream, SpanSet()) | part.positions
            yield part


def _fetch(job: TransformJob, key: str, names: NameRule) -> _Fetched:
    job.stop.check()
    stream = StreamId.of_raw_key(key)
    name = RawName.parse(key.removeprefix(stream.raw_prefix))
    # The size is unknown here, and nobody asks for it.
    stored = RawObject(stream=stream, name=name, size=0)
    names.check(stored)
    with undamaged(stored):
        return stored, job.raw.fetch(stored)


def _mapped(job: TransformJob, fetched: _Fetched | SchemahubError) -> Mapped | SchemahubError:
    if isinstance(fetched, SchemahubError):
        return fetched
    stored, content = fetched
    try:
        with content:
            return read_object(job.transformer_for(stored.stream.exchange), stored, content)
    except _LEFT_ASIDE as error:
        return error


def _note(job: TransformJob, key: str, error: SchemahubError, known: Known) -> None:
    """Leave the object aside; its whole stream, where the same would be wrong with the next."""
    of_stream = isinstance(error, (ConfigError, PermanentError))
    leave_aside(job, known, StreamId.of_raw_key(key), None if of_stream else key, error)


def _clipped(mapped: Mapped, taken: SpanSet) -> Part:
    whole = span_set(mapped.stored.name.span)
    positions = whole - taken
    return Part(
        stored=mapped.stored,
        positions=positions,
        rows=mapped.rows if positions == whole else _within(mapped, positions),
        rejected=tuple(line for line, place in mapped.rejected if place in positions),
        drift=mapped.drift,
        path=mapped.path,
    )


def _within(mapped: Mapped, positions: SpanSet) -> pa.Table:
    """Return the rows at these positions; the lines ascend, so they are a few slices."""
    slices = [mapped.rows.slice(0, 0)]
    for span in positions:
        first = np.searchsorted(mapped.positions, span.first)
        end = np.searchsorted(mapped.positions, span.last, side="right")
        slices.append(mapped.rows.slice(first, end - first))
    return pa.concat_tables(slices)
