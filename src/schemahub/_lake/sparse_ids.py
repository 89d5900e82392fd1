"""Which position each line of a sparse raw object has: the name says where it lies, the ids say the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from schemahub._lake.parquet_order import numbers_or_null

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from schemahub.raw_sink import RawObject


def is_sparse(stored: RawObject) -> bool:
    """Tell whether lines have to be placed by their ids, since there are fewer of them than positions."""
    return stored.name.count < len(stored.name.span)


def placed_by_id(
    stored: RawObject, ids: pa.ChunkedArray
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the ids as positions, and which of them are: within the name, each above all before it.

    An id that a position is not printed as (007, an UUID) is none; what is said of it is -1.
    """
    span, numbers = stored.name.span, numbers_or_null(ids)
    printed = pc.equal(ids, numbers.cast("string")).fill_null(False).to_numpy()  # noqa: FBT003 - Arrow's
    positions = numbers.fill_null(-1).to_numpy()
    placed = printed & (positions >= span.first) & (positions <= span.last)
    highest = np.maximum.accumulate(np.where(placed, positions, span.first - 1))
    placed[1:] &= positions[1:] > highest[:-1]
    return positions, placed


def places_between(
    stored: RawObject,
    lines: Sequence[int] | npt.NDArray[np.int64],
    positions: npt.NDArray[np.int64],
    others: Sequence[int],
) -> npt.NDArray[np.int64]:
    """Return a position for each line of `others`, which made no row: behind that of the row before it.

    `positions` are those of the rows of `lines`. Batches overlap from a trade on, or up to one, as a rule: so
    such a line is on the same side of a batch's end as its trade. The last line's is where the name ends.
    """
    span = stored.name.span
    above = np.concatenate([[span.first], positions + 1]).astype(np.int64)
    places = np.minimum(above[np.searchsorted(np.asarray(lines, np.int64), others)], span.last)
    return np.where(np.asarray(others, np.int64) == stored.name.count - 1, span.last, places)
