"""The lines that exchanges send, by the mappings that they need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from schemahub.errors import ConfigError
from schemahub.layout import StreamId
from schemahub.transformer import RawLines
from schemahub_mapping import MappingTransformer

if TYPE_CHECKING:
    from collections.abc import Callable

BINANCE = """\
exchange: binance
version: 1
ignore: [quoteQty, isBestMatch]
columns:
  symbol: {product: true, map: {BTCUSDT: BTC-USDT, ETHBTC: ETH-BTC}}
  trade_id: {from: id, type: int}
  side: {from: isBuyerMaker, type: bool, map: {true: SELL, false: BUY}}
  price: {from: price}
  quantity: {from: qty}
  trade_ts: {from: time, type: timestamp, format: epoch}
"""
BINANCE_ARCHIVE = """\
exchange: binance
version: 1
ignore: [3, 6]
columns:
  symbol: {product: true, map: {BTCUSDT: BTC-USDT}}
  trade_id: {from: 0, type: int}
  side: {from: 5, type: bool, map: {true: SELL, false: BUY}}
  price: {from: 1}
  quantity: {from: 2}
  trade_ts: {from: 4, type: timestamp, format: epoch}
"""
KRAKEN = """\
exchange: kraken
version: 1
ignore: [4, 5]
columns:
  symbol: {product: true, map: {XXBTZUSD: BTC-USD}}
  trade_id: {from: 6, type: int}
  side: {from: 3, map: {b: BUY, s: SELL}}
  price: {from: 0}
  quantity: {from: 1}
  trade_ts: {from: 2, type: timestamp, format: epoch_s}
"""
BITSTAMP = """\
exchange: bitstamp
version: 1
columns:
  symbol: {product: true, map: {btcusd: BTC-USD}}
  trade_id: {from: tid, type: int}
  side: {from: type, map: {0: BUY, 1: SELL}}
  price: {from: price}
  quantity: {from: amount}
  trade_ts: {from: date, type: timestamp, format: epoch_s}
"""
OKX = """\
exchange: okx
version: 1
columns:
  symbol: {from: instId}
  trade_id: {from: tradeId}
  side: {from: side, map: {buy: BUY, sell: SELL}}
  price: {from: px}
  quantity: {from: sz}
  trade_ts: {from: ts, type: timestamp, format: epoch_ms}
"""
BYBIT = """\
exchange: bybit
version: 1
ignore: [isBlockTrade]
columns:
  symbol: {from: symbol, map: {BTCUSDT: BTC-USDT}}
  trade_id: {from: execId}
  side: {from: side, map: {Buy: BUY, Sell: SELL}}
  price: {from: price}
  quantity: {from: size}
  trade_ts: {from: time, type: timestamp, format: epoch_ms}
"""
GEMINI = """\
exchange: gemini
version: 1
ignore: [timestamp, exchange]
columns:
  symbol: {product: true, map: {btcusd: BTC-USD}}
  trade_id: {from: tid, type: int}
  side: {from: type, map: {buy: BUY, sell: SELL}}
  price: {from: price}
  quantity: {from: amount}
  trade_ts: {from: timestampms, type: timestamp, format: epoch_ms}
"""


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, ... microsecond


EXAMPLES = [
    pytest.param(
        BINANCE,
        "BTCUSDT",
        b'{"id":28457,"price":"4.00000100","qty":"12.00000000","quoteQty":"48.000012","time":1499865549590,'
        b'"isBuyerMaker":true,"isBestMatch":true}',
        ("BTC-USDT", "28457", "SELL", 4.000001, 12.0, at(2017, 7, 12, 13, 19, 9, 590_000)),
        id="binance",
    ),
    pytest.param(
        BINANCE,
        "ETHBTC",
        b'{"id":28458,"price":"4.0","qty":"1e-8","quoteQty":"0","time":1735689600123456,'
        b'"isBuyerMaker":false,"isBestMatch":true}',
        ("ETH-BTC", "28458", "BUY", 4.0, 1e-8, at(2025, 1, 1, 0, 0, 0, 123_456)),
        id="binance-in-microseconds",
    ),
    pytest.param(
        BINANCE_ARCHIVE,
        "BTCUSDT",
        b'["28457","4.00000100","12.00000000","48.000012","1499865549590","True","True"]',
        ("BTC-USDT", "28457", "SELL", 4.000001, 12.0, at(2017, 7, 12, 13, 19, 9, 590_000)),
        id="binance-archive",
    ),
    pytest.param(
        KRAKEN,
        "XXBTZUSD",
        b'["64122.30000","0.00100000",1762820035.9822777,"b","l","",61044953]',
        ("BTC-USD", "61044953", "BUY", 64122.3, 0.001, at(2025, 11, 11, 0, 13, 55, 982_277)),
        id="kraken",
    ),
    pytest.param(
        KRAKEN,
        "XXBTZUSD",
        b'["64122.30000","0.00100000",1762820036,"s","m","",61044954]',
        ("BTC-USD", "61044954", "SELL", 64122.3, 0.001, at(2025, 11, 11, 0, 13, 56)),
        id="kraken-whole-second",
    ),
    pytest.param(
        BITSTAMP,
        "btcusd",
        b'{"date":"1560481868","tid":"90574283","price":"8194.79","type":"1","amount":"0.00288599"}',
        ("BTC-USD", "90574283", "SELL", 8194.79, 0.00288599, at(2019, 6, 14, 3, 11, 8)),
        id="bitstamp",
    ),
    pytest.param(
        BITSTAMP,
        "btcusd",
        b'{"date":1560481868,"tid":90574283,"price":8194.79,"type":0,"amount":0.00288599}',
        ("BTC-USD", "90574283", "BUY", 8194.79, 0.00288599, at(2019, 6, 14, 3, 11, 8)),
        id="bitstamp-numbers",
    ),
    pytest.param(
        OKX,
        "BTC-USDT",
        b'{"instId":"BTC-USDT","side":"sell","sz":"0.00001","px":"29963.2","tradeId":"242720720",'
        b'"ts":"1654161646974"}',
        ("BTC-USDT", "242720720", "SELL", 29963.2, 1e-5, at(2022, 6, 2, 9, 20, 46, 974_000)),
        id="okx",
    ),
    pytest.param(
        BYBIT,
        "BTCUSDT",
        b'{"execId":"2100000000007764263","symbol":"BTCUSDT","price":"16618.49","size":"0.00012",'
        b'"side":"Buy","time":"1672052955758","isBlockTrade":false}',
        ("BTC-USDT", "2100000000007764263", "BUY", 16618.49, 0.00012, at(2022, 12, 26, 11, 9, 15, 758_000)),
        id="bybit",
    ),
    pytest.param(
        BYBIT,
        "BTCUSDT",
        b'{"execId":"a9dfbbe6-3c1d-5b0f-8a2f-000000000001","symbol":"BTCUSDT","price":"16618.49",'
        b'"size":"0.00012","side":"Sell","time":"1672052955758","isBlockTrade":false}',
        (
            "BTC-USDT",
            "a9dfbbe6-3c1d-5b0f-8a2f-000000000001",
            "SELL",
            16618.49,
            0.00012,
            at(2022, 12, 26, 11, 9, 15, 758_000),
        ),
        id="bybit-uuid",
    ),
    pytest.param(
        GEMINI,
        "btcusd",
        b'{"timestamp":1591404856,"timestampms":1591404856123,"tid":2840140831246421,"price":"9633.01",'
        b'"amount":"0.00092","exchange":"gemini","type":"buy"}',
        ("BTC-USD", "2840140831246421", "BUY", 9633.01, 0.00092, at(2020, 6, 6, 0, 54, 16, 123_000)),
        id="gemini",
    ),
]

# Alone, among its like, and after a line that is no JSON at all: by shape, and line by line.
AROUND: list[Callable[[bytes], bytes]] = [
    lambda line: line,
    lambda line: b"\n".join([line] * 9),
    lambda line: line + b"\noops",
]


@pytest.mark.parametrize(("mapping", "product", "line", "expected"), EXAMPLES)
@pytest.mark.parametrize("around", AROUND, ids=["alone", "many", "lines"])
def test_an_exchange_s_line(
    mapping: str, product: str, line: bytes, expected: tuple[object, ...], around: Callable[[bytes], bytes]
) -> None:
    exchange = mapping.split()[1]
    batch = RawLines(stream=StreamId(exchange, product), source="x", ingest_us=1, data=around(line))
    done = MappingTransformer.open(exchange, mapping, "x.yaml").transform(batch)
    rows = pa.table(done.rows).drop_columns(["exchange", "ingest_ts"]).to_pylist()
    assert {tuple(row.values()) for row in rows} == {expected}
    assert done.drift == ()
    assert len(done.rejected) == around(line).count(b"oops")


def test_times_in_several_units_of_one_batch() -> None:
    line = EXAMPLES[0].values[2]
    assert isinstance(line, bytes)
    texts = [b"1499865549", b"1499865549590", b"1735689600123456", b"1735689600123456789", b"1499865549.5"]
    data = b"\n".join(line.replace(b"1499865549590", text) for text in texts)
    batch = RawLines(stream=StreamId("binance", "BTCUSDT"), source="x", ingest_us=1, data=data)
    done = MappingTransformer.open("binance", BINANCE, "x.yaml").transform(batch)
    assert pa.table(done.rows)["trade_ts"].to_pylist() == [
        at(2017, 7, 12, 13, 19, 9),
        at(2017, 7, 12, 13, 19, 9, 590_000),
        at(2025, 1, 1, 0, 0, 0, 123_456),
        at(2025, 1, 1, 0, 0, 0, 123_456),
        at(2017, 7, 12, 13, 19, 9, 500_000),
    ]


def test_a_product_that_the_map_leaves_out_waits_in_raw() -> None:
    batch = RawLines(stream=StreamId("binance", "DOGEUSDT"), source="x", ingest_us=1, data=b"{}")
    with pytest.raises(
        ConfigError, match=r"x\.yaml: .* does not name .*found DOGEUSDT.*DOGEUSDT: BASE-QUOTE"
    ):
        MappingTransformer.open("binance", BINANCE, "x.yaml").transform(batch)


def test_a_symbol_that_the_map_leaves_out_rejects_the_row() -> None:
    line = next(one for one in EXAMPLES if one.id == "bybit").values[2]
    assert isinstance(line, bytes)
    data = line.replace(b'"BTCUSDT"', b'"DOGEUSDT"')
    batch = RawLines(stream=StreamId("bybit", "x"), source="x", ingest_us=1, data=data)
    done = MappingTransformer.open("bybit", BYBIT, "x.yaml").transform(batch)
    assert [one.rule for one in done.rejected] == ["symbol: not in the map"]
