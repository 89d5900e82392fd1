"""`hub.ohlcv` and `hub.vwap`: the macros, asked for in Python."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.unit.query.made import Row, commit

import schemahub
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from schemahub._query.answer import SqlResult
    from schemahub.hub import Hub

MINUTE = 60_000_000
ROWS = [
    Row(trade_id=str(at), at_us=at * MINUTE, price=10.0 + at, quantity=1.0 + at, exchange=exchange)
    for exchange in ("COINBASE", "KRAKEN")
    for at in range(4)
]


@pytest.fixture
def hub() -> Hub:
    hub = schemahub.open("memory://bars")
    commit(hub.lake.store, [ROWS])
    return hub


def first(result: SqlResult) -> dict[str, object]:
    return dict(zip(result.columns, result.rows[0], strict=True))


def test_bars_are_those_of_the_macro(hub: Hub) -> None:
    bar = first(hub.ohlcv("BTC-USD", "1 day", exchange="kraken"))
    prices = [bar[name] for name in ("open", "high", "low", "close")]
    assert (bar["exchange"], prices) == ("KRAKEN", [10.0, 13.0, 10.0, 13.0])
    assert (bar["volume"], bar["trades"]) == (10.0, 4)


def test_averages_are_weighted(hub: Hub) -> None:
    average = first(hub.vwap("BTC-USD", timedelta(days=1)))
    assert average["vwap"] == pytest.approx((10 * 1 + 11 * 2 + 12 * 3 + 13 * 4) / 10)


def test_exchanges_are_not_mixed(hub: Hub) -> None:
    assert [row[0] for row in hub.ohlcv("BTC-USD", "1 day").rows] == ["COINBASE", "KRAKEN"]


def test_start_is_inclusive_and_end_exclusive(hub: Hub) -> None:
    everything = hub.vwap("BTC-USD", timedelta(minutes=1), exchange="coinbase")
    buckets = [row[1] for row in everything.rows]
    assert len(buckets) == 4
    some = hub.vwap("BTC-USD", "1 minute", start=buckets[1], end=buckets[3], exchange="coinbase")
    assert [row[1] for row in some.rows] == buckets[1:3]
    assert hub.ohlcv("BTC-USD", start=date(2100, 1, 1)).rows == ()


def test_what_the_table_has_nothing_of_is_refused(hub: Hub) -> None:
    with pytest.raises(ConfigError, match="BTC-USD"):
        hub.ohlcv("BTC-USDT")
    with pytest.raises(ConfigError):
        hub.vwap("BTC-USD", exchange="gemini")
    with pytest.raises(ConfigError, match="no time zone"):
        hub.vwap("BTC-USD", start=datetime(2026, 1, 1))  # noqa: DTZ001 - that is what is wrong


def test_quotes_are_text(hub: Hub) -> None:
    with pytest.raises(ConfigError, match="the query failed"):
        hub.ohlcv("BTC-USD", "1h') --")
    empty = schemahub.open("memory://no-bars")
    assert empty.ohlcv("O'X", start=datetime(2026, 1, 1, tzinfo=UTC)).rows == ()
