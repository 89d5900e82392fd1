"""Trade ids of a table's column as ranges, without an object per id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemahub.spans import Span, SpanSet

# As a position is printed: no leading zero; more digits would not fit 64 bits.
POSITION_PATTERN = "^(0|[1-9][0-9]{0,17})$"


def positions_of(ids: pa.Array) -> tuple[pa.Array, int]:
    """Return the ids that are positions, as integers, and how many are none."""
    proper = pc.match_substring_regex(ids, POSITION_PATTERN)
    positions = ids.filter(proper).cast(pa.int64())
    return positions, len(ids) - len(positions)


def spans_of(positions: pa.Array) -> tuple[SpanSet, SpanSet]:
    """Return the positions as a set, and those that occur more than once."""
    if not len(positions):
        return SpanSet(), SpanSet()
    ordered = positions.take(pc.array_sort_indices(positions))
    steps = pc.subtract(ordered.slice(1), ordered.slice(0, len(ordered) - 1))
    ends = pc.indices_nonzero(pc.greater(steps, 1)).to_pylist()
    firsts = ordered.take(pa.array([0, *(end + 1 for end in ends)], pa.int64())).to_pylist()
    lasts = ordered.take(pa.array([*ends, len(ordered) - 1], pa.int64())).to_pylist()
    twice = ordered.slice(1).filter(pc.equal(steps, 0)).to_pylist()
    return SpanSet(tuple(map(Span, firsts, lasts))), SpanSet.of_positions(twice)
