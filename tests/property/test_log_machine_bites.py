"""The state machine is only worth its time if it catches known mistakes: each is put back here once."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from test_log import LogMachine

from schemahub._ingest import fetch, product, stored, uploads
from schemahub._ingest.batches import Origin, cut_batches
from schemahub._ingest.blocks import Block
from schemahub.checkpoint import GapState
from schemahub.errors import IntegrityError, StalledError
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemahub.checkpoint import Checkpoint, Plan, PlanKind, TokenMark
    from schemahub.layout import StreamId
    from schemahub.raw_sink import RawBatch, RawSink

    Mistake = Callable[[pytest.MonkeyPatch], None]
    NextSpan = Callable[[Checkpoint], Span | None]

BRIEFLY = settings(
    max_examples=600,
    stateful_step_count=50,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def save_before_put(patch: pytest.MonkeyPatch) -> None:
    """The checkpoint says covered, then the object is put."""
    cover, put = uploads.Uploader._cover, uploads.Uploader.put
    held: dict[int, list[RawBatch]] = {}

    def keep(self: uploads.Uploader, batch: RawBatch) -> None:
        held.setdefault(id(self), []).append(batch)

    def cover_then_put(
        self: uploads.Uploader, batches: list[RawBatch], time_ns: int | None, mark: TokenMark | None
    ) -> Checkpoint:
        checkpoint = cover(self, batches, time_ns, mark)
        for batch in held.pop(id(self), []):
            put(self, batch)
        return checkpoint

    patch.setattr(uploads.Uploader, "put", keep)
    patch.setattr(uploads.Uploader, "_cover", cover_then_put)


def name_from_the_clock(patch: pytest.MonkeyPatch) -> None:
    """A batch's name holds the time it was written at, not the plan's."""
    ticks = itertools.count(1)

    def late(stream: StreamId, origin: Origin, blocks: Iterable[Block]) -> Iterator[RawBatch]:
        created_us = origin.created_us + next(ticks)
        return cut_batches(stream, replace(origin, created_us=created_us), blocks)

    patch.setattr(uploads, "cut_batches", late)


def batch_spanning_a_hole(patch: pytest.MonkeyPatch) -> None:
    """All of a cell goes into one object, holes or not."""

    def whole(stream: StreamId, origin: Origin, blocks: Iterable[Block]) -> Iterator[RawBatch]:
        parts = list(blocks)
        if parts:
            span = Span(parts[0].span.first, parts[-1].span.last)
            data = b"".join(part.data for part in parts)
            yield from cut_batches(stream, origin, [Block(span=span, data=data)])

    patch.setattr(uploads, "cut_batches", whole)


def gap_recorded_too_late(patch: pytest.MonkeyPatch) -> None:
    """The objects around a hole are put before the hole is on record."""

    def forget(
        checkpoint: Checkpoint, holes: SpanSet, now_us: int, state: GapState = GapState.OPEN
    ) -> Checkpoint:
        del holes, now_us, state
        return checkpoint

    patch.setattr(uploads, "record", forget)


def puts_out_of_order(patch: pytest.MonkeyPatch) -> None:
    """Cells are stored from the end of the plan."""
    cells = fetch.plan_cells
    patch.setattr(fetch, "plan_cells", lambda plan, missing: cells(plan, missing)[::-1])


def plan_not_durable(patch: pytest.MonkeyPatch) -> None:
    """A runner that finds a plan replaces it by one of its own."""
    planned = product.ProductIngest._planned

    def afresh(self: product.ProductIngest, kind: PlanKind, next_span: NextSpan) -> tuple[Checkpoint, bool]:
        self._parts.ledger.update(lambda known: replace(known, plan=None))
        return planned(self, kind, next_span)

    patch.setattr(product.ProductIngest, "_planned", afresh)


def covered_from_the_plan(patch: pytest.MonkeyPatch) -> None:
    """A finished cell counts as covered whether its positions were read or not."""
    stored_of_plan = stored.stored_of_plan

    def generous(raw: RawSink, stream: StreamId, plan: Plan) -> SpanSet:
        bounds = stored_of_plan(raw, stream, plan).bounds()
        return SpanSet((bounds,)) if bounds else SpanSet()

    patch.setattr(product, "stored_of_plan", generous)


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (save_before_put, "not in this lake|not in raw"),
        (name_from_the_clock, "R1 twice"),
        (batch_spanning_a_hole, "spans a hole"),
        (gap_recorded_too_late, "is not done|passed a hole|no prefix"),
        (puts_out_of_order, "no prefix"),
        (plan_not_durable, "R1 twice|passed a hole"),
        (covered_from_the_plan, "not in raw"),
    ],
)
def test_the_machine_catches(mistake: Mistake, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake(monkeypatch)
    with pytest.raises((AssertionError, IntegrityError, StalledError), match=says):
        run_state_machine_as_test(LogMachine, settings=BRIEFLY)
