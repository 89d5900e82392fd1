"""Faults of transformers."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from faulty.fault import breaks
from schemahub.errors import ConfigError
from schemahub_mapping import MappingTransformer

if TYPE_CHECKING:
    from schemahub.transformer import RawLines, Transformed


def table(done: Transformed) -> Any:  # noqa: ANN401 - pyarrow has no types
    return pa.table(done.rows)


@breaks("CT-TRF-01", "drops bad lines")
class Dropping(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        return replace(super().transform(batch), rejected=())


@breaks("CT-TRF-02", "prices as text")
class Textual(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        rows = table(done)
        at = rows.column_names.index("price")
        return replace(done, rows=rows.set_column(at, "price", rows.column("price").cast(pa.string())))


@breaks("CT-TRF-03", "sorts rows by id, newest first")
class Sorting(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        return replace(done, rows=table(done).sort_by([("trade_id", "descending")]))


@breaks("CT-TRF-04", "remembers drift of batches before")
class Remembering(MappingTransformer):
    seen: ClassVar[set[str]] = set()

    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        self.seen.update(done.drift)
        return replace(done, drift=tuple(sorted(self.seen)))


@breaks("CT-TRF-05", "prints bad lines anew")
class Reprinting(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        bad = tuple(replace(each, data=each.data.replace(b" ", b"") + b" ") for each in done.rejected)
        return replace(done, rejected=bad)


@breaks("CT-TRF-06", "says nothing of new fields")
class Quiet(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        return replace(super().transform(batch), drift=())


@breaks("CT-TRF-07", "the clock's time")
class Clocked(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        return super().transform(replace(batch, ingest_us=time.time_ns() // 1_000))


@breaks("CT-TRF-08", "one digest for all mappings")
class Fixed(MappingTransformer):
    @property
    def digest(self) -> str:
        return "0"


@breaks("CT-TRF-09", "believes that all lines are JSON")
class Trusting(MappingTransformer):
    def transform(self, batch: RawLines) -> Transformed:
        if any(not line.endswith(b"}") for line in batch.data.splitlines()):
            msg = "no JSON"
            raise ValueError(msg)
        return super().transform(batch)


@breaks("CT-TRF-10", "does not say which file is wrong")
class Vague(MappingTransformer):
    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> MappingTransformer:
        try:
            return super().open(exchange, mapping, source)
        except ConfigError as error:
            msg = "the mapping is wrong"
            raise ConfigError(msg) from error
