"""The rate limit and the CDN before the exchange."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.testing import SimulatedCoinbase
    from schemahub.testing.simulator import SimResponse

    Simulate = Callable[..., SimulatedCoinbase]
    Get = Callable[..., SimResponse]
    Ids = Callable[[SimResponse], list[int]]


def test_a_full_bucket_lets_a_burst_through_and_refills(
    simulate: Simulate, get: Get, clock: FakeClock
) -> None:
    exchange = simulate(requests_per_second=10, burst=15)
    assert [get(exchange).status for _ in range(17)] == [200] * 15 + [429] * 2
    clock.advance(0.3)
    assert [get(exchange).status for _ in range(4)] == [200] * 3 + [429]
    assert exchange.refused == 3
    assert exchange.clients["local"].requests == 21


def test_a_client_at_the_limit_is_never_refused(simulate: Simulate, get: Get, clock: FakeClock) -> None:
    exchange = simulate(requests_per_second=10, burst=1)
    for _ in range(500):
        assert get(exchange).status == 200
        clock.advance(0.1)


def test_a_refusal_is_worded_as_recorded_and_names_no_time(simulate: Simulate, get: Get) -> None:
    exchange = simulate(requests_per_second=1, burst=1)
    get(exchange)
    refused = get(exchange)
    assert json.loads(refused.body) == {"message": "Public rate limit exceeded"}
    assert "Retry-After" not in refused.headers
    kind = simulate(requests_per_second=1, burst=1, retry_after_seconds=7)
    get(kind)
    assert get(kind).headers["Retry-After"] == "7"


def test_each_address_has_its_own_bucket(simulate: Simulate, get: Get) -> None:
    exchange = simulate(requests_per_second=1, burst=1)
    assert [get(exchange, client=name).status for name in ("a", "b", "a")] == [200, 200, 429]
    assert (exchange.clients["a"].refused, exchange.clients["b"].refused) == (1, 0)


def test_the_second_limiter_counts_ten_minutes(simulate: Simulate, get: Get, clock: FakeClock) -> None:
    exchange = simulate(slow_limit=3)
    assert [get(exchange).status for _ in range(4)] == [200, 200, 200, 429]
    assert json.loads(get(exchange).body) == {"message": "Slow rate limit exceeded"}
    clock.advance(200)
    assert [get(exchange).status for _ in range(2)] == [200, 429]


def test_the_fastest_second_is_remembered(simulate: Simulate, get: Get, clock: FakeClock) -> None:
    exchange = simulate()
    for pause in (0.5, 0.2, 0.2, 0.2, 3, 0.9):
        get(exchange)
        clock.advance(pause)
    assert exchange.max_rate_seen == 4


def test_the_cdn_repeats_a_reply_though_the_head_moved(
    simulate: Simulate, get: Get, ids: Ids, clock: FakeClock
) -> None:
    exchange = simulate(max_age_seconds=2)
    first = get(exchange, "limit=1")
    exchange.advance(1)
    clock.advance(1.5)
    again = get(exchange, "limit=1")
    assert again.body == first.body
    assert (first.headers["CF-Cache-Status"], again.headers["CF-Cache-Status"]) == ("MISS", "HIT")
    assert again.headers["Age"] == "1"
    assert ids(get(exchange, "limit=2")) == [2501, 2500]
    clock.advance(0.5)
    assert ids(get(exchange, "limit=1")) == [2501]


@pytest.mark.parametrize(("keep", "status"), [(False, 200), (True, 400)])
def test_errors_are_repeated_only_where_the_knob_says(
    simulate: Simulate, get: Get, *, keep: bool, status: int
) -> None:
    exchange = simulate(max_age_seconds=1, cache_errors=keep)
    assert exchange.handle("GET", "/products/BTC-USD/trades", "", {}).status == 400
    assert get(exchange).status == status


@pytest.mark.parametrize(("limited", "status"), [(True, 429), (False, 200)])
def test_hits_count_against_the_limit_unless_told(
    simulate: Simulate, get: Get, *, limited: bool, status: int
) -> None:
    exchange = simulate(max_age_seconds=9, requests_per_second=1, burst=1, hits_are_limited=limited)
    get(exchange)
    assert get(exchange).status == status


def test_the_journal_tells_what_was_asked_and_answered(simulate: Simulate, get: Get) -> None:
    exchange = simulate()
    get(exchange, "limit=1", client="me")
    get(exchange, "limit=0", client="me")
    assert [(one.number, one.client, one.status) for one in exchange.journal] == [
        (1, "me", 200),
        (2, "me", 400),
    ]
    assert exchange.journal[0].target == "/products/BTC-USD/trades?limit=1"
    assert exchange.requests["/products/BTC-USD/trades"] == 2


def test_latency_is_drawn_and_not_waited_for(simulate: Simulate, get: Get, clock: FakeClock) -> None:
    before = clock.monotonic()
    drawn = {get(simulate(latency_ms=60, seed=seed)).latency_seconds for seed in range(100)}
    assert len(drawn) == 100
    assert 0.04 < sorted(drawn)[50] < 0.09
    assert clock.monotonic() == before
    assert get(simulate()).latency_seconds == 0


def test_a_skewed_clock_shows_in_date_and_time(simulate: Simulate) -> None:
    exchange = simulate(clock_skew_seconds=90)
    response = exchange.handle("GET", "/time", "", {"user-agent": "x"})
    assert json.loads(response.body)["iso"] == "2026-01-01T00:01:30.000Z"
    assert response.headers["Date"] == "Thu, 01 Jan 2026 00:01:30 GMT"
    assert json.loads(response.body)["epoch"] == FakeClock().now_ns() / 10**9 + 90
