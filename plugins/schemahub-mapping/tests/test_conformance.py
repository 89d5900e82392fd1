"""The mapping keeps what every transformer promises."""

from __future__ import annotations

from schemahub.testing import TransformerConformance
from schemahub_mapping import MappingTransformer

MAPPING = """\
exchange: coinbase
version: 1
columns:
  trade_id: {from: trade_id, type: int}
  side: {from: side, map: {buy: SELL, sell: BUY}}
  price: {from: price, type: decimal}
  quantity: {from: size, type: decimal}
  trade_ts: {from: time, type: timestamp, format: iso8601}
"""
ROW = b'{"trade_id":%d,"side":"%s","size":"0.10000000","price":"10.5","time":"2026-01-01T00:00:00.5Z"}'


class TestMapping(TransformerConformance):
    kind = MappingTransformer
    mapping = MAPPING
    other_mapping = MAPPING.replace("{buy: SELL, sell: BUY}", "{buy: BUY, sell: SELL}")
    wrong_mapping = MAPPING.replace("type: decimal", "type: decimel", 1)
    good = tuple(ROW % (number, side) for number, side in enumerate((b"buy", b"sell", b"buy"), 1))
    bad = (ROW % (4, b"both"), b'{"trade_id":5}')
    drifting = (ROW % (6, b"sell"))[:-1] + b',"sequence":7}'
    drift = "sequence"
