"""What the table's files hold of one symbol, taken in row group after row group."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from schemahub._quality.id_spans import positions_of, spans_of
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    import numpy.typing as npt
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row group, by its file's key and its number, and the least span that holds its ids of a symbol."""

    key: str
    group: int
    span: Span


@dataclass(slots=True)
class RowTally(ABC):
    """Rows, ids that are there twice, and ids that are no positions; `places` says where which ids are."""

    rows: int = 0
    twice: SpanSet = field(default_factory=SpanSet)
    strange: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, key: str, group: int, ids: pa.Array) -> None:
        """Take in one row group's ids."""
        positions, strange = positions_of(ids)
        self.rows += len(ids)
        self.strange += strange
        if len(positions):
            bounds = pc.min_max(positions).as_py()
            self.places.append(Place(key=key, group=group, span=Span(bounds["min"], bounds["max"])))
            self._take(positions)

    @abstractmethod
    def end_file(self, least_ahead: int | None) -> None:
        """Note that a file was read, and the next ids are from `least_ahead` on; None if there are none."""

    @abstractmethod
    def _take(self, positions: pa.Array) -> None: ...


@dataclass(slots=True)
class DenseRows(RowTally):
    """Rows of consecutive ids: all of them are a few ranges."""

    ids: SpanSet = field(default_factory=SpanSet)

    def end_file(self, least_ahead: int | None) -> None:
        """Keep all: it is no more than a few ranges."""

    def _take(self, positions: pa.Array) -> None:
        spans, twice = spans_of(positions)
        self.twice |= twice | (self.ids & spans)
        self.ids |= spans


@dataclass(slots=True)
class SparseRows(RowTally):
    """Rows of ids with holes, which as ranges would be as many as there are rows.

    They are counted between the `edges` of raw objects. Their ids are kept until no later file can have
    them too: that is a file's and a few of its neighbours', since times follow ids nearly (R7).
    """

    edges: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    _seen: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    _new: list[npt.NDArray[np.uint64]] = field(default_factory=list)

    @classmethod
    def between(cls, spans: Iterable[Span]) -> Self:
        """Count so that `within` can tell of each of these spans, and of unions of them."""
        # Unsigned: behind the greatest position that Arrow holds there is one more edge.
        edges = {edge for span in spans for edge in (span.first, span.last + 1)}
        return cls(edges=np.array(sorted(edges), np.uint64), counts=np.zeros(len(edges) + 1, np.int64))

    def within(self, spans: SpanSet) -> int:
        """Count the rows of these positions."""
        return sum(
            int(self.counts[self._cell(span.first) : self._cell(span.last + 1)].sum()) for span in spans
        )

    def _cell(self, position: int) -> int:
        return int(np.searchsorted(self.edges, np.uint64(position), side="right"))

    def _take(self, positions: pa.Array) -> None:
        values = positions.to_numpy().astype(np.uint64)
        cells = np.searchsorted(self.edges, values, side="right")
        self.counts += np.bincount(cells, minlength=len(self.counts))
        self._new.append(values)

    def end_file(self, least_ahead: int | None) -> None:
        """Look for ids that are there twice, and forget those that cannot come again."""
        values = np.sort(np.concatenate([self._seen, *self._new]))
        self._new = []
        again = values[1:] == values[:-1]
        if again.any():
            self.twice |= SpanSet.of_positions(values[1:][again].tolist())
        kept = len(values) if least_ahead is None else int(np.searchsorted(values, np.uint64(least_ahead)))
        self._seen = np.unique(values[kept:])
