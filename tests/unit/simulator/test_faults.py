from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from schemahub.errors import ConfigError
from schemahub.testing import Fault, FaultPlan
from schemahub.testing.simulator import REPLY_FAULTS, parse_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.testing import SimulatedCoinbase
    from schemahub.testing.simulator import SimResponse

    Simulate = Callable[..., SimulatedCoinbase]
    Get = Callable[..., SimResponse]
    Ids = Callable[[SimResponse], list[int]]


def test_a_fault_is_read_from_its_text() -> None:
    assert parse_fault("message_200:0.05") == {Fault.MESSAGE_200: 0.05}


def test_all_spreads_over_every_fault_of_a_reply() -> None:
    rates = parse_fault("all:0.2")
    assert set(rates) == set(REPLY_FAULTS)
    assert sum(rates.values()) == pytest.approx(0.2)
    assert not FaultPlan(rates=rates).alters_rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mesage_200:0.1", "Did you mean 'message_200'?"),
        ("xyz:0.1", "Known are all, status_429"),
        ("slow:2", "P from 0 to 1"),
        ("slow:nan", "P from 0 to 1"),
        ("slow", "KIND:P"),
    ],
)
def test_a_bad_fault_is_explained(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_fault(text)
    assert said in str(caught.value)
    assert f"--fault {text}" in str(caught.value)


def test_chances_above_one_are_refused() -> None:
    with pytest.raises(ConfigError, match="more than 1"):
        FaultPlan(rates={Fault.SLOW: 0.6, Fault.EMPTY_200: 0.6})


def test_chance_follows_the_rates_and_the_seed() -> None:
    plan = FaultPlan(rates={Fault.SLOW: 0.1, Fault.EMPTY_200: 0.3})
    drawn = Counter(plan.reply_fault(number) for number in range(5_000))
    assert 400 < drawn[Fault.SLOW] < 600
    assert 1_350 < drawn[Fault.EMPTY_200] < 1_650
    other = FaultPlan(rates=plan.rates, seed=1)
    assert [plan.reply_fault(at) for at in range(50)] == [plan.reply_fault(at) for at in range(50)]
    assert [plan.reply_fault(at) for at in range(50)] != [other.reply_fault(at) for at in range(50)]


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (Fault.STATUS_429, 429, b'{"message":"Public rate limit exceeded"}'),
        (Fault.STATUS_500, 500, b'{"message":"Internal server error"}'),
        (Fault.HTML_502, 502, b"<html>"),
        (Fault.STATUS_503, 503, b'{"message":"Service unavailable"}'),
        (Fault.MAINTENANCE_503, 503, b'{"message":"The exchange is currently under maintenance"}'),
        (Fault.EMPTY_200, 200, b""),
        (Fault.MESSAGE_200, 200, b'{"message":"Internal server error"}'),
    ],
)
def test_the_scripted_request_fails_and_the_next_does_not(
    simulate: Simulate, get: Get, fault: Fault, status: int, body: bytes
) -> None:
    exchange = simulate()
    exchange.inject(FaultPlan(script={2: fault}))
    right = get(exchange).body
    failed = get(exchange)
    assert failed.status == status
    assert failed.body.startswith(body)
    assert bool(failed.body) == bool(body)
    assert get(exchange).body == right
    assert [served.fault for served in exchange.journal] == [None, fault, None]


@pytest.mark.parametrize(
    ("fault", "error", "started"),
    [
        (Fault.RESET_BEFORE, httpx.ReadError, False),
        (Fault.RESET_AFTER_HEADERS, httpx.ReadError, True),
        (Fault.TRUNCATED, httpx.RemoteProtocolError, True),
        (Fault.SLOW, httpx.ReadTimeout, False),
    ],
)
def test_in_process_the_wire_breaks_as_a_socket_would(
    simulate: Simulate, fault: Fault, error: type[Exception], *, started: bool
) -> None:
    exchange = simulate()
    exchange.inject(FaultPlan(script={1: fault}))
    statuses = []
    with httpx.Client(
        transport=exchange.transport(),
        base_url="http://simulated",
        event_hooks={"response": [lambda response: statuses.append(response.status_code)]},
    ) as client:
        with pytest.raises(error):
            client.get("/products/BTC-USD/trades")
        assert statuses == ([200] if started else [])
        assert len(client.get("/products/BTC-USD/trades").json()) == 1000


def test_a_stale_page_is_the_one_before(simulate: Simulate, get: Get) -> None:
    exchange = simulate()
    exchange.inject(FaultPlan(script={1: Fault.STALE_PAGE, 3: Fault.STALE_PAGE}))
    first = get(exchange, "after=100&limit=10")
    get(exchange, "after=200&limit=10")
    assert json.loads(first.body)[0]["trade_id"] == 99
    assert json.loads(get(exchange, "after=300&limit=10").body)[0]["trade_id"] == 199


def test_a_short_page_lacks_rows_that_exist(simulate: Simulate, get: Get, ids: Ids) -> None:
    exchange = simulate(max_age_seconds=60)
    exchange.inject(FaultPlan(script={1: Fault.SHORT_PAGE}))
    assert ids(get(exchange, "after=101&limit=10")) == [100, 99, 98, 97, 96]
    assert len(ids(get(exchange, "after=101&limit=10"))) == 10


def test_faults_of_rows_stay_with_their_rows(simulate: Simulate, get: Get) -> None:
    exchange = simulate()
    plain = exchange.lines("BTC-USD")
    get(exchange)
    exchange.inject(FaultPlan(rates={Fault.EXTRA_FIELD: 0.1, Fault.ZERO_SIZE: 0.1}))
    lines = exchange.lines("BTC-USD")
    rows = [json.loads(line) for line in lines]
    zero = sum(row["size"] == "0.00000000" for row in rows)
    extra = sum("venue_flag" in row for row in rows)
    assert 180 < zero < 320
    assert 180 < extra < 320
    assert lines == exchange.lines("BTC-USD")
    assert get(exchange).body == b"[" + b",".join(reversed(lines[-1000:])) + b"]"
    exchange.inject(FaultPlan())
    assert exchange.lines("BTC-USD") == plain
