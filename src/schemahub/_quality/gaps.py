"""What the exchange did not serve, and what was asked for and is not fetched yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.checks import counted
from schemahub._quality.streams import chosen
from schemahub.checkpoint import GapState
from schemahub.results import Grid, Result
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub.checkpoint import CheckpointStore, Gap
    from schemahub.layout import StreamId
    from schemahub.spans import Span

_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One gap; times are ISO 8601, UTC. `reads` counts the reads that came back empty."""

    stream: StreamId
    span: Span
    count: int
    state: GapState
    first_seen: str
    last_read: str
    reads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedRow:
    """A range of a backfill that is not fetched yet."""

    stream: StreamId
    span: Span
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsResult(Result):
    """Every recorded gap, and every range still to fetch."""

    gaps: tuple[GapRow, ...]
    requested: tuple[RequestedRow, ...]

    @property
    def complete(self) -> bool:
        """Tell whether no gap is open and nothing is left to fetch."""
        return not self.requested and not self._open

    @property
    def _open(self) -> list[GapRow]:
        return [gap for gap in self.gaps if gap.state is GapState.OPEN]

    def headline(self) -> str:
        """Count gaps and trades."""
        missing = sum(gap.count for gap in self.gaps)
        text = f"{counted(len(self.gaps), 'gap')} with {counted(missing, 'trade')}, {len(self._open):,} open"
        if self.requested:
            wanted = sum(row.count for row in self.requested)
            text += f"; {counted(wanted, 'trade')} still to fetch: schemahub backfill --fill-gaps"
        return text

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a gap, then one a range."""
        gap_columns = ("product", "first", "last", "trades", "state", "first seen", "last read", "reads")
        gaps = tuple(
            (
                str(gap.stream),
                gap.span.first,
                gap.span.last,
                gap.count,
                gap.state.value,
                gap.first_seen,
                gap.last_read,
                gap.reads,
            )
            for gap in self.gaps
        )
        requested = tuple(
            (str(row.stream), row.span.first, row.span.last, row.count) for row in self.requested
        )
        return (
            Grid(title="gaps", columns=gap_columns, rows=gaps),
            Grid(title="to fetch", columns=("product", "first", "last", "trades"), rows=requested),
        )


def gaps_report(
    checkpoints: CheckpointStore, *, exchange: str | None = None, products: Sequence[str] | None = None
) -> GapsResult:
    """List the gaps and the unfinished requests of all checkpoints; a damaged one is an `IntegrityError`."""
    streams = chosen(checkpoints.streams(exchange), products)
    found = [each.checkpoint for each in map(checkpoints.load, streams) if each is not None]
    return GapsResult(
        gaps=tuple(_gap_row(each.stream, gap) for each in found for gap in each.gaps),
        requested=tuple(
            RequestedRow(stream=each.stream, span=span, count=len(span))
            for each in found
            for span in each.requested - each.accounted
        ),
    )


def _gap_row(stream: StreamId, gap: Gap) -> GapRow:
    return GapRow(
        stream=stream,
        span=gap.span,
        count=len(gap.span),
        state=gap.state,
        first_seen=ns_to_iso(gap.seen_us * _NS_PER_US),
        last_read=ns_to_iso(gap.read_us * _NS_PER_US),
        reads=gap.reads,
    )
