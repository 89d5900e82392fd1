"""A small lake of raw objects whose table is in Iceberg, and what must hold of it at any moment."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from tiny_trades import (
    DENSE,
    SPARSE,
    START_US,
    STREAMS,
    TinyTransformer,
    batch_span,
    is_bad,
    raw_object,
    trades,
)

import schemahub
from schemahub._clock import Stop
from schemahub._compact.job import CompactJob
from schemahub._compact.run import compact
from schemahub._lake.parquet_file import SCHEMA
from schemahub._transform.job import TransformJob
from schemahub._transform.rebuild import rebuild
from schemahub._transform.run import transform
from schemahub.events import silent
from schemahub.settings import CompactSettings, FileSettings, TransformSettings
from schemahub.spans import Span
from schemahub.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from schemahub._lake.opening import Lake
    from schemahub._transform.result import TransformResult
    from schemahub.events import Emit
    from schemahub.layout import StreamId
    from schemahub.object_store import ObjectStore
    from schemahub.table import Snapshot
    from schemahub.transformer import RawLines, Transformed
    from schemahub_iceberg.table import IcebergTable

FILES = FileSettings(rows_per_file=1_000, rows_per_group=50)
BATCH = 20
Ids = set[tuple[str, int]]


class OfExchange(TinyTransformer):
    """Makes rows of the exchange that it was asked for."""

    def __init__(self, exchange: str) -> None:
        super().__init__("first")
        self._exchange = exchange.upper()

    def transform(self, batch: RawLines) -> Transformed:
        done = super().transform(batch)
        rows: pa.Table = done.rows
        named = pa.array([self._exchange] * rows.num_rows, SCHEMA.field("exchange").type)
        return dataclasses.replace(done, rows=rows.set_column(0, SCHEMA.field("exchange"), named))


class World:
    """The lake at a path; every actor opens it anew, as another process would, unless it is `alone`."""

    def __init__(
        self,
        url: Path | str,
        watch: Callable[[ObjectStore], ObjectStore] | None = None,
        *,
        alone: bool = False,
        streams: Sequence[StreamId] = STREAMS,
        **options: object,
    ) -> None:
        self._url = url
        self._watch = watch or (lambda store: store)
        self._options = options
        self._kept: Lake | None = None
        self._alone = alone
        self._streams = streams
        self._clock = FakeClock(time.time_ns())
        self.raw: Ids = set()

    def open(self) -> Lake:
        if self._kept is not None:
            return self._kept
        options = {f"tables.iceberg.{name}": value for name, value in self._options.items()}
        lake = schemahub.open(self._url, overrides={"table": "iceberg", **options}).lake
        if self._alone:
            self._kept = lake
        return lake

    def table(self) -> IcebergTable:
        """Return the table as a new process would have it."""
        lake = self.open()
        table = lake.table if self._alone else lake.table.over(self._watch(lake.store))
        made: IcebergTable = table  # type: ignore[assignment]  # named so
        return made

    def put_raw(self, batches: int, first: int = 1) -> None:
        """Put raw objects of all streams."""
        raw = self.open().raw
        for number in range(batches):
            for stream in self._streams:
                start = first + number * BATCH
                named = batch_span(stream, Span(start, start + BATCH - 1))
                assert named is not None
                raw.put(raw_object(stream, named, START_US + number))
                self.raw |= _made(stream, trades(stream, named))

    def transform(
        self, rows: int = 2 * BATCH, *, one_commit: bool | None = None, emit: Emit = silent
    ) -> TransformResult:
        """Bring raw into the table, in units of so many rows."""
        job = self.job(rows)
        settings = job.settings.model_copy(update={"one_commit": one_commit})
        return transform(dataclasses.replace(job, settings=settings, emit=emit))

    def rebuild(self) -> None:
        rebuild(self.job(10 * BATCH))

    def compact(self, *, left: bool = False) -> None:
        """Compact; with `left`, a day that others were faster at may be left to the next time."""
        table, lake = self.table(), self.open()
        job = CompactJob(
            table=table,
            store=self._watch(lake.store),
            clock=self._clock,
            stop=Stop(),
            files=FILES,
            settings=CompactSettings(),
            grace_seconds=1.0,
        )
        result = compact(job)
        assert result.complete or left, result

    def later(self, seconds: float) -> None:
        """Let time pass for those who clean up."""
        self._clock.advance(seconds)

    def check(self) -> Snapshot:
        """Check that what Iceberg's readers see is what the state says, and is whole (R2)."""
        lake = self.open()
        table: IcebergTable = lake.table  # type: ignore[assignment]  # named so
        state = table.snapshot()
        loaded = table._catalog.load()
        seen = loaded.scan().to_arrow().to_pydict() if loaded and loaded.current_snapshot() else None
        found = [] if seen is None else list(zip(seen["symbol"], map(int, seen["trade_id"]), strict=True))
        covered = set()
        for stream in self._streams:
            for span in state.covered_of(stream).spans:
                covered |= _made(stream, trades(stream, span))
        assert len(found) == len(set(found)), "a trade is there twice"
        assert set(found) == covered, "rows and covered positions became visible apart"
        in_files = []
        for file in state.files:
            with lake.store.open(file.key) as stream:
                rows = pq.read_table(stream).to_pydict()
            in_files += list(zip(rows["symbol"], map(int, rows["trade_id"]), strict=True))
        assert sorted(in_files) == sorted(found), "the state names other files than Iceberg does"
        return state

    def check_in_the_end(self) -> None:
        """Check that all of raw is in the table."""
        self.check()
        state = self.table().snapshot()
        assert state.pending is None
        found = {
            one
            for s in self._streams
            for span in state.covered_of(s).spans
            for one in _made(s, trades(s, span))
        }
        assert found == self.raw

    def job(self, rows: int) -> TransformJob:
        lake = self.open()
        return TransformJob(
            raw=lake.raw,
            table=self.table(),
            store=self._watch(lake.store),
            transformer_for=OfExchange,
            clock=self._clock,
            stop=Stop(),
            settings=TransformSettings(rows_per_commit=rows, threads=1, tries=200),
            files=FILES,
        )


def _made(stream: StreamId, ids: list[int]) -> Ids:
    return {(stream.product, number) for number in ids if not is_bad(number)}


__all__ = ["DENSE", "SPARSE", "World"]
