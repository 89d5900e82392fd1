"""Store one plan's cells in order: gaps first, then objects, then the checkpoint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub._ingest.batches import Origin, cut_batches
from schemahub._ingest.blocks import without
from schemahub._ingest.gaps import record
from schemahub._ingest.plan import advance
from schemahub.checkpoint import GapState
from schemahub.events import BatchStored, Emit, GapSeen
from schemahub.layout import us
from schemahub.spans import SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemahub._clock import Clock
    from schemahub._ingest.cells import Cell
    from schemahub._ingest.ledger import Ledger
    from schemahub.checkpoint import Checkpoint, Plan, TokenMark
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
        self.unreachable = False
        """Whether the exchange no longer served something between what is stored and what was asked for."""
        self._ledger = ledger
        self._raw = raw
        self._check_lease = check_lease
        self._clock = clock
        self._emit = emit

    def store(self, plan: Plan, cell: Cell) -> bool:
        """Store one cell's blocks and holes; return whether there is still a plan to go on with.

        Another runner may have finished the plan meanwhile: then all of it is stored.
        """
        self._check_lease()
        checkpoint = self._record(plan, cell)
        if checkpoint.plan != plan:
            return False
        # Another runner may have recorded gaps since this one read its pages. Those positions belong to
        # the recheck alone, even if the exchange has served them here.
        kept = list(without(cell.blocks, checkpoint.gap_spans))
        origin = Origin(id=plan.id, created_us=plan.created_us, codec=plan.codec)
        batches = list(cut_batches(self._ledger.stream, origin, kept))
        for batch in batches:
            self.put(batch)
        covering = self._cover(batches, kept[-1].last_time_ns if kept else None, cell.mark)
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

    def _record(self, plan: Plan, cell: Cell) -> Checkpoint:
        seen_us = us(self._clock.now_ns())
        before: list[SpanSet] = []

        def add(checkpoint: Checkpoint) -> Checkpoint:
            before[:] = [checkpoint.accounted]
            if checkpoint.plan != plan:
                return checkpoint
            known = record(checkpoint, cell.holes, seen_us)
            return record(known, cell.beyond, seen_us, GapState.OUT_OF_REACH)

        checkpoint = self._ledger.update(add)
        self.unreachable |= bool(cell.beyond) and checkpoint.plan == plan
        for gap in checkpoint.gaps:
            if gap.span in ((cell.holes | cell.beyond) - before[0]).spans:
                self._emit(GapSeen(stream=self._ledger.stream, span=gap.span, state=gap.state, again=False))
        return checkpoint

    def _cover(self, batches: Sequence[RawBatch], time_ns: int | None, mark: TokenMark | None) -> Checkpoint:
        covered = SpanSet.of(batch.name.span for batch in batches)

        def add(checkpoint: Checkpoint) -> Checkpoint:
            # A late runner adds nothing to what is covered: its batch is not the one stored last.
            adds = bool(covered - checkpoint.covered)
            known = replace(
                checkpoint,
                covered=checkpoint.covered | covered,
                newest=str(batches[-1].name) if adds else checkpoint.newest,
                tokens=(*checkpoint.tokens, mark) if mark else checkpoint.tokens,
            )
            return advance(known, time_ns)

        return self._ledger.update(add)
