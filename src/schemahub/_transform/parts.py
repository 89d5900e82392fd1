"""The inputs of one commit, read by several threads and clipped in their pinned order."""

from __future__ import annotations

import functools
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._transform.read import Mapped, read_object
from schemahub.errors import IntegrityError, NotFound
from schemahub.layout import RawName, StreamId
from schemahub.raw_sink import RawObject
from schemahub.spans import SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemahub._transform.job import TransformJob
    from schemahub._transform.tally import Tally
    from schemahub.table import Snapshot
    from schemahub.transformer import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one raw object adds: rows and rejected lines of positions that nothing covered before."""

    stored: RawObject
    positions: SpanSet
    rows: pa.Table
    rejected: tuple[Rejected, ...]
    drift: tuple[str, ...]
    path: str


def read_parts(job: TransformJob, base: Snapshot, keys: Sequence[str], tally: Tally) -> list[Part]:
    """Read the inputs; a position counts for the first of them that has it (R2).

    An object that cannot be read is noted and stays uncovered; the others go on (R9).
    """
    taken: dict[StreamId, SpanSet] = dict(base.covered)
    parts: list[Part] = []
    for key, reading in _read_ahead(job, keys):
        try:
            mapped = reading.result()
        except (IntegrityError, NotFound) as error:
            tally.fail(key, error)
            continue
        stream = mapped.stored.stream
        part = _clipped(mapped, taken.get(stream, SpanSet()))
        taken[stream] = taken.get(stream, SpanSet()) | part.positions
        parts.append(part)
    return parts


def _read_ahead(job: TransformJob, keys: Sequence[str]) -> Iterator[tuple[str, Future[Mapped]]]:
    """Read so many objects at a time as there are threads; give them out in order (R7)."""
    left = iter(keys)
    with ThreadPoolExecutor(job.settings.threads, thread_name_prefix="transform") as pool:
        ahead = deque((key, _submit(job, pool, key)) for key in islice(left, job.settings.threads))
        try:
            while ahead:
                job.stop.check()
                yield ahead.popleft()
                ahead += ((key, _submit(job, pool, key)) for key in islice(left, 1))
        finally:
            for _, reading in ahead:
                reading.cancel()


def _submit(job: TransformJob, pool: ThreadPoolExecutor, key: str) -> Future[Mapped]:
    stream = StreamId.of_raw_key(key)
    name = RawName.parse(key.removeprefix(stream.raw_prefix))
    # The size is unknown here, and nobody asks for it.
    stored = RawObject(stream=stream, name=name, size=0)
    return pool.submit(read_object, job.raw, job.transformer_for(stream.exchange), stored)


def _clipped(mapped: Mapped, taken: SpanSet) -> Part:
    whole = span_set(mapped.stored.name.span)
    positions = whole - taken
    first = mapped.stored.name.first
    rows = mapped.rows if positions == whole else mapped.rows.filter(_within(positions, mapped.positions))
    return Part(
        stored=mapped.stored,
        positions=positions,
        rows=rows,
        rejected=tuple(line for line in mapped.rejected if first + line.line in positions),
        drift=mapped.drift,
        path=mapped.path,
    )


def _within(spans: SpanSet, positions: pa.Array) -> pa.Array:
    """Tell which positions lie in `spans`, of which there are few."""
    inside = (
        pc.and_(pc.greater_equal(positions, span.first), pc.less_equal(positions, span.last))
        for span in spans
    )
    return functools.reduce(pc.or_, inside, pa.repeat(pa.scalar(False), len(positions)))  # noqa: FBT003 - a value
