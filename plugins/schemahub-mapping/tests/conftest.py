"""A mapping's text, and the transformer made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemahub.layout import StreamId
from schemahub.transformer import RawLines, Transformed
from schemahub_mapping import MappingTransformer

TEXT = """\
exchange: coinbase
version: 1
columns:
  trade_id: {from: trade_id, type: int}
  side: {from: side, map: {buy: SELL, sell: BUY}}
  price: {from: price, type: decimal}
  quantity: {from: size, type: decimal}
  trade_ts: {from: time, type: timestamp, format: iso8601}
"""

Transform = Callable[..., Transformed]


@pytest.fixture
def text() -> str:
    return TEXT


@pytest.fixture
def transform() -> Transform:
    """Transform bytes by the mapping above, with lines replaced or added."""

    def run(data: bytes, changes: dict[str, str] | None = None, mapping: str = TEXT) -> Transformed:
        for before, after in (changes or {}).items():
            assert before in mapping
            mapping = mapping.replace(before, after)
        batch = RawLines(stream=StreamId("coinbase", "BTC-USD"), source="raw/x", ingest_us=123_456, data=data)
        return MappingTransformer.open("coinbase", mapping, "x.yaml").transform(batch)

    return run
