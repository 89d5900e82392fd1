from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from schemahub.spans import Span, SpanSet
from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase
from schemahub.times import iso_to_ns

if TYPE_CHECKING:
    from schemahub.testing.simulator import TradeLog

LAST = 5_000_000
END = FakeClock().now_ns()


def log(seed: int = 0, first_id: int = 1, trades: int = LAST) -> TradeLog:
    spec = ProductSpec(id="BTC-USD", trades=trades, first_id=first_id, history_seconds=86_400)
    return SimulatedCoinbase([spec], knobs=Knobs(seed=seed), clock=FakeClock()).log("BTC-USD")


def rows(some: TradeLog, first: int, last: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in some.lines(some.present(first, last))]


@given(st.integers(1, LAST - 3_000), st.integers(1, 1_500), st.integers(1, 1_500))
def test_a_trade_is_the_same_in_whatever_page_it_comes(first: int, left: int, right: int) -> None:
    some = log()
    middle, last = first + left, first + left + right
    cut = [*some.lines(some.present(first, middle)), *some.lines(some.present(middle + 1, last))]
    assert cut == list(log().lines(some.present(first, last)))
    assert [json.loads(line)["trade_id"] for line in cut] == list(range(first, last + 1))


def test_the_seed_decides_the_trades() -> None:
    assert rows(log(seed=1), 1, 50) != rows(log(seed=2), 1, 50)


@given(st.integers(1, LAST - 1_000))
def test_times_never_go_back(first: int) -> None:
    times = [iso_to_ns(row["time"]) for row in rows(log(), first, first + 999)]
    assert times == sorted(times)


def test_history_spans_the_hours_asked_for() -> None:
    some = log()
    assert END - 86_400 * 10**9 <= some.time_ns(1) < END - 86_399 * 10**9
    assert END - 10**9 < some.time_ns(LAST) <= END


def test_a_fifth_of_all_trades_share_the_time_of_the_one_before() -> None:
    times = [row["time"] for row in rows(log(trades=20_000), 1, 20_000)]
    ties = sum(one == other for one, other in pairwise(times))
    assert 0.17 < ties / len(times) < 0.23


def test_a_sweep_is_one_taker_walking_away_through_the_book() -> None:
    found = rows(log(), 1, 2_000)
    sweeps = [(one, other) for one, other in pairwise(found) if one["time"] == other["time"]]
    assert sweeps
    for one, other in sweeps:
        assert one["side"] == other["side"]
        rises = float(other["price"]) > float(one["price"])
        assert rises == (one["side"] == "sell")


def test_a_log_is_searched_by_time() -> None:
    some = log()
    first = some.first_at(END - 3600 * 10**9)
    assert some.time_ns(first - 1) < END - 3600 * 10**9 <= some.time_ns(first)
    assert some.first_at(0) == 1
    assert some.first_at(END + 10**18) == LAST + 1


def test_a_log_may_start_anywhere() -> None:
    some = log(first_id=8_408_015, trades=100)
    assert (some.first, some.last) == (8_408_015, 8_408_114)
    assert [row["trade_id"] for row in rows(some, 0, 10**9)] == list(range(8_408_015, 8_408_115))


def test_holes_are_not_served_until_they_heal() -> None:
    some = log(trades=100)
    whole = rows(some, 1, 100)
    some.remove(range(40, 50))
    assert [row["trade_id"] for row in rows(some, 35, 55)] == [*range(35, 40), *range(50, 56)]
    some.heal([41, 40])
    assert some.holes == SpanSet((Span(42, 49),))
    some.heal(range(1, 100))
    assert rows(some, 1, 100) == whole


def test_a_hole_changes_a_page_that_was_kept() -> None:
    some = log(trades=100)
    before = some.page(some.present(1, 100))
    assert some.page(some.present(1, 100)) is before
    some.remove([7])
    assert b'"trade_id":7,' not in some.page(some.present(1, 100))


def test_disorder_dates_a_trade_after_its_successor() -> None:
    some = log(trades=100)
    untouched = rows(some, 31, 100)
    some.page(some.present(1, 100))
    some.disorder(30)
    assert some.time_ns(30) == some.time_ns(31) + 10**9
    assert rows(some, 31, 100) == untouched
    assert rows(some, 30, 30)[0]["time"].encode() in some.page(some.present(1, 100))


def test_a_restated_trade_is_served_in_its_place() -> None:
    some = log(trades=100)
    some.replace(5, b'{"trade_id":5}')
    assert list(some.lines(some.present(4, 6)))[1] == b'{"trade_id":5}'
