"""A symbol that the exchange's list tells, not the product's id."""

from __future__ import annotations

import pyarrow as pa
import pytest

from schemahub.errors import ConfigError
from schemahub.layout import StreamId
from schemahub.transformer import RawLines
from schemahub_mapping import MappingTransformer

MAPPING = """
exchange: kraken
version: 1
columns:
  symbol: {product: listed%s}
  trade_id: {from: 0, type: int}
  side: {from: 1, map: {b: BUY, s: SELL}}
  price: {from: 2, type: decimal}
  quantity: {from: 3, type: decimal}
  trade_ts: {from: 4, format: epoch_s}
"""
LINE = b'[1,"b","2.5","0.1",1700000000]\n'


def symbols(product: str, symbol: str | None, more: str = "") -> set[str]:
    batch = RawLines(
        stream=StreamId("kraken", product), source="x", ingest_us=1, data=LINE * 3 + b"oops\n", symbol=symbol
    )
    transformer = MappingTransformer.open("kraken", MAPPING % more, "x.yaml")
    assert transformer.uses_symbols
    return set(pa.table(transformer.transform(batch).rows)["symbol"].to_pylist())


def test_the_symbol_is_the_one_that_the_batch_comes_with() -> None:
    assert symbols("XXBTZUSD", "BTC-USD") == {"BTC-USD"}


def test_the_map_comes_first() -> None:
    assert symbols("BCHABCUSD", None, ", map: {BCHABCUSD: BCH-USD}") == {"BCH-USD"}
    assert symbols("XXBTZUSD", "XBT-USD", ", map: {XXBTZUSD: BTC-USD}") == {"BTC-USD"}
    assert symbols("XETHZUSD", "ETH-USD", ", map: {XXBTZUSD: BTC-USD}") == {"ETH-USD"}


def test_without_one_the_trades_wait_in_raw() -> None:
    with pytest.raises(
        ConfigError,
        match=r"does not know what the product is .*found XXBTZUSD.*"
        r"update-seed --exchange kraken.*XXBTZUSD: BASE-QUOTE",
    ):
        symbols("XXBTZUSD", None)


def test_the_digest_tells_a_listed_symbol_from_an_id() -> None:
    by_list = MappingTransformer.open("kraken", MAPPING % "", "x.yaml")
    by_id = MappingTransformer.open("kraken", MAPPING.replace("listed%s", "true"), "x.yaml")
    assert by_list.digest != by_id.digest
    assert not by_id.uses_symbols
