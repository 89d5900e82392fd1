"""Trade ids of a table's column as ranges, without an object per id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemahub.spans import Span, SpanSet

# As a position is printed: no leading zero; more digits would not fit 64 bits.
POSITION_PATTERN = "^(0|[1-9][0-9]{0,17})$"
_MOST_DIGITS = 18


def positions_of(ids: pa.Array) -> tuple[pa.Array, int]:
    """Return the ids that are positions, as integers, and how many are none."""
    proper = _are_positions(ids)
    if proper is None:
        return ids.cast(pa.int64()), 0
    positions = ids.filter(proper).cast(pa.int64())
    return positions, len(ids) - len(positions)


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


def _are_positions(ids: pa.Array) -> pa.Array | None:
    """Tell which ids are positions; None where all are. A pattern takes long, so it is tried last."""
    if not len(ids):
        return None
    lengths = pc.binary_length(ids)
    plain = (pc.max(lengths).as_py() or 0) <= _MOST_DIGITS and pc.all(pc.ascii_is_decimal(ids)).as_py()
    if plain and not pc.any(pc.starts_with(ids, "0")).as_py():
        return None
    return pc.match_substring_regex(ids, POSITION_PATTERN)


def _steps(positions: pa.Array) -> pa.Array:
    return pc.subtract(positions.slice(1), positions.slice(0, len(positions) - 1))
