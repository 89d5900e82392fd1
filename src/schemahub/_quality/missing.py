"""What the table lacks of a stream, piece by piece, with what is known of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemahub._quality.day_state import DayState
from schemahub.checkpoint import Checkpoint, GapState
from schemahub.spans import Span, SpanSet, span_set

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_OF_ALL = 1
"""Dense ids begin here, or at 0; a stream known from here on has nothing before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Positions that the table lacks, and why; `is_edge` where they have no end, or nobody asked for them."""

    span: Span
    state: DayState
    reason: str
    is_edge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a stream's positions: in the table (or its quarantine), in raw, and what is not."""

    table: SpanSet = field(default_factory=SpanSet)
    raw: SpanSet = field(default_factory=SpanSet)
    gaps: dict[GapState, SpanSet] = field(default_factory=dict)
    requested: SpanSet = field(default_factory=SpanSet)
    planned: SpanSet = field(default_factory=SpanSet)

    @classmethod
    def of(cls, checkpoint: Checkpoint, table: SpanSet) -> Known:
        """Take it from a checkpoint and what the table covers."""
        return cls(
            table=table,
            raw=checkpoint.covered,
            gaps={
                state: SpanSet.of(gap.span for gap in checkpoint.gaps if gap.state is state)
                for state in GapState
            },
            requested=checkpoint.requested,
            planned=span_set(checkpoint.plan.span if checkpoint.plan else None),
        )

    def missing(self) -> Iterator[Missing]:
        """Return every position outside the table, once, by the first thing that explains it."""
        taken = self.table
        for positions, state, reason in self._explained():
            for span in positions - taken:
                yield Missing(span=span, state=state, reason=reason)
            taken |= positions
        for span in taken.interior():
            yield Missing(span=span, state=DayState.PENDING, reason=_NEVER_ASKED)
        bounds = taken.bounds()
        if bounds is None:
            return
        if bounds.first > FIRST_OF_ALL:
            before = Span(FIRST_OF_ALL, bounds.first - 1)
            yield Missing(span=before, state=DayState.PENDING, reason=_BEFORE, is_edge=True)
        after = Span(bounds.last + 1, bounds.last + 1)
        yield Missing(span=after, state=DayState.PENDING, reason=_AFTER, is_edge=True)

    def _explained(self) -> Iterator[tuple[SpanSet, DayState, str]]:
        none = SpanSet()
        yield self.raw, DayState.PENDING, "stored, not yet in the table"
        yield self.gaps.get(GapState.OPEN, none), DayState.HOLED, "an open gap"
        yield self.gaps.get(GapState.CONFIRMED, none), DayState.HOLED, "a confirmed gap"
        yield self.gaps.get(GapState.OUT_OF_REACH, none), DayState.OUT_OF_REACH, "no longer served"
        yield self.requested, DayState.HOLED, "asked for, not yet fetched"
        yield self.planned, DayState.PENDING, "being fetched"


_NEVER_ASKED = "never asked for"
_BEFORE = "earlier trades were never asked for"
_AFTER = "no later trade is known yet"
