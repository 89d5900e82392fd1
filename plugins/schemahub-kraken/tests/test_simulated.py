"""The connector against a simulated Kraken: every trade, whatever the tokens cut."""

from __future__ import annotations

from dataclasses import astuple
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub import Span
from schemahub.errors import IntegrityError
from schemahub.testing import FakeClock, Fault, FaultPlan, Knobs, ProductSpec, SimulatedExchange, asked
from schemahub_kraken import Kraken, KrakenConfig
from schemahub_kraken.simulator import KrakenDialect

if TYPE_CHECKING:
    from schemahub import Page


XBT = "XXBTZUSD"
KRAKEN = Kraken(KrakenConfig())
PAGE = 50


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def exchange(clock: FakeClock) -> SimulatedExchange:
    """Small pages, so that many of them end between trades of one time."""
    spec = ProductSpec(id=XBT, base="XBT", quote="USD", trades=4_000, history_seconds=3_600)
    knobs = Knobs(requests_per_second=0, max_age_seconds=0, max_limit=PAGE)
    return SimulatedExchange(KrakenDialect, [spec], knobs=knobs, clock=clock)


def walked(exchange: SimulatedExchange, token: str) -> tuple[list[Page], int]:
    """Follow tokens to the head; where the ids show a hole, go on from before the time of the page's end.

    Also return how often there was one.
    """
    pages: list[Page] = []
    holes = 0
    for _ in range(2 * 4_000 // PAGE):
        page = asked(exchange, KRAKEN.follow(XBT, token))
        if not page.positions:
            return pages, holes
        if pages and page.positions[0] > pages[-1].positions[-1] + 1:
            assert pages[-1].last_time_ns is not None
            holes += 1
            again = asked(exchange, KRAKEN.token_at(XBT, pages[-1].last_time_ns))
            page = asked(exchange, KRAKEN.follow(XBT, again))
            assert page.positions[0] <= pages[-1].positions[-1] < page.positions[-1]
        pages.append(page)
        assert page.next_token is not None
        token = page.next_token
    pytest.fail("the tokens lead nowhere")


def test_every_trade_is_found_though_pages_cut_ties(exchange: SimulatedExchange) -> None:
    pages, holes = walked(exchange, "0")
    found = {
        position: line for page in pages for position, line in zip(page.positions, page.lines, strict=True)
    }
    assert [found[position] for position in sorted(found)] == exchange.lines(XBT)
    assert holes >= 5
    cut = [page.last_time_ns for page in pages]
    times = [exchange.log(XBT).time_ns(at) for at in range(1, 4_001)]
    assert max(times.count(time_ns) for time_ns in cut if time_ns) >= 3, "a tie of three or more was cut"


def test_times_are_exact_where_floats_are_not(exchange: SimulatedExchange) -> None:
    pages, _ = walked(exchange, "0")
    log = exchange.log(XBT)
    assert [page.last_time_ns for page in pages] == [log.time_ns(page.positions[-1]) for page in pages]
    exact = [log.time_ns(at) for page in pages for at in page.positions]
    shown = [time_ns for page in pages for time_ns in page.times_ns or ()]
    assert shown != exact, "a float does not hold nanoseconds"
    assert max(abs(one - other) for one, other in zip(shown, exact, strict=True)) < 1_000
    assert all(one <= other for page in pages for one, other in pairwise(page.times_ns or ()))


@pytest.mark.parametrize("at", [1, 2, 17, 1_999, 4_000])
def test_a_token_of_a_time_misses_no_trade_of_it(exchange: SimulatedExchange, at: int) -> None:
    log = exchange.log(XBT)
    time_ns = log.time_ns(at)
    token = asked(exchange, KRAKEN.token_at(XBT, time_ns))
    page = asked(exchange, KRAKEN.follow(XBT, token))
    assert page.positions[0] <= log.first_at(time_ns)
    # Nor if the time was read from the page, where it is printed from a float.
    (printed,) = (shown for shown, one in zip(page.times_ns or (), page.positions, strict=True) if one == at)
    token = asked(exchange, KRAKEN.token_at(XBT, printed))
    assert asked(exchange, KRAKEN.follow(XBT, token)).positions[0] <= log.first_at(time_ns)


@pytest.mark.parametrize("span", [Span(1, 10), Span(1_234, 1_299), Span(3_990, 4_000), Span(777, 777)])
def test_any_span_is_found_by_searching(exchange: SimulatedExchange, span: Span) -> None:
    found: dict[int, bytes] = {}
    for _ in range(3):  # what a cut tie leaves out is asked for again
        missing = [at for at in range(span.first, span.last + 1) if at not in found]
        if missing:
            page = asked(exchange, KRAKEN.page(XBT, Span(missing[0], missing[-1])))
            found |= dict(zip(page.positions, page.lines, strict=True))
    assert [found.get(at) for at in range(span.first, span.last + 1)] == exchange.lines(XBT, *astuple(span))


def test_the_head_is_the_newest_page_by_one_request(exchange: SimulatedExchange) -> None:
    exchange.advance(7)
    head = asked(exchange, KRAKEN.head(XBT))
    assert list(head.positions) == list(range(4_008 - PAGE, 4_008))
    assert head.times_ns == sorted(head.times_ns or ())
    assert exchange.requests.total() == 1


def test_at_the_head_the_token_stays(exchange: SimulatedExchange, clock: FakeClock) -> None:
    pages, _ = walked(exchange, "0")
    token = pages[-1].next_token
    assert token is not None
    assert asked(exchange, KRAKEN.follow(XBT, token)).next_token == token
    clock.advance(10)
    exchange.advance(3)
    assert list(asked(exchange, KRAKEN.follow(XBT, token)).positions) == [4_001, 4_002, 4_003]


def test_a_pair_may_be_asked_for_by_its_other_name(exchange: SimulatedExchange) -> None:
    other = asked(exchange, KRAKEN.follow("XBTUSD", "0"))
    assert list(other.lines) == list(asked(exchange, KRAKEN.follow(XBT, "0")).lines)


def test_the_old_years_are_refused() -> None:
    spec = ProductSpec(id=XBT, base="XBT", quote="USD", trades=10)
    old = SimulatedExchange(KrakenDialect(KrakenDialect.default_knobs, [spec], fields=6), clock=FakeClock())
    with pytest.raises(IntegrityError, match="without ids"):
        asked(old, KRAKEN.follow(XBT, "0"))


def test_pairs_of_the_simulation() -> None:
    exchange = SimulatedExchange(KrakenDialect, clock=FakeClock())
    products = asked(exchange, KRAKEN.products())
    found = {product.id: f"{product.base}-{product.quote}" for product in products}
    assert found == {"XDGUSD": "DOGE-USD", "XETHZEUR": "ETH-EUR", "XXBTZUSD": "BTC-USD"}


def test_errors_come_with_status_200() -> None:
    exchange = SimulatedExchange(
        KrakenDialect, clock=FakeClock(), faults=FaultPlan(script={3: Fault.STATUS_503})
    )
    with httpx.Client(transport=exchange.transport(), base_url="http://simulated") as client:
        got = [client.get("/0/public/Trades", params={"pair": pair}) for pair in (XBT, "NONE", XBT, XBT)]
    assert [reply.status_code for reply in got] == [200] * 4
    assert [reply.json()["error"] for reply in got] == [
        [],
        ["EQuery:Unknown asset pair"],
        ["EService:Unavailable"],
        ["EGeneral:Too many requests"],
    ]


def test_a_second_is_read_as_a_time_too(exchange: SimulatedExchange) -> None:
    second = FakeClock().now_ns() // 10**9 - 60
    by_second = asked(exchange, KRAKEN.follow(XBT, str(second)))
    assert list(by_second.positions) == list(
        asked(exchange, KRAKEN.follow(XBT, f"{second}000000000")).positions
    )
