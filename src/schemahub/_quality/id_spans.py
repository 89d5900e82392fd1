"""Trade ids of a table's column as ranges, without an object per id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemahub._lake.parquet_order import numbers_or_null
from schemahub.spans import Span, SpanSet

# As a position is printed: no leading zero.
_POSITION = "^(0|[1-9][0-9]*)$"
_SURE_DIGITS = 18
"""So many digits always fit 64 bits."""


def positions_of(ids: pa.Array) -> tuple[pa.Array, int]:
    """Return the ids that are positions, as integers, and how many are none."""
    if _all_are_positions(ids):
        return ids.cast(pa.int64()), 0
    positions = positions_or_null(ids).drop_null()
    return positions, len(ids) - len(positions)


def positions_or_null(ids: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return ids as positions, null where they are none: not printed as one is, or not below 2**63."""
    proper = pc.match_substring_regex(ids, _POSITION)
    return pc.if_else(proper, numbers_or_null(ids), pa.scalar(None, pa.int64()))


def spans_of(positions: pa.Array) -> tuple[SpanSet, SpanSet]:
    """Return the positions as a set, and those that occur more than once."""
    if not len(positions):
        return SpanSet(), SpanSet()
    ordered, steps = positions, _steps(positions)
    if len(steps) and pc.min(steps).as_py() < 0:
        ordered = positions.take(pc.array_sort_indices(positions))
        steps = _steps(ordered)
    ends = pc.indices_nonzero(pc.greater(steps, 1)).to_pylist()
    firsts = ordered.take(pa.array([0, *(end + 1 for end in ends)], pa.int64())).to_pylist()
    lasts = ordered.take(pa.array([*ends, len(ordered) - 1], pa.int64())).to_pylist()
    twice = ordered.slice(1).filter(pc.equal(steps, 0)).to_pylist()
    return SpanSet(tuple(map(Span, firsts, lasts))), SpanSet.of_positions(twice)


def _all_are_positions(ids: pa.Array) -> bool:
    """Tell whether all are, as far as that is cheap to see: a pattern takes long."""
    if not len(ids):
        return True
    lengths = pc.binary_length(ids)
    plain = (pc.max(lengths).as_py() or 0) <= _SURE_DIGITS and pc.all(pc.ascii_is_decimal(ids)).as_py()
    return bool(plain and not pc.any(pc.starts_with(ids, "0")).as_py())


def _steps(positions: pa.Array) -> pa.Array:
    return pc.subtract(positions.slice(1), positions.slice(0, len(positions) - 1))


def inside(positions: pa.Array | pa.ChunkedArray, span: Span) -> pa.Array | pa.ChunkedArray:
    """Tell which positions lie in a span."""
    return pc.and_(pc.greater_equal(positions, span.first), pc.less_equal(positions, span.last))
