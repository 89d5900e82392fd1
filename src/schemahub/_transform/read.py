"""One raw object to rows: transformed, checked against its positions, clipped by what is covered."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import unified
from schemahub._transform.inputs import check_dense
from schemahub.codec import damage
from schemahub.errors import IntegrityError
from schemahub.spans import SpanSet, span_set
from schemahub.transformer import RawLines, Rejected

if TYPE_CHECKING:
    from schemahub._transform.job import TransformJob
    from schemahub.raw_sink import RawObject
    from schemahub.transformer import Transformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one raw object adds: rows and rejected lines of positions that nothing covered before."""

    stored: RawObject
    positions: SpanSet
    rows: pa.Table
    rejected: tuple[Rejected, ...]
    drift: tuple[str, ...]


def read_part(job: TransformJob, stored: RawObject, taken: SpanSet) -> Part:
    """Read an object; `taken` positions are left out, so overlaps count once (R2).

    An object that is damaged, or not what its name says, is an `IntegrityError`.
    """
    check_dense(stored)
    data = _content(job, stored)
    batch = RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)
    done = job.transformer_for(stored.stream.exchange).transform(batch)
    _check_count(stored, data, done)
    positions = span_set(stored.name.span) - taken
    rows, misplaced = _split(stored, data, done)
    kept = rows.filter(_within(positions, rows["_position"])).drop_columns(["_position"])
    rejected = (*done.rejected, *misplaced)
    return Part(
        stored=stored,
        positions=positions,
        rows=kept,
        rejected=tuple(line for line in rejected if stored.name.first + line.line in positions),
        drift=done.drift,
    )


def _content(job: TransformJob, stored: RawObject) -> bytes:
    try:
        with job.raw.open(stored) as stream:
            return stream.read()
    except damage() as error:
        msg = f"a raw object cannot be decompressed: {error}"
        raise IntegrityError(msg, where=stored.key) from error


def _check_count(stored: RawObject, data: bytes, done: Transformed) -> None:
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if lines != stored.name.count:
        msg = "a raw object's lines are not as many as its name says"
        raise IntegrityError(msg, where=stored.key, expected=str(stored.name.count), found=str(lines))
    seen = len(done.lines) + len(done.rejected)
    if seen != lines:
        msg = "the transformer lost or invented lines"
        raise IntegrityError(msg, where=stored.key, expected=str(lines), found=str(seen))


def _split(stored: RawObject, data: bytes, done: Transformed) -> tuple[pa.Table, list[Rejected]]:
    """Add each row's position; a row whose id is another one's is no row of this object."""
    lines = pa.array(done.lines, pa.int64())
    positions = pc.add(lines, stored.name.first)
    rows = unified(done.rows).append_column("_position", positions)
    in_place = pc.equal(rows["trade_id"], positions.cast(pa.string()))
    wrong = lines.filter(pc.invert(in_place)).to_pylist()
    if not wrong:
        return rows, []
    raw = data.split(b"\n")
    rule = "trade_id: not the position that the raw object's name gives the line"
    return rows.filter(in_place), [Rejected(line=line, rule=rule, data=raw[line]) for line in wrong]


def _within(spans: SpanSet, positions: pa.Array) -> pa.Array:
    """Tell which positions lie in `spans`, of which there are few."""
    inside = (
        pc.and_(pc.greater_equal(positions, span.first), pc.less_equal(positions, span.last))
        for span in spans
    )
    return functools.reduce(pc.or_, inside, pa.repeat(pa.scalar(False), len(positions)))  # noqa: FBT003 - a value
