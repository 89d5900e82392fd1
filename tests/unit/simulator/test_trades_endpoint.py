from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemahub.testing import FakeClock, Knobs, ProductSpec, SimulatedCoinbase

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.testing.simulator import SimResponse

    Simulate = Callable[..., SimulatedCoinbase]
    Get = Callable[..., SimResponse]
    Ids = Callable[[SimResponse], list[int]]


LAST = 60
AGENT = {"user-agent": "test"}
cursors = st.none() | st.integers(0, LAST + 10)


@given(
    before=cursors,
    after=cursors,
    limit=st.integers(1, LAST),
    holes=st.sets(st.integers(1, LAST)),
    mode=st.sampled_from(["newest", "adjacent"]),
)
def test_a_page_is_what_the_rule_says(
    before: int | None, after: int | None, limit: int, holes: set[int], mode: Literal["newest", "adjacent"]
) -> None:
    knobs = Knobs(before_mode=mode, requests_per_second=0)
    exchange = SimulatedCoinbase([ProductSpec(id="BTC-USD", trades=LAST)], knobs=knobs, clock=FakeClock())
    exchange.log("BTC-USD").remove(holes)
    chosen = [
        at
        for at in range(1, LAST + 1)
        if at not in holes and (before is None or at > before) and (after is None or at < after)
    ]
    oldest = mode == "adjacent" and before is not None and after is None
    expected = (chosen[:limit] if oldest else chosen[-limit:])[::-1]

    query = f"limit={limit}"
    query += "" if before is None else f"&before={before}"
    query += "" if after is None else f"&after={after}"
    response = exchange.handle("GET", "/products/BTC-USD/trades", query, AGENT)

    assert [row["trade_id"] for row in json.loads(response.body)] == expected
    cursors_sent = (response.headers.get("cb-before"), response.headers.get("cb-after"))
    assert cursors_sent == ((str(expected[0]), str(expected[-1])) if expected else (None, None))


def test_the_recorded_window_is_exclusive_at_both_ends(simulate: Simulate, get: Get, ids: Ids) -> None:
    assert ids(get(simulate(), "before=14&after=115&limit=100")) == list(range(114, 14, -1))


def test_a_page_has_a_thousand_rows_unless_told(simulate: Simulate, get: Get, ids: Ids) -> None:
    exchange = simulate()
    assert len(ids(get(exchange))) == 1000
    assert len(ids(get(exchange, "limit=5000"))) == 1000
    assert len(ids(get(exchange, "since=yesterday&limit=3"))) == 3


def test_an_older_exchange_serves_a_hundred(simulate: Simulate, get: Get, ids: Ids) -> None:
    assert len(ids(get(simulate(max_limit=100), "limit=1000"))) == 100


def test_a_stricter_exchange_rejects_large_limits(simulate: Simulate, get: Get) -> None:
    assert get(simulate(over_limit="reject"), "limit=1001").status == 400


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=x", "limit=", "after=x", "before=1.5", "after=-1"]
)
def test_bad_parameters_are_refused_by_name(simulate: Simulate, get: Get, query: str) -> None:
    response = get(simulate(), query)
    assert response.status == 400
    assert json.loads(response.body) == {"message": f'Invalid value for "{query.partition("=")[0]}"'}


def test_an_empty_page_has_cursors_only_where_the_knob_says(simulate: Simulate, get: Get) -> None:
    response = get(simulate(), "after=1")
    assert (response.status, response.body) == (200, b"[]")
    assert "cb-before" not in response.headers
    assert get(simulate(cursors_on_empty=True), "after=1").headers["cb-after"] == "1"


def test_a_request_without_user_agent_is_refused(simulate: Simulate) -> None:
    response = simulate().handle("GET", "/products/BTC-USD/trades", "", {})
    assert response.status == 400
    assert response.body == b'{"message":"User-Agent header is required."}'
    assert len(response.body) == 44


def test_product_ids_are_case_sensitive_unless_told(simulate: Simulate) -> None:
    path = "/products/btc-usd/trades"
    response = simulate().handle("GET", path, "", AGENT)
    assert (response.status, response.body) == (404, b'{"message":"NotFound"}')
    assert simulate(ignore_case=True).handle("GET", path, "", AGENT).status == 200


def test_headers_are_those_recorded(simulate: Simulate, get: Get) -> None:
    response = get(simulate(max_age_seconds=1), "limit=2")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=1"
    assert response.headers["ETag"].startswith(f'W/"{len(response.body):x}-')
    assert response.headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
