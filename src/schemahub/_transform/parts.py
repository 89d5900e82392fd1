"""The inputs of one commit, read by several threads and clipped in their pinned order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from schemahub._parallel import in_order, threads_for
from schemahub._transform.aside import leave_aside
from schemahub._transform.names import NameRule
from schemahub._transform.read import Mapped, read_object
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

_AHEAD = 1
"""Objects read beyond one for each thread: a thread that is done need not wait until its result is taken."""


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

    `threads` objects are read at a time, and no more than one ahead of that (R7). One that cannot be read
    is noted and stays uncovered; the others go on (R9).
    """
    taken: dict[StreamId, SpanSet] = dict(base.covered)
    names = NameRule(job.checkpoints)
    threads = job.settings.threads

    def read(key: str) -> Mapped | SchemahubError:
        try:
            return _read(job, key, names)
        except (ConfigError, IntegrityError, NotFound, PermanentError) as error:
            return error

    with (
        threads_for(threads, "transform") as pool,
        closing(in_order(pool, read, keys, threads + _AHEAD if threads > 1 else 1)) as readings,
    ):
        for key, mapped in zip(keys, readings, strict=True):
            if isinstance(mapped, SchemahubError):
                _note(job, key, mapped, known)
                continue
            stream = mapped.stored.stream
            part = _clipped(mapped, taken.get(stream, SpanSet()))
            taken[stream] = taken.get(stream, SpanSet()) | part.positions
            yield part


def _note(job: TransformJob, key: str, error: SchemahubError, known: Known) -> None:
    """Leave the object aside; its whole stream, where the same would be wrong with the next."""
    of_stream = isinstance(error, (ConfigError, PermanentError))
    leave_aside(job, known, StreamId.of_raw_key(key), None if of_stream else key, error)


def _read(job: TransformJob, key: str, names: NameRule) -> Mapped:
    job.stop.check()
    stream = StreamId.of_raw_key(key)
    name = RawName.parse(key.removeprefix(stream.raw_prefix))
    # The size is unknown here, and nobody asks for it.
    stored = RawObject(stream=stream, name=name, size=0)
    names.check(stored)
    return read_object(job.raw, job.transformer_for(stream.exchange), stored)


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
