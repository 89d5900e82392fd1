"""One raw object to rows: transformed, and checked against what its name says of their positions."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_file import unified
from schemahub._lake.parquet_order import integers
from schemahub._lake.sparse_ids import is_sparse, placed_by_id, places_between
from schemahub.codec import damage
from schemahub.errors import IntegrityError
from schemahub.transformer import RawLines, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from schemahub.raw_sink import RawObject
    from schemahub.transformer import Transformed, Transformer

_MISPLACED = "trade_id: not the position that the raw object's name gives the line"
_OUT_OF_ORDER = "trade_id: not a position in the raw object's name, above those of the lines before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What one raw object holds: rows, their ascending positions, and what made no row.

    Each rejected line has the position that it counts for where objects overlap.
    """

    stored: RawObject
    rows: pa.Table
    positions: npt.NDArray[np.int64]
    rejected: tuple[tuple[Rejected, int], ...]
    drift: tuple[str, ...]
    path: str


_Placed = tuple[pa.Table, "npt.NDArray[np.int64]", tuple[tuple[Rejected, int], ...]]
"""Rows, their positions, and the lines that made none, each with the position that it counts for."""


def read_object(transformer: Transformer, stored: RawObject, content: BinaryIO) -> Mapped:
    """Transform an object's content.

    An object that is damaged, or not what its name says, is an `IntegrityError`.
    """
    with undamaged(stored):
        data = content.read()
    batch = _lines(stored, data)
    done = transformer.transform(batch)
    seen = len(done.lines) + len(done.rejected)
    if seen != stored.name.count:
        msg = "the transformer lost or invented lines"
        raise IntegrityError(msg, where=stored.key, expected=str(stored.name.count), found=str(seen))
    place = _by_id if is_sparse(stored) else _by_line
    rows, positions, rejected = place(stored, done, batch.data)
    return Mapped(
        stored=stored,
        rows=rows,
        positions=positions,
        rejected=rejected,
        drift=done.drift,
        path=done.path,
    )


def _by_line(stored: RawObject, done: Transformed, data: bytes) -> _Placed:
    """Place dense lines by their number, and reject rows whose id is another one's."""
    first = stored.name.first
    rows, positions = unified(done.rows), first + _line_numbers(stored, done)
    rejected = tuple((line, first + line.line) for line in done.rejected)
    if _in_place(rows["trade_id"], positions):
        return rows, positions, rejected
    right = pc.equal(rows["trade_id"], pa.array(positions).cast(pa.string())).combine_chunks()
    kept = right.to_numpy(zero_copy_only=False)
    odd = _lines_of(data, positions[~kept] - first, _MISPLACED)
    misplaced = zip(odd, positions[~kept].tolist(), strict=True)
    return rows.filter(right), positions[kept], (*rejected, *misplaced)


def _by_id(stored: RawObject, done: Transformed, data: bytes) -> _Placed:
    """Place sparse lines by their ids, and reject rows that the name or a line before contradicts."""
    lines, rows = _line_numbers(stored, done), unified(done.rows)
    positions, placed = placed_by_id(stored, rows["trade_id"])
    rejected = (*done.rejected, *_lines_of(data, lines[~placed], _OUT_OF_ORDER))
    places = places_between(stored, lines[placed], positions[placed], [line.line for line in rejected])
    return (
        rows.filter(pa.array(placed)),
        positions[placed],
        tuple(zip(rejected, places.tolist(), strict=True)),
    )


@contextmanager
def undamaged(stored: RawObject) -> Iterator[None]:
    """Tell what decompressing raises as an `IntegrityError` of this object."""
    try:
        yield
    except damage() as error:
        msg = f"a raw object cannot be decompressed: {error}"
        raise IntegrityError(msg, where=stored.key) from error


def _lines(stored: RawObject, data: bytes) -> RawLines:
    """Return as many lines as the name says, or raise an `IntegrityError`."""
    batch = RawLines(stream=stored.stream, source=stored.key, ingest_us=stored.name.created_us, data=data)
    if len(batch.ends) == stored.name.count:
        return batch
    # Somebody's editor or copy may have added blank lines: no trade's position follows from its line then.
    dense = b"".join(line + b"\n" for line in data.split(b"\n") if line.strip())
    if dense.count(b"\n") == stored.name.count:
        return dataclasses.replace(batch, data=dense)
    msg = "a raw object's lines are not as many as its name says"
    raise IntegrityError(msg, where=stored.key, expected=str(stored.name.count), found=str(len(batch.ends)))


def _line_numbers(stored: RawObject, done: Transformed) -> npt.NDArray[np.int64]:
    lines = done.lines
    if isinstance(lines, range) and lines.step == 1:
        return np.arange(lines.start, lines.stop, dtype=np.int64)
    numbers = np.asarray(lines, np.int64)
    if (numbers[1:] <= numbers[:-1]).any():
        msg = "the transformer's lines do not ascend"
        raise IntegrityError(msg, where=stored.key)
    return numbers


def _in_place(ids: pa.ChunkedArray, positions: npt.NDArray[np.int64]) -> bool:
    """Tell whether each id is its position, printed; comparing numbers is much cheaper than printing.

    A number may be printed in longer ways (007), never in a shorter one: so the total length decides.
    """
    numbers = integers(ids)
    if numbers is None or not np.array_equal(numbers.to_numpy(), positions):
        return False
    powers = np.power(10, np.arange(1, 19, dtype=np.int64))
    digits = len(positions) + int((len(positions) - np.searchsorted(positions, powers)).sum())
    return digits == (pc.sum(pc.binary_length(ids)).as_py() or 0)


def _lines_of(data: bytes, lines: npt.NDArray[np.int64], rule: str) -> list[Rejected]:
    """Reject rows whose id says that they are no rows of this object."""
    raw = data.split(b"\n") if len(lines) else []
    return [Rejected(line=line, rule=rule, data=raw[line]) for line in lines.tolist()]
