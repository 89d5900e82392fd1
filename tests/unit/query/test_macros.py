"""The macros against the same sums done slowly in Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.query.made import DAY_US, FIRST_US, Row, commit

from schemahub._query.sql import run_sql
from schemahub._query.views import macros
from schemahub.builtin.memory_store import MemoryStore
from schemahub.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemahub._query.answer import SqlResult

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000


def asked(files: list[list[Row]], query: str) -> SqlResult:
    store = MemoryStore()
    return run_sql(query, commit(store, files), store)


def moment(at_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=FIRST_US + at_us)


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.at_us, int(row.trade_id)))


def bars(rows: list[Row], width_us: int) -> list[tuple[object, ...]]:
    """Return what `ohlcv` must give, one bar after another."""
    found = []
    for exchange, start in sorted({(row.exchange, row.at_us // width_us * width_us) for row in rows}):
        own = in_order(r for r in rows if r.exchange == exchange and start <= r.at_us < start + width_us)
        prices = [row.price for row in own]
        volume = sum(row.quantity for row in own)
        found.append(
            (exchange, moment(start), prices[0], max(prices), min(prices), prices[-1], volume, len(own))
        )
    return found


@st.composite
def tables(draw: st.DrawFn) -> list[list[Row]]:
    """Draw files of trades that often share their microsecond, within files and between them."""
    count = draw(st.integers(1, 30))
    rows = [
        Row(
            exchange=draw(st.sampled_from(["COINBASE", "KRAKEN"])),
            symbol=draw(st.sampled_from(["BTC-USD", "BTC-USD", "ETH-USD"])),
            # 9 and 10 sort otherwise as text than as numbers.
            trade_id=str(number),
            at_us=draw(st.sampled_from([0, 1, HOUR - 1, HOUR, HOUR + 1, 2 * HOUR, DAY_US - 1])),
            # Halves add up without rounding, in whatever order.
            price=draw(st.integers(1, 8)) / 2,
            quantity=draw(st.integers(1, 8)) / 2,
        )
        for number in range(1, count + 1)
    ]
    files: list[list[Row]] = [[], [], []]
    for row in rows:
        files[draw(st.integers(0, 2))].append(row)
    return [file for file in files if file]


@settings(max_examples=40)  # a session each
@given(files=tables(), width=st.sampled_from([HOUR, DAY_US, 2, 7_200_000_000]))
def test_bars_are_those_of_the_trades_in_order(files: list[list[Row]], width: int) -> None:
    rows = [row for file in files for row in file if row.symbol == "BTC-USD"]
    found = asked(files, f"FROM ohlcv('BTC-USD', INTERVAL {width} MICROSECOND)")
    assert list(found.rows) == bars(rows, width)


@settings(max_examples=25)
@given(files=tables())
def test_the_average_is_weighted_by_volume(files: list[list[Row]]) -> None:
    rows = [row for file in files for row in file if row.symbol == "ETH-USD"]
    found = asked(files, "FROM vwap('ETH-USD', '1 hour')")
    slow = bars(rows, HOUR)
    assert [(row[0], row[1], row[3], row[4]) for row in found.rows] == [
        (b[0], b[1], b[6], b[7]) for b in slow
    ]
    for exchange, bucket, average, volume, _ in found.rows:
        turnover = sum(
            row.price * row.quantity
            for row in rows
            if (row.exchange, moment(row.at_us // HOUR * HOUR)) == (exchange, bucket)
        )
        assert average == pytest.approx(turnover / float(str(volume)))


@given(
    us=st.integers(0, 4_102_444_800_000_000),
    width=st.one_of(
        st.integers(1, 10**13).map(lambda us: f"{us} microseconds"),
        st.integers(1, 400).map(lambda days: f"{days} days"),
        st.integers(1, 30).map(lambda months: f"{months} months"),
        st.sampled_from(["1 week", "1 year", "90s", "4h", "1 day 12 hours"]),
    ),
)
def test_buckets_begin_where_time_bucket_says(us: int, width: str) -> None:
    with duckdb.connect() as session:
        for statement in macros():
            if " AS TABLE" not in statement:
                session.execute(statement)
        theirs = f"epoch_us(time_bucket(INTERVAL '{width}', make_timestamp({us})))"
        found = session.execute(f"SELECT schemahub_bucket({us}, '{width}'), {theirs}").fetchone()
    assert found is not None
    assert found[0] == found[1]


ROWS = [Row(trade_id=str(hour), at_us=hour * HOUR, price=float(hour + 1)) for hour in range(72)]
FILES = [ROWS[:24], ROWS[24:40], ROWS[40:48], ROWS[48:]]


@pytest.mark.parametrize(
    "arguments",
    [
        "'1 day', '2024-01-02', '2024-01-03'",
        "INTERVAL 1 DAY, DATE '2024-01-02', DATE '2024-01-03'",
        "86400, TIMESTAMP '2024-01-02 00:00:00', '2024-01-02T23:00:00.000001Z'",
        "'24h', '2024-01-02T01:00:00+01:00', TIMESTAMPTZ '2024-01-03 01:00:00+01:00'",
        "86400.0, \"to\" := '2024-01-03', \"from\" := '2024-01-02'",
    ],
)
def test_an_interval_and_times_may_be_written_in_many_ways(arguments: str) -> None:
    found = asked(FILES, f"FROM ohlcv('BTC-USD', {arguments})")
    assert found.rows == (("COINBASE", moment(DAY_US), 25.0, 48.0, 25.0, 48.0, 12.0, 24),)
    average = asked(FILES, f"FROM vwap('BTC-USD', {arguments})")
    assert average.rows == (("COINBASE", moment(DAY_US), 36.5, 12.0, 24),)


def test_the_start_is_included_and_the_end_is_not() -> None:
    found = asked(FILES, "FROM ohlcv('BTC-USD', '1h', '2024-01-01T22:00:00Z', '2024-01-02T01:00:00Z')")
    assert [row[2] for row in found.rows] == [23.0, 24.0, 25.0]


def test_days_are_utc_days_in_any_session() -> None:
    query = (
        "SET TimeZone = 'Pacific/Auckland'; SELECT epoch_us(bucket), trades FROM ohlcv('BTC-USD', '1 day')"
    )
    assert asked(FILES, query).rows == tuple((FIRST_US + day * DAY_US, 24) for day in range(3))
    # A time without a zone is the session's, and no trade near midnight is lost.
    query = "SET TimeZone = 'Pacific/Auckland'; SELECT trades FROM vwap('BTC-USD', '7 days', '2024-01-02')"
    assert asked(FILES, query).rows == ((72 - 11,),)


def test_an_unknown_symbol_has_no_bars() -> None:
    assert asked(FILES, "FROM ohlcv('NO-USD', '1 day')").rows == ()
    assert asked([], "FROM vwap('NO-USD', '1 day')").rows == ()


def test_trades_without_volume_have_no_average() -> None:
    assert asked(
        [[Row(trade_id="1", at_us=0, quantity=0.0)]], "SELECT vwap FROM vwap('BTC-USD', 60)"
    ).rows == ((None,),)


def test_ids_that_are_no_numbers_have_an_order_too() -> None:
    files = [
        [Row(trade_id="b", at_us=0, price=2.0), Row(trade_id="x", at_us=0, price=5.0)],
        [Row(trade_id="a", at_us=0, price=1.0), Row(trade_id="c", at_us=0, price=3.0)],
    ]
    assert asked(files, "SELECT open, close FROM ohlcv('BTC-USD', 60)").rows == ((1.0, 5.0),)


@pytest.mark.parametrize("interval", ["'0s'", "-60", "NULL", "'soon'", "'1 month 1 day'"])
def test_an_interval_that_leads_nowhere_is_refused(interval: str) -> None:
    for macro in ("ohlcv", "vwap"):
        with pytest.raises(ConfigError, match=r"^the query failed: .*([Ii]nterval|INTERVAL)"):
            asked(FILES, f"FROM {macro}('BTC-USD', {interval})")
