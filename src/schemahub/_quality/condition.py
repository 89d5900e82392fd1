"""Which days of a stream are proved complete, and what keeps the others from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemahub._quality.calendar import Calendar, DayRange, calendar_of
from schemahub._quality.completeness import Completeness
from schemahub._quality.condition_result import Condition, Conditions
from schemahub._quality.day_conditions import day_conditions
from schemahub._quality.identity import identities, identity_of
from schemahub._quality.missing import Known
from schemahub._quality.raw_names import Listing
from schemahub._quality.steady import steady
from schemahub._quality.stored_ids import StoredIds
from schemahub._quality.streams import chosen
from schemahub.checkpoint import Checkpoint
from schemahub.errors import ConfigError, IntegrityError
from schemahub.layout import trade_date, us
from schemahub.spans import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemahub._quality.identity import Identity
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId
    from schemahub.table import Snapshot


def condition(source: Source, symbol: str, exchange: str | None = None) -> Condition:
    """Return the condition of one product, day by day.

    `ConfigError` if several exchanges have it, or nothing was ever asked for of it.
    """
    found = conditions(source, exchange=exchange, products=[symbol]).products
    if len(found) > 1:
        msg = "several exchanges have this product"
        raise ConfigError(
            msg, where=symbol, expected="one", found=", ".join(str(each.stream) for each in found)
        )
    return found[0]


def conditions(
    source: Source, *, exchange: str | None = None, products: Sequence[str] | None = None
) -> Conditions:
    """Return the condition of every product; a checkpoint that cannot be read fails its own product (R9)."""
    streams = chosen(source.streams(exchange), products)

    def look(snapshot: Snapshot) -> Conditions:
        return Conditions(products=tuple(_condition(source, stream, snapshot) for stream in streams))

    return steady(source.table.snapshot, look)


def _condition(source: Source, stream: StreamId, snapshot: Snapshot) -> Condition:
    try:
        checkpoint = checkpoint_of(source, stream)
        calendar = stream_calendar(source, checkpoint, snapshot, exact=True)
    except (ConfigError, IntegrityError) as error:
        return Condition(stream=stream, days=(), error=str(error))
    days = day_conditions(Known.of(checkpoint, snapshot.covered_of(stream)), calendar)
    return Condition(
        stream=stream,
        days=days,
        completeness=Completeness.of(checkpoint.ids),
        empty=not days and _has_nothing(checkpoint),
    )


def _has_nothing(checkpoint: Checkpoint) -> bool:
    """Tell whether nothing is stored and nothing is to come, as after a backfill that found nothing."""
    return not (checkpoint.covered or checkpoint.requested or checkpoint.gaps or checkpoint.plan)


def checkpoint_of(source: Source, stream: StreamId) -> Checkpoint:
    """Return the checkpoint; where it is lost, what the names of raw tell.

    Whether a hole between batches was ever asked for is then unknown, so it counts as asked for.
    """
    stored = source.checkpoints.load(stream)
    if stored is not None:
        return stored.checkpoint
    listing = Listing.of(source.raw.list(stream))
    positions = listing.positions
    return Checkpoint(stream=stream, covered=positions, requested=positions.interior(), ids=listing.ids)


def stream_calendar(source: Source, checkpoint: Checkpoint, snapshot: Snapshot, *, exact: bool) -> Calendar:
    """Return the days of a stream's trades: the table's, and the watermark's if it is ahead of the table."""
    identity = stream_identity(source, checkpoint.stream, snapshot)
    calendar = calendar_of(snapshot, StoredIds(store=source.store, identity=identity), exact=exact)
    ahead = _ahead(checkpoint, snapshot)
    return Calendar(ranges=(*calendar.ranges, *ahead), trades=calendar.trades, ids=calendar.ids)


def stream_identity(source: Source, stream: StreamId, snapshot: Snapshot) -> Identity:
    """Return what the table calls a stream's rows; raw is looked at only where the mapping renames them."""
    known = identities(snapshot)
    plain = (stream.exchange.upper(), stream.product)
    if plain in known or not snapshot.covered_of(stream):
        return plain
    listing = Listing.of(source.raw.list(stream))
    return identity_of(source.raw, stream, listing, source.transformer_for, known)


def _ahead(checkpoint: Checkpoint, snapshot: Snapshot) -> list[DayRange]:
    mark = checkpoint.watermark
    if mark is None or mark.time_ns is None:
        return []
    # A watermark inside a gap carries the time of a trade before it.
    is_trade = mark.position in checkpoint.covered
    if not is_trade or mark.position in snapshot.covered_of(checkpoint.stream):
        return []
    return [DayRange(trade_date=trade_date(us(mark.time_ns)), span=Span(mark.position, mark.position))]
