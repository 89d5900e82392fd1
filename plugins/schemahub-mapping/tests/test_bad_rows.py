"""One bad line costs one line: it is rejected with its rule, number and bytes (R2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.transformer import Transformed

    Transform = Callable[..., Transformed]

GOOD = b'{"trade_id":7,"side":"buy","size":"1","price":"1","time":"2020-01-01T00:00:00Z"}'


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (b"", b"oops", "json: Expecting value"),
        (b"", b"", "json: Expecting value"),
        (b"", b"[1,2", "json: Expecting ',' delimiter"),
        (b"", b"17", "json: neither an object nor an array"),
        (b"", b"[" * 100_000, "json: nested too deep"),
        (b"", GOOD + GOOD, "json: Extra data"),
        (b'"buy"', b'"b\xff"', "json: not UTF-8"),
        (b'"buy"', b'"\\ud800"', "json: not UTF-8"),
        (b'"buy"', b'{"a":1}', "json: a value is an object or an array"),
        (b'"buy"', b"NaN", "json: NaN is no JSON"),
        (b'"buy"', b'"bought"', "side: not in the map"),
        (b'"buy"', b"null", "side: missing"),
        (b'"side":"buy",', b"", "side: missing"),
        (b'"price":"1"', b'"price":"abc"', "price: no decimal"),
        (b'"price":"1"', b'"price":""', "price: no decimal"),
        (b'"price":"1"', b'"price":"nan"', "price: no decimal"),
        (b'"price":"1"', b'"price":"-inf"', "price: no decimal"),
        (b'"price":"1"', b'"price":"1e999"', "price: no decimal"),
        (b'"price":"1"', b'"price":true', "price: no decimal"),
        (b":7", b':"0x7"', "trade_id: no int"),
        (b":7", b":7.5", "trade_id: no int"),
        (b":7", b":99999999999999999999", "trade_id: no int"),
        (b"01-01T", b"02-31T", "trade_ts: no iso8601 timestamp"),
        (b"00Z", b"00", "trade_ts: no iso8601 timestamp"),
        (b"2020-01-01", b"0001-01-01", "trade_ts: no iso8601 timestamp"),
        (b"2020-01-01", b"1969-12-31", "trade_ts: no iso8601 timestamp"),
        (b"2020-01-01", b"2262-04-12", "trade_ts: no iso8601 timestamp"),
        (b"2020-01-01", b"9999-12-31", "trade_ts: no iso8601 timestamp"),
        (b'"2020-01-01T00:00:00Z"', b'""', "trade_ts: no iso8601 timestamp"),
        (b'"2020-01-01T00:00:00Z"', b"null", "trade_ts: missing"),
        (b"00Z", b"00.1234567890Z", "trade_ts: no iso8601 timestamp"),
    ],
)
def test_one_bad_line_costs_one_line(transform: Transform, before: bytes, after: bytes, rule: str) -> None:
    bad = GOOD.replace(before, after, 1) if before else after
    done = transform(b"\n".join([GOOD, bad, GOOD, b""]))
    assert [(one.line, one.rule, one.data) for one in done.rejected] == [(1, rule, bad)]
    assert list(done.lines) == [0, 2]
    assert pa.table(done.rows).num_rows == 2


def test_a_bad_first_line_costs_no_more(transform: Transform) -> None:
    done = transform(b"\n".join([b"oops", GOOD, GOOD, b""]))
    assert list(done.lines) == [1, 2]


def test_every_line_may_be_bad(transform: Transform) -> None:
    bad = GOOD.replace(b"buy", b"?")
    done = transform((bad + b"\n") * 3 + b"oops\n")
    assert [one.line for one in done.rejected] == [0, 1, 2, 3]
    assert pa.table(done.rows).num_rows == 0


def test_a_side_must_be_one(transform: Transform) -> None:
    done = transform(GOOD + b"\n", {", map: {buy: SELL, sell: BUY}": ""})
    assert [one.rule for one in done.rejected] == ["side: neither BUY nor SELL"]


@pytest.mark.parametrize(
    "value", ["-1", "9223372037", "1e10", '"soon"', '""', "-0.000000001", "9223372036854775808"]
)
def test_an_epoch_out_of_range_is_rejected(transform: Transform, value: str) -> None:
    data = GOOD.replace(b'"2020-01-01T00:00:00Z"', value.encode()) + b"\n"
    good = GOOD.replace(b'"2020-01-01T00:00:00Z"', b"1") + b"\n"
    done = transform(good * 8 + data + good, {"iso8601": "epoch_s"})
    assert [(one.line, one.rule) for one in done.rejected] == [(8, "trade_ts: no epoch_s timestamp")]


def test_many_bad_values_cost_no_more_than_they_are(transform: Transform) -> None:
    bad = GOOD.replace(b'"price":"1"', b'"price":"-"')
    done = transform(b"\n".join([GOOD, bad, GOOD, GOOD.replace(b'"price":"1"', b'"price":"1e999"')] * 50))
    assert len(done.rejected) == 100
    assert list(done.lines) == list(range(0, 200, 2))


def test_an_epoch_in_the_wrong_unit_is_not_wrapped_round(transform: Transform) -> None:
    data = GOOD.replace(b'"2020-01-01T00:00:00Z"', b"1513036800123456") + b"\n"
    done = transform(data, {"iso8601": "epoch_s"})
    assert [one.rule for one in done.rejected] == ["trade_ts: no epoch_s timestamp"]
