from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.testing.simulator import SimResponse

    Simulate = Callable[..., SimulatedCoinbase]
    Get = Callable[..., SimResponse]
    Ids = Callable[[SimResponse], list[int]]


def times(exchange: SimulatedCoinbase, first: int) -> list[int]:
    log = exchange.log("BTC-USD")
    return [log.time_ns(at) for at in range(first, log.last + 1)]


def test_advancing_adds_trades_of_now(simulate: Simulate, get: Get, ids: Ids, clock: FakeClock) -> None:
    exchange = simulate()
    clock.advance(60)
    exchange.advance(40)
    assert ids(get(exchange, "limit=41")) == list(range(2540, 2499, -1))
    found = times(exchange, 2500)
    assert found == sorted(found)
    assert found[-1] == clock.now_ns()


def test_a_rate_brings_trades_by_the_clock_alone(
    simulate: Simulate, get: Get, ids: Ids, clock: FakeClock
) -> None:
    exchange = simulate(trades_per_second=20)
    assert ids(get(exchange, "limit=1")) == [2500]
    for _ in range(100):
        clock.advance(0.09)
        get(exchange, "limit=1")
    assert ids(get(exchange, "limit=1")) == [2500 + 180]
    found = times(exchange, 2500)
    assert found == sorted(found)
    assert clock.now_ns() - 10**9 < found[-1] <= clock.now_ns()
    assert 10 < sum(one == other for one, other in pairwise(found)) < 70


def test_how_often_it_is_asked_does_not_change_what_traded(
    simulate: Simulate, get: Get, clock: FakeClock
) -> None:
    often, seldom = simulate(trades_per_second=5), simulate(trades_per_second=5)
    for _ in range(10):
        clock.advance(0.2)
        get(often)
    get(seldom)
    content = [
        [(row["trade_id"], row["side"], row["price"]) for row in map(json.loads, one.lines("BTC-USD", 2501))]
        for one in (often, seldom)
    ]
    assert content[0] == content[1]
    assert len(content[0]) == 10


def test_only_markets_that_trade_go_on(clock: FakeClock) -> None:
    exchange = SimulatedCoinbase(clock=clock)
    before = {product: exchange.log(product).last for product in exchange.products}
    exchange.advance(7)
    grown = {product for product, last in before.items() if exchange.log(product).last == last + 7}
    assert grown == {"BTC-USD", "ETH-USD", "BTC-USDC"}  # the last is BTC-USD's own log


def test_a_market_may_start_with_nothing() -> None:
    for seed in range(20):  # under some, the first deal of the tape continues a sweep
        exchange = SimulatedCoinbase(
            [ProductSpec(id="BTC-USD", trades=0)], knobs=Knobs(seed=seed), clock=FakeClock()
        )
        assert exchange.lines("BTC-USD") == []
        exchange.advance(20)
        assert times(exchange, 1) == [FakeClock().now_ns()] * 20


def test_the_wall_clock_set_back_does_not_turn_time_round(simulate: Simulate, clock: FakeClock) -> None:
    exchange = simulate()
    exchange.advance(5)
    clock.jump(-3600)
    exchange.advance(5)
    found = times(exchange, 2490)
    assert found == sorted(found)
