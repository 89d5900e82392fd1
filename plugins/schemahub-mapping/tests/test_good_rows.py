"""What good lines become, on the vectorised path and line by line alike."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemahub.layout import StreamId
from schemahub.transformer import UNIFIED_COLUMNS, RawLines
from schemahub_mapping import MappingTransformer
from schemahub_mapping.parse_block import parse_block
from schemahub_mapping.reading import read_mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub.transformer import Transformed

    Transform = Callable[..., Transformed]

LINE = b'{"trade_id":%d,"side":"%s","size":"%s","price":"%s","time":"%s"}\n'
TIME = b"2014-11-07T22:19:28.578544Z"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def line(
    number: int = 7, *, side: bytes = b"buy", size: bytes = b"1", price: bytes = b"1", at: bytes = TIME
) -> bytes:
    return LINE % (number, side, size, price, at)


def rows(done: Transformed) -> list[dict[str, Any]]:
    return list(pa.table(done.rows).to_pylist())


# A second line that does not parse sends the whole batch down the slow path.
@pytest.fixture(params=[b"", b"oops\n"], ids=["block", "lines"])
def after(request: pytest.FixtureRequest) -> bytes:
    return bytes(request.param)


def test_a_coinbase_trade(transform: Transform, after: bytes) -> None:
    done = transform(line(74, side=b"sell", size=b"0.01000000", price=b"10.00000000") + after)
    assert rows(done) == [
        {
            "exchange": "COINBASE",
            "symbol": "BTC-USD",
            "trade_id": "74",
            "side": "BUY",
            "price": 10.0,
            "quantity": 0.01,
            "trade_ts": datetime(2014, 11, 7, 22, 19, 28, 578544, tzinfo=UTC),
            "ingest_ts": datetime(1970, 1, 1, 0, 0, 0, 123456, tzinfo=UTC),
        }
    ]
    assert list(done.lines) == [0]


def test_the_schema_is_the_unified_one(transform: Transform, after: bytes) -> None:
    schema = pa.table(transform(line() + after).rows).schema
    kinds = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in schema.types]
    found = [(name, str(kind).replace("tz=", "")) for name, kind in zip(schema.names, kinds, strict=True)]
    assert found == list(UNIFIED_COLUMNS)


def test_sides_are_turned_round_from_maker_to_taker(transform: Transform) -> None:
    assert [row["side"] for row in rows(transform(line(side=b"buy") + line(side=b"sell")))] == ["SELL", "BUY"]


@pytest.mark.parametrize(
    "text",
    ["0.00000001", "0.00000000", "123456789012345678.12", "0.1", "73271.63", "1e-8", "99999999999999999999"],
)
def test_decimals_go_to_the_nearest_double(transform: Transform, after: bytes, text: str) -> None:
    (row,) = rows(transform(line(size=text.encode(), price=text.encode()) + after))
    expected = struct.pack("d", float(text))
    assert struct.pack("d", row["price"]) == struct.pack("d", row["quantity"]) == expected


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2020-02-01T00:00:00Z", 0),
        ("2020-02-01T00:00:00.1Z", 100_000),
        ("2020-02-01T00:00:00.12345Z", 123_450),
        ("2020-02-01T00:00:00.123456789Z", 123_456),
        ("2020-02-01T00:00:00.999999999+00:00", 999_999),
        ("2020-02-01T01:00:00.5+01:00", 500_000),
    ],
)
def test_times_of_any_precision(transform: Transform, after: bytes, text: str, micros: int) -> None:
    (row,) = rows(transform(line(at=text.encode()) + after))
    assert row["trade_ts"] == datetime(2020, 2, 1, 0, 0, 0, micros, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "micros"),
    [
        ("epoch_s", "1513036800.123456789", 1_513_036_800_123_456),
        ("epoch_s", "1513036800", 1_513_036_800_000_000),
        ("epoch_ms", "1513036800123", 1_513_036_800_123_000),
        ("epoch_ms", '"1513036800123"', 1_513_036_800_123_000),
        ("epoch_us", "1513036800123457", 1_513_036_800_123_457),
        ("epoch_ns", "1513036800123456789", 1_513_036_800_123_456),
    ],
)
def test_epochs_lose_no_digit(transform: Transform, after: bytes, name: str, value: str, micros: int) -> None:
    data = line().replace(b'"' + TIME + b'"', value.encode()) + after
    (row,) = rows(transform(data, {"iso8601": name}))
    assert (row["trade_ts"] - EPOCH).total_seconds() * 1_000_000 == pytest.approx(micros, abs=0.5)


def test_numbers_are_as_good_as_text(transform: Transform, after: bytes) -> None:
    data = b'{"trade_id":"7","side":"buy","size":2,"price":10.5,"time":"%s"}\n' % TIME
    (row,) = rows(transform(data + after, {"from: price, type: decimal": "from: price"}))
    assert (row["trade_id"], row["price"], row["quantity"]) == ("7", 10.5, 2.0)


def test_rows_that_are_arrays(transform: Transform) -> None:
    changes = {
        "from: trade_id": "from: 0",
        "from: side, map: {buy": "from: 1, map: {b",
        "from: price": "from: 2",
        "from: size": "from: 3",
        "from: time": "from: 4",
        "iso8601": "epoch_s",
    }
    done = transform(b'[7,"b","10.5","2",1513036800.1234,"extra"]\n', changes)
    (row,) = rows(done)
    assert (row["trade_id"], row["side"], row["price"]) == ("7", "SELL", 10.5)
    assert row["trade_ts"] == datetime(2017, 12, 12, 0, 0, 0, 123_400, tzinfo=UTC)
    assert done.drift == ("5",)


def test_a_default_stands_in_for_what_is_missing(transform: Transform, after: bytes) -> None:
    data = line().replace(b'"size":"1",', b"") + line().replace(b'"size":"1"', b'"size":null')
    done = transform(data + after, {"from: size,": "from: size, default: 0.5,"})
    assert [row["quantity"] for row in rows(done)] == [0.5, 0.5]


def test_a_last_line_without_newline_counts(transform: Transform, after: bytes) -> None:
    assert len(rows(transform(line() + after + line().rstrip()))) == 2


def test_unnamed_fields_are_drift_unless_ignored(transform: Transform, after: bytes) -> None:
    data = line().replace(b"{", b'{"new":{"a":1},"known":1,') + line() + after
    assert transform(data).drift == ("known", "new")
    assert transform(data, {"columns:": "ignore: [known]\ncolumns:"}).drift == ("new",)


def test_the_digest_follows_the_meaning_only(text: str) -> None:
    def digest(mapping: str) -> str:
        return MappingTransformer.open("coinbase", mapping, "x").digest

    assert digest(text) == digest("# a comment\n" + text)
    assert digest(text) != digest(text.replace("buy: SELL", "buy: BUY"))


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**15),
            st.sampled_from([b"buy", b"sell"]),
            st.decimals(0, 10**12, allow_nan=False, places=8),
            st.datetimes(datetime(2010, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - printed with a Z
        ),
        min_size=1,
    )
)
def test_both_paths_make_the_same_rows(trades: list[tuple[int, bytes, Any, datetime]]) -> None:
    data = b"".join(
        line(
            number,
            side=side,
            size=str(size).encode(),
            price=f"{size:f}".encode(),
            at=f"{at.isoformat()}Z".encode(),
        )
        for number, side, size, at in trades
    )
    # Not a fixture: hypothesis runs the body many times.
    mapping = read_mapping("coinbase", MAPPING, "x")
    assert parse_block(data, mapping) is not None
    transformer = MappingTransformer(mapping)
    stream = StreamId("coinbase", "BTC-USD")
    fast, slow = (
        transformer.transform(RawLines(stream=stream, source="x", ingest_us=1, data=content))
        for content in (data, data + b"oops\n")
    )
    assert rows(fast) == rows(slow)
    assert len(fast.lines) == len(slow.lines) == len(trades)


MAPPING = """\
{exchange: coinbase, version: 1, columns: {
  trade_id: {from: trade_id}, side: {from: side, map: {buy: SELL, sell: BUY}}, price: {from: price},
  quantity: {from: size}, trade_ts: {from: time, format: iso8601}}}
"""
