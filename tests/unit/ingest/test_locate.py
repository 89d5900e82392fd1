"""Searching by time finds the first trade that is not older, whatever the history looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import given
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange, Wire, tiny_connector

from schemahub import Page, Request, Span, Steps
from schemahub._locate import locate_by_pages

if TYPE_CHECKING:
    from collections.abc import Container


class History:
    """Pages of a history given as times, with holes."""

    page_limit = 4

    def __init__(self, times: list[int], holes: Container[int]) -> None:
        self._times = times
        self._holes = holes

    def page(self, product: str, span: Span) -> Steps[Page]:
        yield Request(path=product)
        last = min(span.last, len(self._times))
        there = [i for i in range(span.first, last + 1) if i not in self._holes]
        if not there:
            return Page(positions=(), lines=())
        return Page(
            positions=there,
            lines=[b""] * len(there),
            first_time_ns=self._times[there[0] - 1],
            last_time_ns=self._times[there[-1] - 1],
        )


def found(steps: Steps[int]) -> tuple[int, int]:
    requests = 0
    try:
        next(steps)
        while True:
            requests += 1
            steps.send(None)  # type: ignore[arg-type]  # this history needs no answer
    except StopIteration as done:
        return done.value, requests


@given(st.lists(st.integers(0, 30), min_size=1, max_size=80).map(sorted), st.integers(-1, 32))
def test_ties_and_uneven_times(times: list[int], wanted: int) -> None:
    expected = next((i for i, time in enumerate(times, 1) if time >= wanted), len(times) + 1)
    assert found(locate_by_pages(History(times, set()), "p", wanted, Span(1, len(times))))[0] == expected


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=60).map(sorted),
    st.sets(st.integers(2, 60)),
    st.integers(0, 60),
)
def test_holes_are_stepped_over(times: list[int], holes: set[int], wanted: int) -> None:
    check(times, holes, wanted)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=60).map(sorted), st.integers(0, 50), st.integers(0, 60)
)
def test_a_beginning_that_is_not_served(times: list[int], unserved: int, wanted: int) -> None:
    check(times, set(range(1, unserved + 1)), wanted)


def check(times: list[int], holes: set[int], wanted: int) -> None:
    position, _ = found(locate_by_pages(History(times, holes), "p", wanted, Span(1, len(times))))
    served = [i for i in range(1, len(times) + 1) if i not in holes]
    first = next((i for i in served if times[i - 1] >= wanted), len(times) + 1)
    # Between the last older trade and the first that is not, only holes lie: any of them will do.
    assert position <= first
    assert all(times[i - 1] < wanted for i in served if i < position)


def test_an_unserved_beginning_costs_logarithmic_time() -> None:
    times = [0] * 8_400_000 + list(range(1_000))
    steps = locate_by_pages(History(times, set()), "p", 500, Span(1, len(times)))
    assert found(steps)[1] < 50
    unserved = History(times, range(1, 8_400_001))
    unserved.page_limit = 1_000
    position, requests = found(locate_by_pages(unserved, "p", 500, Span(1, len(times))))
    assert (position, requests < 60) == (8_400_501, True)


def test_a_long_history_takes_few_requests() -> None:
    exchange = TinyExchange(head=1_000_000)
    exchange.serve = lambda first, last: list(range(first, min(last, exchange.head) + 1))  # type: ignore[method-assign]
    steps = tiny_connector().locate("T-USD", EPOCH_NS + 654_321 * SECOND_NS, Span(1, exchange.head))
    assert Wire(exchange, lambda step: step()).drive(steps) == 654_321
    assert exchange.requests < 30
