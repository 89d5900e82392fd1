"""A lake, an exchange and the actors that work on them; what R1 to R4 say of it at any moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from stage import Actor, SteppedStore
from tiny_chains import chained
from tiny_exchange import EPOCH_NS, SECOND_NS, TinyExchange, Wire

from schemahub._clock import Stop
from schemahub._ingest.assemble import assemble
from schemahub._lake.checkpoint_objects import CheckpointObjects
from schemahub._lake.parquet_table import ParquetTable
from schemahub._lake.raw_objects import RawObjects
from schemahub._transform.job import TransformJob
from schemahub._transform.run import transform
from schemahub.builtin.memory_store import MemoryStore
from schemahub.events import Event, PlanStarted
from schemahub.layout import RawName, StreamId, batch_uuid
from schemahub.model import Ids
from schemahub.settings import IngestSettings, TransformSettings
from schemahub.spans import Span, SpanSet
from schemahub.testing import FakeClock
from schemahub.transformer import RawLines, Transformed, Transformer

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemahub._ingest.product import ProductIngest
    from schemahub.checkpoint import Checkpoint

STREAM = StreamId("tiny", "T-USD")
SETTINGS = IngestSettings(batch_size=10, plan_batches=2, chunk_concurrency=1, page_attempts=3)
ROWS = pa.schema(
    [(name, pa.string()) for name in ("exchange", "symbol", "trade_id", "side")]
    + [("price", pa.float64()), ("quantity", pa.float64())]
    + [(name, pa.timestamp("us", "UTC")) for name in ("trade_ts", "ingest_ts")]
)


class TinyTransformer(Transformer):
    """The unified schema from the tiny exchange's lines."""

    digest = "tiny"

    @classmethod
    def open(cls, exchange: str, mapping: str, source: str) -> TinyTransformer:
        raise AssertionError((exchange, mapping, source))

    def transform(self, batch: RawLines) -> Transformed:
        rows = [json.loads(line) for line in batch.data.splitlines()]
        table = pa.Table.from_pylist(
            [
                {
                    "exchange": "TINY",
                    "symbol": batch.stream.product,
                    "trade_id": str(row["trade_id"]),
                    "side": "BUY",
                    "price": float(row["price"]),
                    "quantity": 1.0,
                    "trade_ts": row["time_ns"] // 1_000,
                    "ingest_ts": batch.ingest_us,
                }
                for row in rows
            ],
            schema=ROWS,
        )
        return Transformed(rows=table, lines=range(len(rows)))


class World:
    """What exists outside of all processes, and what the test remembers of it."""

    def __init__(self, head: int, kind: type[TinyExchange] = TinyExchange) -> None:
        self.exchange = kind(head=head)
        self.dense = chained(self.exchange).ids is Ids.DENSE
        self.store = MemoryStore()
        self.clock = FakeClock(EPOCH_NS + 1_000_000 * SECOND_NS)
        self.actors: list[Actor] = []
        self.asked = SpanSet()
        self.overlaps_allowed = False
        self.forgetful = False
        self._greatest_watermark = -1
        self._seen: dict[str, bytes] = {}

    @property
    def raw(self) -> RawObjects:
        return RawObjects(self.store)

    def checkpoint(self) -> Checkpoint | None:
        stored = CheckpointObjects(self.store).load(STREAM)
        return stored.checkpoint if stored else None

    def ingest(self, work: Callable[[ProductIngest], None]) -> Actor:
        def run(actor: Actor) -> None:
            store = SteppedStore(self.store, actor)
            work(
                assemble(
                    STREAM,
                    connector=chained(self.exchange),
                    http=Wire(self.exchange, actor.io),
                    raw=RawObjects(store),
                    checkpoints=CheckpointObjects(store),
                    settings=SETTINGS,
                    check_lease=lambda: None,
                    clock=self.clock,
                    stop=Stop(),
                    emit=self._note,
                )
            )

        return Actor("ingest", run)

    def transform(self) -> Actor:
        def run(actor: Actor) -> None:
            store = SteppedStore(self.store, actor)
            job = TransformJob(
                raw=RawObjects(store),
                table=ParquetTable(store),
                store=store,
                transformer_for=lambda _: TinyTransformer(),
                clock=self.clock,
                stop=Stop(),
                settings=TransformSettings(rows_per_commit=25, threads=1),
            )
            transform(job)

        return Actor("transform", run)

    def lose_checkpoint(self) -> None:
        self.store.delete(STREAM.checkpoint_key)
        # Whoever was at work goes on from memory: what only it knew may be asked for by nobody any more.
        self.overlaps_allowed |= bool(self.actors)
        self.forgetful |= bool(self.actors)
        # What was asked for and never stored is forgotten with it; holes between batches are not.
        names = SpanSet.of(stored.name.span for stored in self.raw.list(STREAM))
        bounds = names.bounds()
        self.asked = SpanSet((bounds,)) if bounds else SpanSet()
        self._greatest_watermark = -1

    def raw_positions(self) -> list[int]:
        found = []
        for stored in self.raw.list(STREAM):
            lines = self.raw.open(stored).read().splitlines()
            positions = [json.loads(line)["trade_id"] for line in lines]
            if self.dense:
                assert positions == list(range(stored.name.first, stored.name.last + 1)), (
                    "a batch spans a hole"
                )
            else:
                existing = self.exchange.serve(stored.name.first, stored.name.last)
                assert positions == existing, "a batch holds all that exists of its range, and nothing else"
            assert len(positions) == stored.name.count
            assert lines == [self.exchange.line(position) for position in positions], "R1 verbatim"
            found += positions
        return found

    def table_positions(self) -> list[int]:
        table = ParquetTable(self.store)
        found: list[int] = []
        for file in table.snapshot().files:
            content = pa.BufferReader(self.store.get(file.key).data)
            found += map(int, pq.read_table(content)["trade_id"].to_pylist())
        return found

    def check_always(self) -> None:
        """Check what holds at every moment, whoever is in the middle of what."""
        for info in self.store.list("raw_"):
            data = self.store.get(info.key).data
            assert self._seen.setdefault(info.key, data) == data, "R6 an object was overwritten"
        checkpoint = self.checkpoint()
        if checkpoint is None:
            return
        stored = [found.name for found in self.raw.list(STREAM)]
        names = SpanSet.of(name.span for name in stored)
        assert names.covers(checkpoint.covered), "covered positions that are not in raw"
        self._check_plan(checkpoint, stored)
        mark = checkpoint.watermark
        if mark is None:
            return
        assert mark.position >= self._greatest_watermark, "R3 the watermark moved back"
        self._greatest_watermark = mark.position
        passed = self.asked & SpanSet((Span(0, mark.position),))
        plan = SpanSet((checkpoint.plan.span,)) if checkpoint.plan else SpanSet()
        left = passed - checkpoint.accounted - checkpoint.requested - plan
        assert self.forgetful or not left, f"R3 the watermark passed a hole that is not on record: {left}"

    def check_nothing_lost(self) -> None:
        """Check that whatever was asked for, and exists, is in raw (R1)."""
        asked = {position for span in self.asked for position in range(span.first, span.last + 1)}
        known = self.checkpoint()
        beyond = known.gap_spans if known and not self.dense else SpanSet()
        missing = {i for i in asked & self.exchange.present() - set(self.raw_positions()) if i not in beyond}
        assert not missing, f"R1 lost {sorted(missing)}"

    def _check_plan(self, checkpoint: Checkpoint, stored: list[RawName]) -> None:
        plan = checkpoint.plan
        mine = [
            name.span for name in stored if plan and name.uuid == batch_uuid(plan.id, name.first, name.last)
        ]
        if plan and mine:
            reached = SpanSet((Span(plan.span.first, max(span.last for span in mine)),))
            skipped = reached - SpanSet.of(mine) - checkpoint.accounted
            assert not skipped, f"what is stored of a plan is no prefix of it: {skipped} is missing"

    def check_in_the_end(self) -> None:
        """Check what holds after a last run without faults."""
        raw = self.check_raw()
        if not self.forgetful:
            self.check_nothing_lost()
        table = self.table_positions()
        assert len(table) == len(set(table)), "R2 twice in the table"
        assert set(table) == set(raw), "R2 raw and table differ"

    def check_raw(self) -> list[int]:
        """Check R1 after a last run without faults; return the positions in raw."""
        raw = self.raw_positions()
        if not self.overlaps_allowed:
            assert len(raw) == len(set(raw)), "R1 twice in raw"
        return raw

    def _note(self, event: Event) -> None:
        if isinstance(event, PlanStarted):
            self.asked |= SpanSet((event.span,))
