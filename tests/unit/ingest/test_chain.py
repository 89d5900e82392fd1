"""Chains: what joins, what is asked for again, what comes to a loud end."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest

from schemahub import ConnectorConfig, Head, Ids, Page, Request, Response, Span, TokenConnector
from schemahub._clock import Stop
from schemahub._ingest.asking import Asking
from schemahub._ingest.chain import Link, TokenChain
from schemahub.errors import StalledError
from schemahub.events import silent
from schemahub.layout import StreamId
from schemahub.spans import SpanSet
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemahub import Product, Steps

T = TypeVar("T")

STREAM = StreamId("script", "S-USD")


class Scripted(TokenConnector):
    """Answers each token as a script says: positions, each a second, and the next token."""

    name = "script"
    page_limit = 4
    Config = ConnectorConfig

    def __init__(self, script: Mapping[str, tuple[list[int], str | None]]) -> None:
        super().__init__(ConnectorConfig(base_url="script:", requests_per_second=1, burst=1))
        self.script = script
        self.asked: list[str] = []

    def products(self) -> Steps[tuple[Product, ...]]:
        yield Request(path="/")
        return ()

    def head(self, product: str) -> Steps[Head]:
        yield Request(path=product)
        return Head(positions=[9], times_ns=[9])

    def follow(self, product: str, token: str) -> Steps[Page]:
        yield Request(path=product)
        self.asked.append(token)
        positions, onward = self.script.get(token, ([], None))
        return Page(
            positions=positions,
            lines=[b"%d" % position for position in positions],
            first_time_ns=positions[0] if positions else None,
            last_time_ns=positions[-1] if positions else None,
            times_ns=positions,
            next_token=onward,
        )

    def token_at(self, product: str, time_ns: int) -> Steps[str]:
        del product
        yield from ()
        return f"time {time_ns}"


class Wire:
    """Sends nothing."""

    def drive(self, steps: Steps[T]) -> T:
        response: Response | None = None
        while True:
            try:
                request = next(steps) if response is None else steps.send(response)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # StopIteration is not generic
            response = Response(request=request, status=200, headers={}, body=b"")

    def call(self, start: Callable[[], Steps[T]]) -> T:
        return self.drive(start())


class Reading:
    """One chain over a script, and the clock that its pauses went by."""

    def __init__(self, script: Mapping[str, tuple[list[int], str | None]], ids: Ids) -> None:
        self.connector = type("OfThisKind", (Scripted,), {"ids": ids})(script)
        self.clock = FakeClock()
        asking = Asking(Wire(), attempts=3, clock=self.clock, stop=Stop())
        self.chain = TokenChain(STREAM, self.connector, asking, silent)

    def links(self, span: Span) -> list[Link]:
        return list(self.chain.links(span, "a"))


def positions(links: list[Link]) -> list[list[int]]:
    return [
        list(block.positions or range(block.span.first, block.span.last + 1))
        for link in links
        for block in link.blocks
    ]


def test_pages_are_chained_and_the_boundary_is_taken_once() -> None:
    script = {"a": ([3, 5, 8], "b"), "b": ([8, 13, 20], "c"), "c": ([20, 21], "c")}
    reading = Reading(script, Ids.SPARSE)
    links = reading.links(Span(4, 20))
    assert positions(links) == [[5, 8], [13, 20]]
    assert [(link.blocks[0].span.first, link.last) for link in links] == [(4, 8), (9, 20)]
    assert [(link.token, link.onward) for link in links] == [("a", "b"), ("b", "c")]
    assert reading.connector.asked == ["a", "b"]


def test_a_chain_ends_where_it_was_told_to_though_no_trade_is_there() -> None:
    (link,) = Reading({"a": ([3, 5, 8, 13], "b")}, Ids.SPARSE).links(Span(4, 10))
    assert positions([link]) == [[5, 8]]
    assert (link.last, link.blocks[0].span, link.onward) == (10, Span(4, 10), "a")


def test_a_sparse_page_that_does_not_join_is_asked_for_again_and_then_a_gap_beyond_reach() -> None:
    reading = Reading({"a": ([30, 35], "b")}, Ids.SPARSE)
    (link,) = reading.links(Span(4, 35))
    assert reading.connector.asked == ["a", "a"]
    assert link.beyond == SpanSet((Span(4, 29),))
    assert positions([link]) == [[30, 35]]


def test_what_is_wanted_may_all_be_beyond_reach() -> None:
    (link,) = Reading({"a": ([30, 35], "b")}, Ids.SPARSE).links(Span(4, 12))
    assert (link.beyond, link.blocks, link.last) == (SpanSet((Span(4, 12),)), (), 12)


def test_a_dense_page_with_a_hole_is_asked_for_again_from_before_the_last_trade() -> None:
    script = {"a": ([1, 2, 3], "b"), "b": ([6, 7], "c"), "time 3": ([3, 4, 5, 6], "d")}
    reading = Reading(script, Ids.DENSE)
    links = reading.links(Span(1, 7))
    assert positions(links) == [[1, 2, 3], [4, 5, 6, 7]]
    assert reading.connector.asked == ["a", "b", "time 3"]
    assert not any(link.holes for link in links)


def test_a_hole_that_stays_is_a_hole() -> None:
    script = {"a": ([1, 2, 3], "b"), "b": ([6, 7], "c"), "time 3": ([3, 6, 7], "c")}
    links = Reading(script, Ids.DENSE).links(Span(1, 7))
    assert [link.holes for link in links] == [SpanSet(), SpanSet((Span(4, 5),))]


def test_an_empty_page_that_leads_on_is_no_end() -> None:
    script: dict[str, tuple[list[int], str | None]] = {
        "a": ([], "b"),
        "b": ([4, 5], "c"),
        "time 0": ([], "b"),
    }
    assert positions(Reading(script, Ids.SPARSE).links(Span(4, 5))) == [[4, 5]]


@pytest.mark.parametrize(
    "script",
    [
        {"a": ([3, 4], "b"), "b": ([4, 5], "a")},
        {"a": ([3, 4], "a")},
        {"a": ([], "b"), "b": ([], "a")},
        {"a": ([], None)},
    ],
    ids=["a circle", "the same page", "a circle of empty pages", "nothing"],
)
@pytest.mark.parametrize("ids", [Ids.SPARSE, Ids.DENSE])
def test_no_progress_comes_to_a_loud_end(script: dict[str, tuple[list[int], str | None]], ids: Ids) -> None:
    reading = Reading({**script, "time 4": ([4], None), "time 5": ([5], None)}, ids)
    with pytest.raises(StalledError, match=r"brings? nothing new"):
        reading.links(Span(4, 90))
    assert len(reading.connector.asked) < 20


def test_a_page_out_of_order_is_asked_for_again_and_not_for_ever() -> None:
    reading = Reading({"a": ([5, 4], "b")}, Ids.SPARSE)
    with pytest.raises(StalledError, match=r"do not ascend"):
        reading.links(Span(4, 9))
    assert reading.connector.asked == ["a"] * 3
