"""What the exchange did not serve, and what was asked for and is not fetched yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._quality.calendar import days_text
from schemahub._quality.checks import counted
from schemahub._quality.completeness import Completeness, shown, total
from schemahub._quality.condition import stream_calendar
from schemahub._quality.streams import chosen
from schemahub.checkpoint import GapState
from schemahub.errors import ConfigError, IntegrityError
from schemahub.results import Grid, Result
from schemahub.table import Snapshot
from schemahub.times import ns_to_iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._quality.calendar import Calendar
    from schemahub._quality.source import Source
    from schemahub.checkpoint import Checkpoint, Gap
    from schemahub.layout import StreamId
    from schemahub.spans import Span

_NS_PER_US = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One gap; times are ISO 8601, UTC. `reads` counts the reads that came back empty.

    `count` are the trades that are missing: None where ids are sparse, since `span` holds few or many.
    `first_day` and `last_day` are the days of its neighbours in the table, None where there is none: the
    trades that are missing were made between them.
    """

    stream: StreamId
    span: Span
    count: int | None
    first_day: str | None
    last_day: str | None
    state: GapState
    first_seen: str
    last_read: str
    reads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedRow:
    """A range of a backfill that is not fetched yet; the days are those of its neighbours in the table."""

    stream: StreamId
    span: Span
    count: int | None
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadRow:
    """A product whose gaps could not be read, and why."""

    stream: StreamId
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsResult(Result):
    """Every recorded gap, every range still to fetch, and the products of which neither could be read."""

    gaps: tuple[GapRow, ...]
    requested: tuple[RequestedRow, ...]
    unread: tuple[UnreadRow, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether all could be read, no gap is open and nothing is left to fetch."""
        return not self.requested and not self._open and not self.unread

    @property
    def _open(self) -> list[GapRow]:
        return [gap for gap in self.gaps if gap.state is GapState.OPEN]

    def headline(self) -> str:
        """Count gaps and trades."""
        missing = _trades(self.gaps)
        text = f"{counted(len(self.gaps), 'gap')} with {missing}, {len(self._open):,} open"
        if self.requested:
            text += f"; {_trades(self.requested)} still to fetch: schemahub backfill --fill-gaps"
        if self.unread:
            text += f"; {counted(len(self.unread), 'product')} not readable"
        return text

    def next_steps(self) -> tuple[str, ...]:
        """Return what tells of damage, what asks the exchange again, and what fetches the rest."""
        needs = {
            "schemahub verify": self.unread,
            "schemahub gaps --recheck": self._open,
            "schemahub backfill --fill-gaps": self.requested,
        }
        return tuple(step for step, rows in needs.items() if rows)

    def grids(self) -> tuple[Grid, ...]:
        """Show one line a gap, then one a range, then one a product that could not be read."""
        gap_columns = (
            "product",
            "first",
            "last",
            "trades",
            "days",
            "state",
            "first seen",
            "last read",
            "reads",
        )
        gaps = tuple(
            (
                str(gap.stream),
                str(gap.span.first),  # an id is no amount: no separators
                str(gap.span.last),
                shown(gap.count),
                days_text(gap.first_day, gap.last_day),
                gap.state.value,
                gap.first_seen,
                gap.last_read,
                gap.reads,
            )
            for gap in self.gaps
        )
        requested = tuple(
            (
                str(row.stream),
                row.span.first,
                row.span.last,
                shown(row.count),
                days_text(row.first_day, row.last_day),
            )
            for row in self.requested
        )
        return (
            Grid(title="gaps", columns=gap_columns, rows=gaps),
            Grid(title="to fetch", columns=("product", "first", "last", "trades", "days"), rows=requested),
            Grid(
                title="not readable",
                columns=("product", "why"),
                rows=tuple((str(row.stream), row.error) for row in self.unread),
            ),
        )


def gaps_report(
    source: Source, *, exchange: str | None = None, products: Sequence[str] | None = None
) -> GapsResult:
    """List the gaps and the unfinished requests of all checkpoints; a damaged one fails its own product (R9).

    Their days come from the table's manifest; no file is opened.
    """
    streams = chosen(source.checkpoints.streams(exchange), products)
    snapshot = _snapshot(source)
    gaps: list[GapRow] = []
    requested: list[RequestedRow] = []
    unread: list[UnreadRow] = []
    for stream in streams:
        try:
            its_gaps, its_requested = _rows(source, stream, snapshot)
        except (ConfigError, IntegrityError) as error:
            unread.append(UnreadRow(stream=stream, error=str(error)))
        else:
            gaps += its_gaps
            requested += its_requested
    return GapsResult(gaps=tuple(gaps), requested=tuple(requested), unread=tuple(unread))


def _rows(source: Source, stream: StreamId, snapshot: Snapshot) -> tuple[list[GapRow], list[RequestedRow]]:
    stored = source.checkpoints.load(stream)
    if stored is None:
        return [], []
    known = stored.checkpoint
    wanted = known.requested - known.accounted
    if not known.gaps and not wanted:
        return [], []
    calendar = stream_calendar(source, known, snapshot, exact=False)
    return (
        [_gap_row(known, gap, calendar) for gap in known.gaps],
        [_requested_row(known, span, calendar) for span in wanted],
    )


def _snapshot(source: Source) -> Snapshot:
    try:
        return source.table.snapshot()
    # Gaps are the checkpoint's; a damaged table is for `verify` to tell.
    except IntegrityError:
        return Snapshot()


def _gap_row(checkpoint: Checkpoint, gap: Gap, calendar: Calendar) -> GapRow:
    return GapRow(
        stream=checkpoint.stream,
        span=gap.span,
        count=Completeness.of(checkpoint.ids).trades_in(gap.span),
        first_day=calendar.day_below(gap.span.first),
        last_day=calendar.day_above(gap.span.last),
        state=gap.state,
        first_seen=ns_to_iso(gap.seen_us * _NS_PER_US),
        last_read=ns_to_iso(gap.read_us * _NS_PER_US),
        reads=gap.reads,
    )


def _requested_row(checkpoint: Checkpoint, span: Span, calendar: Calendar) -> RequestedRow:
    return RequestedRow(
        stream=checkpoint.stream,
        span=span,
        count=Completeness.of(checkpoint.ids).trades_in(span),
        first_day=calendar.day_below(span.first),
        last_day=calendar.day_above(span.last),
    )


def _trades(rows: Sequence[GapRow | RequestedRow]) -> str:
    missing = total(row.count for row in rows)
    return "an unknown number of trades" if missing is None else counted(missing, "trade")
