"""The connector against a simulated Gemini: pages that overlap by a trade, and an end of what is served."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from schemahub import Response, Span
from schemahub.errors import PermanentError
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedExchange, asked
from schemahub_gemini import Gemini, GeminiConfig
from schemahub_gemini.simulator import GeminiDialect

if TYPE_CHECKING:
    from schemahub import Page


BTC = "btcusd"
GEMINI = Gemini(GeminiConfig())
WEEK = 7 * 86_400.0
TRADES = 3_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def exchange(clock: FakeClock) -> SimulatedExchange:
    """Ten days of trades, of which seven are served, in pages of a hundred."""
    spec = ProductSpec(id=BTC, trades=TRADES, history_seconds=10 * 86_400)
    knobs = Knobs(requests_per_second=0, max_age_seconds=0, max_limit=100, reach_seconds=WEEK)
    return SimulatedExchange(GeminiDialect, [spec], knobs=knobs, clock=clock)


def served(exchange: SimulatedExchange, clock: FakeClock) -> list[int]:
    """Return the ids that the exchange still serves."""
    log = exchange.log(BTC)
    return exchange.ids(BTC)[log.first_at(clock.now_ns() - int(WEEK * 10**9)) - 1 :]


def walked(exchange: SimulatedExchange, token: str) -> list[Page]:
    pages: list[Page] = []
    for _ in range(TRADES):
        page = asked(exchange, GEMINI.follow(BTC, token))
        if page.next_token == token:
            return pages
        pages.append(page)
        token = page.next_token
    pytest.fail("the tokens lead nowhere")


def test_pages_join_by_the_trade_that_both_hold(exchange: SimulatedExchange, clock: FakeClock) -> None:
    pages = walked(exchange, "0")
    for page, following in pairwise(pages):
        assert page.positions[-1] == following.positions[0]
        assert page.lines[-1] == following.lines[0]
    ids = served(exchange, clock)
    found = {
        position: line for page in pages for position, line in zip(page.positions, page.lines, strict=True)
    }
    assert sorted(found) == ids
    assert [found[tid] for tid in ids] == exchange.lines(BTC, ids[0])
    assert 0 < len(ids) < TRADES
    assert ids[0] > 2**51


@pytest.mark.parametrize("back_seconds", [WEEK - 60, 86_400, 3_600])
def test_a_token_of_a_time_misses_no_trade_of_it(
    exchange: SimulatedExchange, clock: FakeClock, back_seconds: float
) -> None:
    log = exchange.log(BTC)
    index = log.first_at(clock.now_ns() - int(back_seconds * 10**9))
    for time_ns in (log.time_ns(index), log.time_ns(index) + 999_999):
        token = asked(exchange, GEMINI.token_at(BTC, time_ns))
        page = asked(exchange, GEMINI.follow(BTC, token))
        assert page.positions[0] == log.id_of(log.first_at(log.time_ns(index)))


@pytest.mark.parametrize("days", [8, 89, 91, 4_000])
def test_a_time_before_all_that_is_served_leads_to_its_beginning(
    exchange: SimulatedExchange, clock: FakeClock, days: int
) -> None:
    steps = GEMINI.token_at(BTC, clock.now_ns() - days * 86_400 * 10**9)
    request = next(steps)
    query = "&".join(f"{name}={value}" for name, value in request.params.items())
    reply = exchange.handle("GET", request.path, query)
    assert (reply.status == 400) == (days > 90)
    if days > 90:
        with pytest.raises(StopIteration) as done:
            steps.throw(PermanentError("refused"))
        assert done.value.value == "0"
        return
    with pytest.raises(StopIteration) as done:
        steps.send(Response(request=request, status=200, headers={}, body=reply.body))
    assert done.value.value == str(served(exchange, clock)[0])


def test_a_trade_that_is_served_no_longer_is_missing_from_its_page(
    exchange: SimulatedExchange, clock: FakeClock
) -> None:
    gone = served(exchange, clock)[0]
    clock.advance(86_400)
    page = asked(exchange, GEMINI.follow(BTC, str(gone)))
    assert page.positions[0] == served(exchange, clock)[0] > gone


def test_the_head_is_the_newest_page_by_one_request(exchange: SimulatedExchange) -> None:
    exchange.advance(7)
    head = asked(exchange, GEMINI.head(BTC))
    assert list(head.positions) == exchange.ids(BTC)[-100:]
    assert exchange.requests.total() == 1


def test_at_the_head_only_the_trade_of_the_token_is_there(
    exchange: SimulatedExchange, clock: FakeClock
) -> None:
    token = walked(exchange, "0")[-1].next_token
    assert token == str(exchange.ids(BTC)[-1])
    assert list(asked(exchange, GEMINI.follow(BTC, token)).positions) == [int(token)]
    clock.advance(10)
    exchange.advance(3)
    assert list(asked(exchange, GEMINI.follow(BTC, token)).positions) == exchange.ids(BTC)[-4:]
    assert asked(exchange, GEMINI.token_at(BTC, clock.now_ns() + 10**9)) == str(exchange.ids(BTC)[-1])


def test_any_span_is_found_by_searching(exchange: SimulatedExchange, clock: FakeClock) -> None:
    ids = served(exchange, clock)
    for first, last in ((0, 9), (700, 950), (len(ids) - 5, len(ids) - 1)):
        page = asked(exchange, GEMINI.page(BTC, Span(ids[first] - 1, ids[last])))
        assert list(page.positions) == ids[first : last + 1]
        assert list(page.lines) == exchange.lines(BTC, ids[first], ids[last])


def test_odd_trades_have_no_side() -> None:
    products = [ProductSpec(id=BTC, trades=300)]
    dialect = GeminiDialect(GeminiDialect.default_knobs, products, odd_every=5)
    lines = SimulatedExchange(dialect, clock=FakeClock()).lines(BTC)
    odd = sum(b'"auction"' in line or b'"block"' in line for line in lines)
    assert 30 < odd < 90
