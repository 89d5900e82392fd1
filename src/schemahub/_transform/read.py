"""One raw object to rows: transformed, and checked against the positions that its name gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import unified
from schemahub._transform.inputs import check_dense
from schemahub.codec import damage
from schemahub.errors import IntegrityError
from schemahub.transformer import RawLines, Rejected

if TYPE_CHECKING:
    from schemahub.raw_sink import RawObject, RawSink
    from schemahub.transformer import Transformed, Transformer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What one raw object holds: rows, the position of each, and the lines that no rows could be made of."""

    stored: RawObject
    rows: pa.Table
    positions: pa.Array
    rejected: tuple[Rejected, ...]
    drift: tuple[str, ...]
    path: str


def read_object(raw: RawSink, transformer: Transformer, stored: RawObject) -> Mapped:
    """Read and transform an object; safe to do for several at once, in threads.

    An object that is damaged, or not what its name says, is an `IntegrityError`.
    """
    check_dense(stored)
    data = _content(raw, stored)
    done = transformer.transform(_batch(stored, data))
    if len(done.lines) + len(done.rejected) != stored.name.count and (dense := _without_blanks(data)) != data:
        # Somebody's editor or copy added blank lines: no trade's position follows from the line then.
        data, done = dense, transformer.transform(_batch(stored, dense))
    _check_count(stored, data, done)
    lines = _numbers(done)
    positions = pc.add(lines, stored.name.first)
    rows = unified(done.rows)
    in_place = pc.equal(rows["trade_id"], positions.cast(pa.string()))
    misplaced: list[Rejected] = []
    if not pc.all(in_place).as_py() and rows.num_rows:
        misplaced = _misplaced(data, lines.filter(pc.invert(in_place)))
        rows, positions = rows.filter(in_place), positions.filter(in_place.combine_chunks())
    return Mapped(
        stored=stored,
        rows=rows,
        positions=positions,
        rejected=(*done.rejected, *misplaced),
        drift=done.drift,
        path=done.path,
    )


def _batch(stored: RawObject, data: bytes) -> RawLines:
    return RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)


def _without_blanks(data: bytes) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if line.strip())


def _content(raw: RawSink, stored: RawObject) -> bytes:
    try:
        with raw.open(stored) as stream:
            return stream.read()
    except damage() as error:
        msg = f"a raw object cannot be decompressed: {error}"
        raise IntegrityError(msg, where=stored.key) from error


def _check_count(stored: RawObject, data: bytes, done: Transformed) -> None:
    seen = len(done.lines) + len(done.rejected)
    if seen == stored.name.count:
        return
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if lines != stored.name.count:
        msg = "a raw object's lines are not as many as its name says"
        raise IntegrityError(msg, where=stored.key, expected=str(stored.name.count), found=str(lines))
    if seen != lines:
        msg = "the transformer lost or invented lines"
        raise IntegrityError(msg, where=stored.key, expected=str(lines), found=str(seen))


def _numbers(done: Transformed) -> pa.Array:
    lines = done.lines
    if isinstance(lines, range):
        return pa.arange(lines.start, lines.stop, lines.step)
    return lines if isinstance(lines, pa.Array) else pa.array(lines, pa.int64())


def _misplaced(data: bytes, lines: pa.Array) -> list[Rejected]:
    """Reject rows whose id is another one's: they are no rows of this object."""
    raw = data.split(b"\n")
    rule = "trade_id: not the position that the raw object's name gives the line"
    return [Rejected(line=line, rule=rule, data=raw[line]) for line in lines.to_pylist()]
