"""A lake of raw trades as ingest would leave it: names, bytes, checkpoints. Run it, or import `write`.

    python bench/lake_data.py LAKE --rows 1_000_000 --days 5 --codec zst

Each product's ids are dense. About one line in a hundred is there twice: each object begins with the last
one per cent of the one before, as after two runners without locks. One object is held in memory.
"""

from __future__ import annotations

import argparse
import json
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lake_lines import SHAPES, lines, unusual
from trades import PRODUCTS, trades

import schemahub
from schemahub.checkpoint import Checkpoint, Watermark
from schemahub.codec import compressor
from schemahub.layout import CODECS, RawName, StreamId, batch_uuid
from schemahub.raw_sink import RawBatch
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from trades import Product, Trades

    from schemahub.hub import Hub

DAY_US = 86_400_000_000
START_US = int(datetime(2024, 5, 1, tzinfo=UTC).timestamp()) * 1_000_000
PLAN_OBJECTS = 50
_SPACE = uuid.UUID("5f0c6f0e-4a0b-5d0e-9e57-0d7a6f1f2a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a lake holds: `rows` lines in all products together."""

    rows: int = 1_000_000
    days: float = 5
    codec: str = "zst"
    object_lines: int = 100_000
    shape: str = "usual"

    @property
    def overlap(self) -> int:
        """Count the lines at the start of an object that the one before it ends with."""
        return max(1, self.object_lines // 100)

    @property
    def fresh(self) -> int:
        """Count the lines of an object that are in none before it."""
        return self.object_lines - self.overlap

    @property
    def every(self) -> int:
        """One id in so many is spelt in the rare way, where the shape is a rare one."""
        return self.object_lines if self.shape == "bad line" else 1000

    def objects(self, product: Product) -> int:
        return max(1, round(self.rows * product.share / self.object_lines))

    def part(self, product: Product, number: int) -> Trades:
        """Return the trades that are new in an object."""
        first_id = product.first_id + number * self.fresh
        length = self.days * DAY_US / self.objects(product)
        return trades(
            product,
            number,
            ids=range(first_id, first_id + self.fresh),
            begin_us=START_US + int(number * length),
            end_us=START_US + int((number + 1) * length),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was stored; `trades` counts each once, and `bad` those that no table can take."""

    objects: int
    lines: int
    trades: int
    bad: int
    bytes: int


def write(lake: str, spec: Spec) -> Written:
    """Write a new lake."""
    hub = schemahub.open(lake)
    count = stored = bad = 0
    for product in PRODUCTS:
        before: Trades | None = None
        for number in range(spec.objects(product)):
            fresh = spec.part(product, number)
            again = lines(before.last(spec.overlap), spec.shape, spec.every) if before else b""
            body = again + lines(fresh, spec.shape, spec.every)
            stored += _put(hub, spec, product, number, body)
            bad += _bad(spec, fresh)
            before, count = fresh, count + 1
        _checkpoint(hub, spec, product, spec.objects(product))
    fresh_lines = count * spec.fresh
    overlaps = (count - len(PRODUCTS)) * spec.overlap
    return Written(objects=count, lines=fresh_lines + overlaps, trades=fresh_lines, bad=bad, bytes=stored)


def append(lake: str, spec: Spec, extra: int) -> Written:
    """Add the `extra`-th object (from 0) after those of the first product, as the next `ingest` would."""
    hub = schemahub.open(lake)
    product = PRODUCTS[0]
    number = spec.objects(product) + extra
    fresh = spec.part(product, number)
    stored = _put(hub, spec, product, number, lines(fresh, spec.shape, spec.every))
    _checkpoint(hub, spec, product, number + 1)
    return Written(objects=1, lines=spec.fresh, trades=spec.fresh, bad=_bad(spec, fresh), bytes=stored)


def name_of(spec: Spec, product: Product, number: int, span: Span) -> RawName:
    """Return an object's name: plans of fifty objects each, an hour apart, after the last day."""
    plan = number // PLAN_OBJECTS
    hours = (spec.days * 24 + 1 + plan) * DAY_US / 24
    return RawName(
        created_us=START_US + int(hours) + product.number,
        uuid=batch_uuid(str(uuid.uuid5(_SPACE, f"{product.id}/{plan}")), span.first, span.last),
        first=span.first,
        last=span.last,
        count=len(span),
        codec=spec.codec,
    )


def _put(hub: Hub, spec: Spec, product: Product, number: int, body: bytes) -> int:
    span = _span_of(spec, product, number)
    packer = compressor(spec.codec, len(body))
    data = packer.compress(body) + packer.flush()
    name = name_of(spec, product, number, span)
    hub.lake.raw.put(RawBatch(stream=StreamId("coinbase", product.id), name=name, data=data))
    return len(data)


def _bad(spec: Spec, fresh: Trades) -> int:
    return int(unusual(fresh.ids, spec.every).sum()) if spec.shape == "bad line" else 0


def _checkpoint(hub: Hub, spec: Spec, product: Product, objects: int) -> None:
    stream = StreamId("coinbase", product.id)
    found = hub.lake.checkpoints.load(stream)
    span = Span(product.first_id, product.first_id + objects * spec.fresh - 1)
    name = name_of(spec, product, objects - 1, _span_of(spec, product, objects - 1))
    hub.lake.checkpoints.save(
        Checkpoint(
            stream=stream,
            covered=SpanSet((span,)),
            watermark=Watermark(position=span.last, time_ns=None),
            newest=str(name),
        ),
        found.version if found else None,
    )


def _span_of(spec: Spec, product: Product, number: int) -> Span:
    first = product.first_id + number * spec.fresh
    overlap = spec.overlap if 0 < number < spec.objects(product) else 0
    return Span(first - overlap, first + spec.fresh - 1)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a lake holds."""
    parser.add_argument("--rows", type=int, default=Spec().rows, help="lines of all products together")
    parser.add_argument("--days", type=float, default=Spec().days)
    parser.add_argument("--codec", choices=CODECS, default=Spec().codec)
    parser.add_argument("--object-lines", type=int, default=Spec().object_lines)
    parser.add_argument("--shape", choices=SHAPES, default=Spec().shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake")
    parser.add_argument("--extra", type=int, help="add this one object to a lake written before")
    add_options(parser)
    options = vars(parser.parse_args())
    lake, extra = options.pop("lake"), options.pop("extra")
    spec = Spec(**options)
    print(json.dumps(asdict(write(lake, spec) if extra is None else append(lake, spec, extra))))


if __name__ == "__main__":
    main()
