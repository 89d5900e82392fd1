"""Trades small enough to enumerate: which day an id falls on, which is bad, and raw objects of them."""

from __future__ import annotations

import json

import pyarrow as pa

from schemahub._lake.parquet_file import SCHEMA
from schemahub.codec import compressor
from schemahub.layout import RawName, StreamId, batch_uuid
from schemahub.raw_sink import RawBatch
from schemahub.spans import Span
from schemahub.transformer import RawLines, Rejected, Transformed, Transformer

DENSE, SPARSE = StreamId("tiny", "A-USD"), StreamId("tiny", "B-USD")
STREAMS = (DENSE, SPARSE)
START_US = 1_704_067_200_000_000  # 2024-01-01
_DAY_US = 86_400_000_000
_PLAN = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def is_bad(position: int) -> bool:
    """Tell whether no row can be made of this trade."""
    return position % 11 == 5


def trades(stream: StreamId, span: Span) -> list[int]:
    """Return the trades of these positions: all, or where ids are sparse six of ten."""
    ids = range(span.first, span.last + 1)
    return [i for i in ids if stream == DENSE or i * 7 % 10 < 6]


def batch_span(stream: StreamId, span: Span) -> Span | None:
    """Return the range in a batch's name: from right behind a trade up to one; None if there are none."""
    found = trades(stream, span)
    if not found:
        return None
    first = found[0]
    while not trades(stream, Span(first - 1, first - 1)):
        first -= 1
    return Span(first, found[-1])


def time_us(position: int) -> int:
    """Return a trade's time: thirty-two ids a day, two at a time, every seventh a day late."""
    late = _DAY_US if position % 7 == 3 else 0
    return START_US + 2 * _DAY_US + (position // 2) * (_DAY_US // 16) - late


def raw_object(stream: StreamId, span: Span, created_us: int) -> RawBatch:
    """Return the raw object that holds these positions, as a plan made then would name it."""
    ids = trades(stream, span)
    lines = (json.dumps({"id": position}).encode() + b"\n" for position in ids)
    pack = compressor("none")
    name = RawName(
        created_us=created_us,
        uuid=batch_uuid(_PLAN, span.first, span.last),
        first=span.first,
        last=span.last,
        count=len(ids),
        codec="none",
    )
    return RawBatch(stream=stream, name=name, data=pack.compress(b"".join(lines)) + pack.flush())


class TinyTransformer(Transformer):
    """Makes rows of tiny trades and rejects the bad ones; `digest` says which mapping it pretends to have."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> TinyTransformer:
        raise AssertionError((exchange, mapping, source))

    @property
    def digest(self) -> str:
        return self._digest

    def transform(self, batch: RawLines) -> Transformed:
        lines = batch.data.splitlines()
        ids = [json.loads(line)["id"] for line in lines]
        good = [number for number, position in enumerate(ids) if not is_bad(position)]
        rows = [
            {
                "exchange": "TINY",
                "symbol": batch.stream.product,
                "trade_id": str(ids[number]),
                "side": "BUY",
                "price": float(ids[number]),
                "quantity": 1.0,
                "trade_ts": time_us(ids[number]),
                "ingest_ts": batch.ingest_us,
            }
            for number in good
        ]
        bad = (number for number, position in enumerate(ids) if is_bad(position))
        rejected = tuple(Rejected(line=number, rule="bad", data=lines[number]) for number in bad)
        return Transformed(rows=pa.Table.from_pylist(rows, SCHEMA), lines=good, rejected=rejected)
