"""Lone prints: found, and not found where the market moved."""

from __future__ import annotations

from statistics import median

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub._quality.price_watch import PriceWatch, Spike

JUMP = 0.1


def trades(prices: list[float], first: int = 0) -> pa.Table:
    ids = range(first, first + len(prices))
    return pa.table(
        {
            "trade_id": pa.array([str(i) for i in ids], pa.string()),
            "trade_ts": pa.array(list(ids), pa.timestamp("us", tz="UTC")),
            "price": pa.array(prices, pa.float64()),
        }
    )


def watched(prices: list[float], cuts: list[int] | None = None) -> list[Spike]:
    watch = PriceWatch(JUMP)
    ends = sorted({*(cut % (len(prices) + 1) for cut in cuts or []), len(prices)})
    found: list[Spike] = []
    first = 0
    for end in ends:
        found += watch.add(trades(prices[first:end], first))
        first = end
    return [*found, *watch.close()]


PRICES = st.sampled_from(
    [[100.0, 101.0, 99.5, 100.0, 112.0, 88.0, 150.0, 1e-8], [100.0, 100.0, 112.0], [100.0, 100.0, 88.0]]
).flatmap(lambda prices: st.lists(st.sampled_from(prices), max_size=120))


@settings(max_examples=300)
@given(PRICES, st.lists(st.integers(0, 120), max_size=6))
def test_each_is_held_against_the_median_around_it_however_the_pieces_fall(
    prices: list[float], cuts: list[int]
) -> None:
    expected = []
    for at, price in enumerate(prices):
        around = prices[max(0, at - 10) : at + 11]
        if len(around) > 4 and abs(price / median(around) - 1) > JUMP:
            expected.append((str(at), price, median(around)))
    assert [(spike.trade_id, spike.price, spike.median) for spike in watched(prices, cuts)] == expected


def test_a_lone_print_is_found_with_its_distance() -> None:
    (spike,) = watched([*[100.0] * 50, 250.0, *[100.0] * 50])
    assert (spike.trade_id, spike.time_us, spike.deviation) == ("50", 50, 1.5)


def test_a_burst_that_the_market_does_not_follow_is_found_and_a_move_is_not() -> None:
    assert len(watched([*[100.0] * 50, *[200.0] * 10, *[100.0] * 50])) == 10
    assert watched([*[100.0] * 50, *[200.0] * 50]) == []
    assert watched([100.0 * 1.005**n for n in range(200)]) == []


def test_a_few_trades_say_nothing() -> None:
    assert watched([100.0, 1.0, 100.0, 1.0]) == []
    assert watched([]) == []
