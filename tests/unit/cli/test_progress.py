from __future__ import annotations

import io
from dataclasses import replace

import pytest

from schemahub.checkpoint import GapState, PlanKind
from schemahub.cli.progress import OneLine, ProgressObserver, Tally, progress
from schemahub.events import (
    ArchiveGivenUp,
    BatchStored,
    BatchTransformed,
    Event,
    GapSeen,
    PageRead,
    PlanFinished,
    PlanStarted,
    ProductFinished,
    TokensWaited,
)
from schemahub.layout import StreamId
from schemahub.model import Ids
from schemahub.spans import Span

BTC = StreamId("coinbase", "BTC-USD")
SPAN = Span(1, 1_000)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def started(missing: int) -> PlanStarted:
    return PlanStarted(stream=BTC, kind=PlanKind.LIVE, span=SPAN, missing=missing, resumed=False)


EVENTS: list[Event] = [
    started(1_000),
    PageRead(stream=BTC, trades=900),
    PlanFinished(stream=BTC, kind=PlanKind.LIVE, span=SPAN),
    started(500),
    PageRead(stream=BTC, trades=200),
]


def test_a_bulk_file_that_is_given_up_is_not_waited_for() -> None:
    tally = Tally()
    given_up = ArchiveGivenUp(stream=BTC, span=SPAN, reason="damaged")
    for event in (*EVENTS, given_up, started(300), PageRead(stream=BTC, trades=300)):
        tally.add(event)
    line = tally.lines["coinbase/BTC-USD"]
    assert (line.done, line.total) == (1_500, 1_500)


def test_plans_give_the_total_and_pages_advance() -> None:
    tally = Tally()
    for event in EVENTS:
        assert tally.add(event) == "coinbase/BTC-USD"
    line = tally.lines["coinbase/BTC-USD"]
    assert (line.done, line.total, line.ended) == (1_200, 1_500, False)
    tally.add(ProductFinished(stream=BTC, trades=1_100, error=None, seconds=1.0))
    assert line.ended


def test_a_transform_has_no_total_and_other_events_no_line() -> None:
    tally = Tally()
    assert tally.add(TokensWaited(exchange="coinbase", limit="requests", seconds=1.0)) is None
    tally.add(BatchTransformed(stream=BTC, source="x", rows=10, quarantined=0))
    assert tally.lines["coinbase/BTC-USD"].total is None


def test_one_line_is_rewritten_at_most_ten_times_a_second() -> None:
    stream, now = Terminal(), [0.0]
    observer = ProgressObserver(OneLine(stream, lambda: now[0]))
    for event in EVENTS:
        observer.schemahub_event(event)
    assert stream.getvalue() == "\r\x1b[K0 of 1,000 trades, 0 of 1 products done"
    now[0] = 1.0
    observer.schemahub_event(EVENTS[-1])
    assert stream.getvalue().endswith("\r\x1b[K1,400 of 1,500 trades, 0 of 1 products done")


def test_bars_are_drawn_on_a_terminal() -> None:
    pytest.importorskip("rich")
    stream = Terminal()
    with progress(stream) as (observer,):
        for event in EVENTS:
            observer.schemahub_event(event)
    assert "coinbase/BTC-USD" in stream.getvalue()
    assert "1200/1500" in stream.getvalue()


def test_without_rich_a_terminal_gets_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemahub.cli.progress.find_spec", lambda _: None)
    stream = Terminal()
    with progress(stream) as (observer,):
        observer.schemahub_event(EVENTS[0])
    assert stream.getvalue().endswith("products done\r\x1b[K")


def test_a_pipe_gets_nothing() -> None:
    stream = io.StringIO()
    with progress(stream) as observers:
        assert observers == []
    assert stream.getvalue() == ""


def sparse_events() -> list[Event]:
    """A plan of a thousand ids: three hundred out of reach, then two batches of a few trades."""
    begun = PlanStarted(
        stream=BTC, kind=PlanKind.LIVE, span=SPAN, missing=1_000, resumed=False, ids=Ids.SPARSE
    )
    gap = GapSeen(stream=BTC, span=Span(1, 300), state=GapState.OUT_OF_REACH, again=False)
    return [begun, gap, PageRead(stream=BTC, trades=5), stored(301, 800, 3), stored(801, 1_000, 2)]


def stored(first: int, last: int, count: int) -> BatchStored:
    return BatchStored(
        stream=BTC, key="", span=Span(first, last), count=count, bytes=1, seconds=0.0, adopted=False
    )


def test_sparse_ids_advance_by_the_positions_that_are_settled() -> None:
    tally, seen = Tally(), []
    begun, gap, *rest = sparse_events()
    for event in [begun, gap, replace(gap, again=True), *rest, stored(1, 9, 2)]:
        tally.add(event)
        seen.append(tally.lines["coinbase/BTC-USD"].done)
    assert seen == [0, 300, 300, 300, 800, 1_000, 1_000]
    assert tally.lines["coinbase/BTC-USD"].unit == "positions"


def test_dense_ids_advance_by_pages_alone() -> None:
    tally = Tally()
    for event in [started(1_000), PageRead(stream=BTC, trades=900), stored(1, 900, 900)]:
        tally.add(event)
    line = tally.lines["coinbase/BTC-USD"]
    assert (line.done, line.unit) == (900, "trades")


def test_ids_are_not_drawn_as_trades() -> None:
    pytest.importorskip("rich")
    one, bars = Terminal(), Terminal()
    observer = ProgressObserver(OneLine(one, lambda: 0.0))
    observer.schemahub_event(sparse_events()[0])
    assert "0 of 1,000 positions" in one.getvalue()
    with progress(bars) as (observer,):
        for event in sparse_events():
            observer.schemahub_event(event)
    assert "1000/1000" in bars.getvalue()
    assert "positions" in bars.getvalue()
