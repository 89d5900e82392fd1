"""One raw object opened, and its lines held against what its name promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import SCHEMA, unified
from schemahub._lake.sparse_ids import is_sparse, placed_by_id, places_between
from schemahub.codec import damage
from schemahub.errors import IntegrityError
from schemahub.transformer import RawLines

if TYPE_CHECKING:
    from schemahub.raw_sink import RawObject, RawSink
    from schemahub.transformer import Transformed, Transformer

POSITION = "_position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """An object's rows, each with its position, and the positions of the lines that make none.

    `misplaced` are positions whose line is another trade's. Where ids are sparse, the position of a line
    without a row is only near its trade's.
    """

    rows: pa.Table
    rejected: pa.Array
    misplaced: pa.Array

    @property
    def backward_steps(self) -> int:
        """Count the trades that are older than the one before them."""
        times = self.rows["trade_ts"].combine_chunks().cast(pa.int64())
        if len(times) < 2:  # noqa: PLR2004 - a step needs two
            return 0
        return int(pc.sum(pc.less(times.slice(1), times.slice(0, len(times) - 1))).as_py())


def read_content(raw: RawSink, stored: RawObject, transformer: Transformer) -> Content:
    """Read and transform an object; one that is gone, damaged or of another length is an error."""
    data = _data(raw, stored)
    lines = data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))
    if lines != stored.name.count:
        msg = "a raw object's lines are not as many as its name says"
        raise IntegrityError(msg, where=stored.key, expected=str(stored.name.count), found=str(lines))
    batch = RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)
    done = transformer.transform(batch)
    return _by_id(stored, done) if is_sparse(stored) else _by_line(stored, done)


def _data(raw: RawSink, stored: RawObject) -> bytes:
    try:
        with raw.open(stored) as stream:
            return stream.read()
    except damage() as error:
        msg = f"a raw object cannot be decompressed: {error}"
        raise IntegrityError(msg, where=stored.key) from error


def _by_line(stored: RawObject, done: Transformed) -> Content:
    """Give each row the position that its line has by the object's name, and compare it with its id."""
    positions = pc.add(pa.array(done.lines, pa.int64()), stored.name.first)
    rows = unified(done.rows).cast(SCHEMA).append_column(POSITION, positions)
    in_place = pc.equal(rows["trade_id"], positions.cast(pa.string())).combine_chunks()
    misplaced = positions.filter(pc.invert(in_place))
    rejected = pa.array([stored.name.first + line.line for line in done.rejected], pa.int64())
    return Content(
        rows=rows.filter(in_place), rejected=pa.concat_arrays([rejected, misplaced]), misplaced=misplaced
    )


def _by_id(stored: RawObject, done: Transformed) -> Content:
    """Give each row the position that its id is, if the name and the lines before it allow for that."""
    rows, lines = unified(done.rows).cast(SCHEMA), np.asarray(done.lines, np.int64)
    ids, placed = placed_by_id(stored, rows["trade_id"])
    known = lines[placed], ids[placed]
    odd = places_between(stored, *known, lines[~placed].tolist())
    rejected = places_between(stored, *known, [line.line for line in done.rejected])
    rows = rows.filter(pa.array(placed)).append_column(POSITION, pa.array(known[1]))
    return Content(
        rows=rows,
        rejected=pa.array(np.concatenate([rejected, odd])),
        misplaced=pa.array(odd),
    )
