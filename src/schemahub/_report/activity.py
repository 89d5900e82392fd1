"""Volumes and prices by day and hour, by SQL over the table."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemahub._quality.condition import stream_identity
from schemahub._query.sql import run_sql
from schemahub._query.views import quoted
from schemahub._report.facts import Activity, Bar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemahub._clock import Stop
    from schemahub._quality.source import Source
    from schemahub.layout import StreamId

DAY_SECONDS, HOUR_SECONDS = 86_400, 3_600

Names = dict[tuple[object, object], "StreamId"]


def activity_of(
    source: Source, streams: Sequence[StreamId], days_from: str, hours_from: str, stop: Stop
) -> Activity:
    """Read the bars of days since `days_from`, and those of hours since `hours_from`, a later day."""
    snapshot = source.table.snapshot()
    names: Names = {stream_identity(source, stream, snapshot): stream for stream in streams}
    if not snapshot.files or not names:
        return Activity(days={}, hours={})
    return Activity(
        days=_bars(source, names, DAY_SECONDS, days_from, stop),
        hours=_bars(source, names, HOUR_SECONDS, hours_from, stop),
    )


def _bars(
    source: Source, names: Mapping[tuple[object, object], StreamId], seconds: int, since: str, stop: Stop
) -> dict[StreamId, tuple[Bar, ...]]:
    wanted = ", ".join(f"({quoted(str(exchange))}, {quoted(str(symbol))})" for exchange, symbol in names)
    query = f"""
        SELECT exchange, symbol, epoch_us(trade_ts) // {seconds * 1_000_000} AS bar, count(*) AS trades,
          sum(quantity) AS volume, min(price) AS low, max(price) AS high,
          sum(price * quantity) / nullif(sum(quantity), 0) AS price
        FROM trades WHERE trade_date >= DATE '{since}' AND (exchange, symbol) IN ({wanted})
        GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 - names are quoted, the rest is ours
    found: defaultdict[StreamId, list[Bar]] = defaultdict(list)
    answer = run_sql(query, source.table, source.store, stop).answer
    for row in answer.to_pylist():
        found[names[row["exchange"], row["symbol"]]].append(
            Bar(
                begin=int(row["bar"]) * seconds,
                trades=int(row["trades"]),
                volume=row["volume"],
                low=row["low"],
                high=row["high"],
                price=row["price"],
            )
        )
    return {stream: tuple(bars) for stream, bars in found.items()}
