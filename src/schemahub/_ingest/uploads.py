"""Store one plan's cells in order: gaps first, then objects, then the checkpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub._ingest.batches import Origin, cut_batches
from schemahub._ingest.blocks import without
from schemahub._ingest.gaps import record
from schemahub._ingest.plan import advance
from schemahub.events import BatchStored, Emit, GapSeen
from schemahub.layout import us
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub._clock import Clock
    from schemahub._ingest.blocks import Block
    from schemahub._ingest.ledger import Ledger
    from schemahub.checkpoint import Checkpoint, Plan
    from schemahub.raw_sink import RawBatch, RawSink


class Uploader:
    """Puts what was fetched of a plan, cell by cell, in plan order.

    The order of the three steps is the guarantee: a hole is on record before the objects around it
    exist, and an object exists before the checkpoint says so. A kill between any two leaves a prefix.
    """

    def __init__(
        self,
        ledger: Ledger,
        raw: RawSink,
        check_lease: Callable[[], None],
        clock: Clock,
        emit: Emit,
    ) -> None:
        """Keep the surroundings."""
        self.trades = 0
        """Trades that this uploader added to raw."""
        self._ledger = ledger
        self._raw = raw
        self._check_lease = check_lease
        self._clock = clock
        self._emit = emit

    def store(self, plan: Plan, blocks: Sequence[Block], holes: SpanSet) -> bool:
        """Store one cell's blocks and holes; return whether there is still a plan to go on with.

        Another runner may have finished the plan meanwhile: then all of it is stored.
        """
        self._check_lease()
        checkpoint = self._record(plan, holes)
        if checkpoint.plan != plan:
            return False
        # Another runner may have recorded gaps since this one read its pages. Those positions belong to
        # the recheck alone, even if the exchange has served them here.
        kept = list(without(blocks, checkpoint.gap_spans))
        origin = Origin(id=plan.id, created_us=plan.created_us, codec=plan.codec)
        batches = list(cut_batches(self._ledger.stream, origin, kept))
        for batch in batches:
            self.put(batch)
        covering = self._cover(batches, kept[-1].last_time_ns if kept else None)
        return covering.plan == plan

    def put(self, batch: RawBatch) -> None:
        """Store one batch, or adopt it if it is there already."""
        self._check_lease()
        began = self._clock.monotonic()
        stored = self._raw.put(batch)
        self._emit(
            BatchStored(
                stream=batch.stream,
                key=f"{batch.stream.raw_prefix}{batch.name}",
                span=batch.name.span,
                count=batch.name.count,
                bytes=len(batch.data),
                seconds=self._clock.monotonic() - began,
                adopted=not stored,
            )
        )
        if stored:
            self.trades += batch.name.count

    def _record(self, plan: Plan, holes: SpanSet) -> Checkpoint:
        seen_us = us(self._clock.now_ns())
        before: list[SpanSet] = []

        def add(checkpoint: Checkpoint) -> Checkpoint:
            before[:] = [checkpoint.accounted]
            return record(checkpoint, holes, seen_us) if checkpoint.plan == plan else checkpoint

        checkpoint = self._ledger.update(add)
        for gap in checkpoint.gaps:
            if gap.span in (holes - before[0]).spans:
                self._emit(GapSeen(stream=self._ledger.stream, span=gap.span, state=gap.state, again=False))
        return checkpoint

    def _cover(self, batches: Sequence[RawBatch], time_ns: int | None) -> Checkpoint:
        covered = SpanSet.of(batch.name.span for batch in batches)

        def add(checkpoint: Checkpoint) -> Checkpoint:
            # A late runner adds nothing to what is covered: its batch is not the one stored last.
            adds = bool(covered - checkpoint.covered)
            known = replace(
                checkpoint,
                covered=checkpoint.covered | covered,
                newest=str(batches[-1].name) if adds else checkpoint.newest,
            )
            return advance(known, time_ns)

        return self._ledger.update(add)


def cells(plan: Plan, missing: SpanSet) -> list[tuple[Span, SpanSet]]:
    """Return the plan's cells that lack something, ascending, each with what it lacks.

    Dense batches are cut on a grid (multiples of the plan's batch size), so that any runner cuts the
    same ones wherever it starts.
    """
    found: list[tuple[int, SpanSet]] = []
    for span in missing:
        for piece in span.cut(plan.batch_size):
            number = piece.first // plan.batch_size
            if found and found[-1][0] == number:
                found[-1] = (number, found[-1][1] | SpanSet((piece,)))
            else:
                found.append((number, SpanSet((piece,))))
    size = plan.batch_size
    return [(Span(number * size, number * size + size - 1), lacking) for number, lacking in found]
