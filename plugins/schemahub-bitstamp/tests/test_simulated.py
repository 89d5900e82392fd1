"""The connector against a simulated Bitstamp: windows that move with the exchange's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemahub import Outcome, Request, Response, Span
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedExchange, asked
from schemahub_bitstamp import Bitstamp, BitstampConfig
from schemahub_bitstamp.simulator import BitstampDialect

if TYPE_CHECKING:
    from schemahub import Page


BTC = "btcusd"
BITSTAMP = Bitstamp(BitstampConfig())
SECOND = 10**9


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def exchange(clock: FakeClock) -> SimulatedExchange:
    """Two days of trades, of which one is served; the last of them a moment ago."""
    spec = ProductSpec(id=BTC, trades=6_000, history_seconds=2 * 86_400)
    knobs = Knobs(requests_per_second=0, max_age_seconds=0, reach_seconds=86_400)
    return SimulatedExchange(BitstampDialect, [spec], knobs=knobs, clock=clock)


@pytest.mark.parametrize("seconds", BITSTAMP.windows)
def test_a_window_holds_all_of_its_trades(
    exchange: SimulatedExchange, clock: FakeClock, seconds: float
) -> None:
    log = exchange.log(BTC)
    first = log.id_of(log.first_at(clock.now_ns() - int(seconds) * SECOND))
    page = asked(exchange, BITSTAMP.recent(BTC, seconds))
    assert list(page.lines) == exchange.lines(BTC, first)
    assert list(page.positions) == [tid for tid in exchange.ids(BTC) if tid >= first]
    assert len(page.lines) < 6_000


def test_windows_that_overlap_hold_the_same_trade(exchange: SimulatedExchange, clock: FakeClock) -> None:
    found: dict[int, bytes] = {}
    known = exchange.ids(BTC)[-1]
    for _ in range(5):
        clock.advance(1_800)
        exchange.advance(40)
        page: Page = asked(exchange, BITSTAMP.recent(BTC, 3_600.0))
        assert known in page.positions
        known = page.positions[-1]
        found |= dict(zip(page.positions, page.lines, strict=True))
    assert [found[tid] for tid in sorted(found)] == exchange.lines(BTC, min(found))


def test_what_was_missed_for_a_day_is_gone(exchange: SimulatedExchange, clock: FakeClock) -> None:
    known = exchange.ids(BTC)[-1]
    clock.advance(86_400 + 60)
    exchange.advance(5)
    page = asked(exchange, BITSTAMP.recent(BTC, 86_400.0))
    assert known not in page.positions
    assert list(page.positions) == exchange.ids(BTC)[-5:]


def test_the_head_is_found_in_a_market_that_sleeps(exchange: SimulatedExchange, clock: FakeClock) -> None:
    clock.advance(1_200)
    head = asked(exchange, BITSTAMP.head(BTC))
    assert head.positions[-1] == exchange.ids(BTC)[-1]
    assert exchange.requests.total() == 2
    clock.advance(2 * 86_400)
    assert asked(exchange, BITSTAMP.head(BTC)).positions == ()


def test_any_span_that_is_served_is_found(exchange: SimulatedExchange) -> None:
    ids = exchange.ids(BTC)
    for first, last in ((-1, -1), (-400, -300)):
        page = asked(exchange, BITSTAMP.page(BTC, Span(ids[first], ids[last])))
        assert list(page.lines) == exchange.lines(BTC, ids[first], ids[last])
    assert asked(exchange, BITSTAMP.page(BTC, Span(ids[0], ids[9]))).positions == ()


def test_a_refusal_is_known_as_one(clock: FakeClock) -> None:
    exchange = SimulatedExchange(BitstampDialect, knobs=Knobs(requests_per_second=1, burst=1), clock=clock)
    path = f"/api/v2/transactions/{BTC}/"
    replies = [exchange.handle("GET", path, "time=minute") for _ in range(2)]
    verdicts = [
        BITSTAMP.classify(
            Response(request=Request(path=path), status=reply.status, headers={}, body=reply.body)
        )
        for reply in replies
    ]
    assert [verdict.outcome for verdict in verdicts] == [Outcome.OK, Outcome.RATE_LIMITED]
    unknown = exchange.dialect.error(404, "Not Found")
    response = Response(request=Request(path=path), status=unknown.status, headers={}, body=unknown.body)
    assert BITSTAMP.classify(response).outcome is Outcome.UNKNOWN_PRODUCT


def test_pairs_of_the_simulation() -> None:
    products = asked(SimulatedExchange(BitstampDialect, clock=FakeClock()), BITSTAMP.products())
    found = {product.id: f"{product.base}-{product.quote}" for product in products}
    assert found == {"btcusd": "BTC-USD", "ethusdc": "ETH-USDC", "xrpeur": "XRP-EUR"}
