"""What the engine does with a dialect of a few lines."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from plain_dialect import PlainDialect

from schemahub.errors import ConfigError
from schemahub.testing import FakeClock, Fault, FaultPlan, Knobs, ProductSpec, SimulatedExchange

if TYPE_CHECKING:
    from schemahub.testing.simulator import SimResponse

BTC = "BTC-USD"
NO_LIMIT = Knobs(requests_per_second=0, max_age_seconds=0, reach_seconds=3_600)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def exchange(clock: FakeClock) -> SimulatedExchange:
    return SimulatedExchange(PlainDialect, knobs=NO_LIMIT, clock=clock)


def ask(exchange: SimulatedExchange, path: str, query: str = "") -> SimResponse:
    return exchange.handle("GET", path, query)


def rows(exchange: SimulatedExchange, path: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(ask(exchange, path, query).body)
    return found


def test_sparse_ids_ascend_and_leave_numbers_out(exchange: SimulatedExchange) -> None:
    ids = exchange.ids(BTC)
    steps = [other - one for one, other in pairwise(ids)]
    assert min(steps) > 0
    assert len(set(steps)) > 1
    assert sum(steps) > 9 * len(ids)
    assert ids[0] > 2**53
    assert [json.loads(line)["id"] for line in exchange.lines(BTC)] == ids


def test_an_id_that_there_is_not_leads_to_the_next_one(exchange: SimulatedExchange) -> None:
    log, ids = exchange.log(BTC), exchange.ids(BTC)
    assert [log.index_of(ids[at]) for at in (0, 1, 1_999)] == [1, 2, 2_000]
    assert log.index_of(ids[7] + 1) == 9
    assert log.index_of(ids[-1] + 1) == 2_001
    assert exchange.lines(BTC, ids[3] - 1, ids[5] + 1) == exchange.lines(BTC)[3:6]
    assert exchange.lines(BTC, ids[3], ids[5]) == exchange.lines(BTC)[3:6]


def test_the_clock_of_the_exchange_is_as_coarse_as_it_says(exchange: SimulatedExchange) -> None:
    times = [exchange.log(BTC).time_ns(at) for at in range(1, 2_001)]
    assert {time_ns % 10**9 for time_ns in times} == {0}
    assert times == sorted(times)


def test_what_is_older_than_the_reach_is_not_shown(exchange: SimulatedExchange, clock: FakeClock) -> None:
    oldest = rows(exchange, f"/trades/{BTC}")[0]
    floor = clock.now_ns() // 10**9 - 3_600
    assert floor <= oldest["s"] < floor + 60
    every = rows(exchange, f"/since/{BTC}/0")
    assert every[0] == oldest
    assert len(every) == len(range(exchange.log(BTC).index_of(oldest["id"]), 2_001))
    clock.advance(1_800)
    assert rows(exchange, f"/trades/{BTC}")[0]["s"] >= floor + 1_800
    assert len(exchange.lines(BTC)) == 2_000


def test_pages_ascend_from_either_end(exchange: SimulatedExchange) -> None:
    ids = exchange.ids(BTC)
    assert [row["id"] for row in rows(exchange, f"/newest/{BTC}", "limit=3")] == ids[-3:]
    assert [row["id"] for row in rows(exchange, f"/trades/{BTC}", f"from={ids[-9]}&limit=3")] == ids[-9:-6]
    exchange.log(BTC).remove([1_999])
    assert [row["id"] for row in rows(exchange, f"/newest/{BTC}", "limit=2")] == [ids[-3], ids[-1]]


def test_errors_and_refusals_are_worded_as_the_dialect_does(clock: FakeClock) -> None:
    exchange = SimulatedExchange(PlainDialect, clock=clock)
    assert json.loads(ask(exchange, "/nowhere").body) == {"oops": "Not Found"}
    assert ask(exchange, "/trades/NO-NE").status == 404
    exchange.inject(FaultPlan(script={3: Fault.STATUS_500}))
    assert json.loads(ask(exchange, f"/trades/{BTC}").body) == {"oops": "Internal server error"}
    statuses = [ask(exchange, f"/trades/{BTC}").status for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_heavy_request_takes_more_of_the_limit(clock: FakeClock) -> None:
    exchange = SimulatedExchange(PlainDialect, clock=clock)
    assert [ask(exchange, f"/since/{BTC}/0").status for _ in range(2)] == [200, 429]
    assert exchange.clients["local"].spent == 3


def test_a_stale_page_is_of_the_same_product(clock: FakeClock) -> None:
    products = [ProductSpec(id=name, trades=50, history_seconds=600) for name in ("A-B", "C-D")]
    exchange = SimulatedExchange(PlainDialect, products, knobs=NO_LIMIT, clock=clock)
    exchange.inject(FaultPlan(script={3: Fault.STALE_PAGE}))
    first = ask(exchange, "/trades/A-B", "limit=5").body
    assert ask(exchange, "/trades/C-D", "limit=5").body != first
    assert ask(exchange, "/newest/A-B", "limit=5").body == first


def test_a_short_page_has_half_the_rows(exchange: SimulatedExchange) -> None:
    exchange.inject(FaultPlan(script={1: Fault.SHORT_PAGE}))
    assert len(rows(exchange, f"/trades/{BTC}", "limit=20")) == 10


def test_faults_of_rows_find_the_size_by_its_usual_names(exchange: SimulatedExchange) -> None:
    exchange.inject(FaultPlan(rates={Fault.ZERO_SIZE: 1, Fault.EXTRA_FIELD: 1}))
    row = rows(exchange, f"/newest/{BTC}", "limit=1")[0]
    assert (row["amount"], row["venue_flag"]) == ("0.00000000", None)


def test_recordings_are_replayed_where_the_dialect_can_read_them(exchange: SimulatedExchange) -> None:
    with pytest.raises(ConfigError, match="recorded trades of plain cannot be replayed"):
        exchange.dialect.read(b"{}")


def test_a_dialect_that_is_made_has_its_own_knobs() -> None:
    made = PlainDialect(NO_LIMIT, PlainDialect.default_products)
    assert SimulatedExchange(made).knobs is NO_LIMIT
    with pytest.raises(TypeError, match="its knobs"):
        SimulatedExchange(made, knobs=NO_LIMIT)
