"""Facts as a large lake, or a hostile one, would give them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from schemahub._lake.run_objects import Runs
from schemahub._lake.run_record import Asked, Failure, RunRecord, Spread
from schemahub._quality.condition_result import Condition, Conditions
from schemahub._quality.day_state import DayCondition, DayState
from schemahub._quality.gaps import GapRow, GapsResult
from schemahub._quality.status import ProductStatus, StatusResult
from schemahub._report.facts import Activity, Bar, Facts, TableSize
from schemahub.checkpoint import GapState
from schemahub.layout import StreamId
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST = date(2025, 1, 1)
STATES = (DayState.COMPLETE,) * 20 + (DayState.HOLED, DayState.OUT_OF_REACH, DayState.PENDING)


def stream(name: str) -> StreamId:
    return StreamId("coinbase", name)


def condition(name: str, days: int) -> Condition:
    found = []
    for number in range(days):
        state = STATES[(number + len(name)) % len(STATES)]
        missing = (
            SpanSet((Span(10**8 + number, 10**8 + number + 9),)) if state is DayState.HOLED else SpanSet()
        )
        found.append(
            DayCondition(
                trade_date=str(FIRST + timedelta(days=number)),
                state=state,
                trades=123_456 + number,
                missing=missing,
                reason="" if state is DayState.COMPLETE else f"a reason of {name}",
            )
        )
    return Condition(stream=stream(name), days=tuple(found))


def bars(count: int, seconds: int) -> tuple[Bar, ...]:
    begin = 1_735_689_600
    return tuple(
        Bar(
            begin=begin + number * seconds,
            trades=123_456 + number,
            volume=9_876.54321 + number / 7,
            low=67_123.45 + number / 3,
            high=69_123.45 + number / 3,
            price=68_123.456789 + number / 3,
        )
        for number in range(count)
    )


def run(number: int, error: str | None = None) -> RunRecord:
    return RunRecord(
        started_us=1_767_225_600_000_000 - number * 21_600_000_000,
        command="ingest",
        exchange="coinbase",
        products=50,
        seconds=120.5,
        failed=0,
        error=error,
        asked=Asked(
            statuses=((0, 1), (200, 900), (429, 3)), seconds=Spread(p50=0.1, p90=0.2, p99=0.5, most=1)
        ),
        failures=(Failure(what="coinbase/BTC-USD", error=error),) if error else (),
    )


def facts(names: Sequence[str], days: int, error: str | None = None) -> Facts:
    """Return the facts of a lake with these products, `days` days of each; `error` wherever one can be."""
    streams = tuple(map(stream, names))
    status = tuple(
        ProductStatus(
            stream=one,
            watermark=10**8,
            watermark_time="2025-12-31T23:00:00.000000Z",
            lag_seconds=3_600.0,
            covered=10**8,
            raw_files=1_000,
            raw_bytes=15 * 10**8,
            table_rows=10**8,
            gaps=10,
            plan=None,
            error=error,
        )
        for one in streams
    )
    gaps = tuple(
        GapRow(
            stream=one,
            span=Span(10**8, 10**8 + 9),
            count=10,
            first_day="2025-01-21",
            last_day="2025-01-21",
            state=GapState.OPEN,
            first_seen="2025-01-21T00:00:00Z",
            last_read="2025-01-21T00:00:00Z",
            reads=1,
        )
        for one in streams
    )
    return Facts(
        lake="s3://lake/schemahub",
        made_at="2026-01-01T00:00:00.000000Z",
        days=days,
        since_day=str(FIRST),
        streams=streams,
        status=StatusResult(products=status),
        conditions=Conditions(products=tuple(condition(name, days) for name in names)),
        gaps=GapsResult(gaps=gaps, requested=()),
        activity=Activity(
            days={one: bars(days, 86_400) for one in streams},
            hours={one: bars(168, 3_600) for one in streams},
        ),
        table=TableSize(
            files=days, bytes=10**10, rows=10**9, days=days, quarantined=dict.fromkeys(streams, 0)
        ),
        runs=Runs(records=tuple(run(number, error) for number in range(60))),
        failures=(("verify", error),) if error else (),
    )
