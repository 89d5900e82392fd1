"""The page loop: short pages are gone on with, holes are found, wrong answers are not believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from tiny_exchange import TinyExchange, Wire, tiny_connector

from schemahub import Page, Response, Span, SpanSet
from schemahub._clock import Stop
from schemahub._ingest.asking import Asking
from schemahub._ingest.guards import check_page
from schemahub._ingest.pages import PageReader, SpanRead
from schemahub.errors import Cancelled, RetryableError, StalledError
from schemahub.events import Event, PageRead
from schemahub.layout import StreamId
from schemahub.testing import FakeClock

T = TypeVar("T")
Step = Callable[[], Response]


class Reading:
    """A reader over a tiny exchange whose answers a test may twist."""

    def __init__(
        self, exchange: TinyExchange, twist: Callable[[Step], Response] = lambda step: step()
    ) -> None:
        self.exchange = exchange
        self.events: list[Event] = []
        self.stop = Stop()
        self.clock = FakeClock()
        self._twist = twist

    def read(self, span: Span) -> SpanRead:
        asking = Asking(Wire(self.exchange, self._twist), attempts=3, clock=self.clock, stop=self.stop)
        reader = PageReader(StreamId("tiny", "T-USD"), tiny_connector(), asking, self.events.append)
        return reader.read(span)

    def lines(self, read: SpanRead) -> bytes:
        return b"".join(block.data for block in read.blocks)


def test_a_whole_page_takes_one_request() -> None:
    reading = Reading(TinyExchange(head=9))
    read = reading.read(Span(3, 6))
    assert reading.lines(read) == b"".join(reading.exchange.line(i) + b"\n" for i in range(3, 7))
    assert not read.holes
    assert read.blocks[-1].last_time_ns is not None
    assert reading.exchange.requests == 1
    assert [event.trades for event in reading.events if isinstance(event, PageRead)] == [4]


def test_a_hole_is_what_came_back_empty_twice() -> None:
    reading = Reading(TinyExchange(head=9, missing={4, 5}))
    read = reading.read(Span(3, 6))
    assert read.holes == SpanSet((Span(4, 5),))
    assert [block.span for block in read.blocks] == [Span(3, 3), Span(6, 6)]
    assert reading.exchange.requests == 3


def test_what_turns_up_at_the_second_look_is_no_hole() -> None:
    exchange = TinyExchange(head=9, missing={4})

    def heals(step: Step) -> Response:
        response = step()
        if exchange.requests == 2:
            exchange.missing.clear()
        return response

    read = Reading(exchange, heals).read(Span(3, 6))
    assert not read.holes
    assert SpanSet.of(block.span for block in read.blocks) == SpanSet((Span(3, 6),))


def test_a_short_page_is_progress() -> None:
    reading = Reading(TinyExchange(head=9))
    serve = reading.exchange.serve
    reading.exchange.serve = lambda first, last: serve(first, last)[-1:]  # type: ignore[method-assign]
    read = reading.read(Span(3, 6))
    assert reading.lines(read).count(b"\n") == 4
    assert reading.exchange.requests == 4


def test_a_page_of_another_question_is_asked_for_again() -> None:
    exchange = TinyExchange(head=20)
    stale = exchange.answer

    def cached(step: Step) -> Response:
        response = step()
        if exchange.requests == 1:
            wrong = response.request
            return stale(type(wrong)(path=wrong.path, params={"first": "11", "last": "14"}))
        return response

    reading = Reading(exchange, cached)
    assert not reading.read(Span(3, 6)).holes
    assert reading.clock.monotonic() > 0


def test_nothing_but_wrong_pages_is_a_loud_error() -> None:
    exchange = TinyExchange(head=20)
    serve = exchange.serve
    exchange.serve = lambda first, last: serve(first + 8, last + 8)  # type: ignore[method-assign]
    with pytest.raises(
        StalledError, match=r"T-USD 3\.\.6: no page that fits, 3 times.*expected 3\.\.6, found 11\.\.14"
    ):
        Reading(exchange).read(Span(3, 6))


def test_a_stop_ends_the_waiting() -> None:
    exchange = TinyExchange(head=20)
    exchange.serve = lambda _, last: [last + 1]  # type: ignore[method-assign]
    reading = Reading(exchange)
    reading.stop.set("enough")
    with pytest.raises(Cancelled, match="enough"):
        reading.read(Span(3, 6))


@pytest.mark.parametrize(
    ("positions", "lines", "says"),
    [
        ([1, 2], [b"{}"], "not one line for each position"),
        ([2, 1], [b"{}", b"{}"], "do not ascend.*1 after 2|another question"),
        ([1, 1], [b"{}", b"{}"], "do not ascend.*1 after 1"),
        ([0, 1], [b"{}", b"{}"], "another question"),
        ([4, 5], [b"{}", b"{}"], "another question"),
    ],
)
def test_guards(positions: list[int], lines: list[bytes], says: str) -> None:
    with pytest.raises(RetryableError, match=says):
        check_page(Page(positions=positions, lines=lines), Span(1, 4), "here")
