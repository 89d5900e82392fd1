"""Which positions to fetch next, and what is done: pure functions over the checkpoint."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemahub.checkpoint import Checkpoint, Plan, PlanKind, TokenMark, Watermark
from schemahub.errors import IntegrityError
from schemahub.layout import RawName
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from schemahub.model import Head
    from schemahub.settings import IngestSettings


REST, ARCHIVE = "rest", "archive"
"""Where a plan's trades come from; a plan has one source, so no batch holds lines of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What a backfill fetches next: a span, and where from."""

    span: Span
    source: str


def new_plan(kind: PlanKind, span: Span, settings: IngestSettings, now_us: int, source: str = REST) -> Plan:
    """Return a plan for `span`, ready to be made durable."""
    return Plan(
        id=str(uuid.uuid4()),
        kind=kind,
        span=span,
        created_us=now_us,
        batch_size=settings.batch_size,
        codec=settings.codec,
        source=source,
    )


def live_span(checkpoint: Checkpoint, start: int, end: int) -> Span | None:
    """Return what live ingestion lacks up to `end`; `start` counts only before the first plan."""
    first = checkpoint.watermark.position + 1 if checkpoint.watermark else start
    return Span(first, end) if first <= end else None


def backfill_span(checkpoint: Checkpoint, wanted: SpanSet, settings: IngestSettings) -> Span | None:
    """Return the next piece of a backfill: at most `plan_batches` batches, cut on the grid.

    Of sparse ids nobody knows how many make a batch: they are not cut.
    """
    missing = wanted - checkpoint.accounted
    if not missing:
        return None
    if checkpoint.ids is not Ids.DENSE:
        return missing.spans[0]
    return next(missing.spans[0].cut(_plan_size(settings)))


def backfill_piece(
    checkpoint: Checkpoint, wanted: SpanSet, offer: Piece | None, settings: IngestSettings
) -> Piece | None:
    """Return the next piece of a backfill: what was offered, as far as it is missing still.

    A bulk file is taken uncut: it is downloaded as a whole anyway, and fetched in minutes. Ids
    with holes stay uncut, whatever was offered: a range of them says nothing about how many trades it has.
    """
    missing = wanted - checkpoint.accounted
    if not missing or offer is None or checkpoint.ids is not Ids.DENSE:
        span = backfill_span(checkpoint, wanted, settings)
        return Piece(span=span, source=REST) if span else None
    offered = SpanSet((offer.span,))
    if offer.source == ARCHIVE and missing.covers(offered):
        return offer
    # Pages go no farther than what was offered for them: a file may be there for what comes behind. One plan
    # reads all that is missing there, since a file may lack a trade here and there.
    near = (missing & offered).bounds() if offer.source == REST else None
    return Piece(span=next((near or missing.spans[0]).cut(_plan_size(settings))), source=REST)


def _plan_size(settings: IngestSettings) -> int:
    return settings.batch_size * settings.plan_batches


def by_pages(checkpoint: Checkpoint, plan: Plan, settings: IngestSettings) -> Checkpoint:
    """Turn an archive plan into one that is read by pages, if it is still the plan.

    Its id and its grid stay. So does a batch's name, in case another runner is just about to store what it
    has read from the file: whoever is first has stored it, and there are no two of it. What is left of the
    plan is cut short, since a live run should not wait for a month of pages.
    """
    if checkpoint.plan != plan:
        return checkpoint
    rest = SpanSet((plan.span,)) - checkpoint.accounted
    if not rest:
        return advance(checkpoint)
    cell = rest.spans[0].first // plan.batch_size
    last = min(plan.span.last, (cell + settings.plan_batches) * plan.batch_size - 1)
    return replace(checkpoint, plan=replace(plan, source=REST, span=Span(plan.span.first, last)))


def without_plan(checkpoint: Checkpoint, plan: Plan) -> Checkpoint:
    """Let go of an archive plan whose file is read to its end: what it lacked is for other plans."""
    return replace(checkpoint, plan=None) if checkpoint.plan == plan else checkpoint


def done_since(checkpoint: Checkpoint, time_us: int) -> bool:
    """Tell whether a live plan that was made after `time_us` is done, and nothing is under way.

    The newest batch says so if it ends at the watermark: its name has the time of its plan. A plan that
    was empty leaves no batch; then the answer is no.
    """
    mark, newest = checkpoint.watermark, checkpoint.newest
    if checkpoint.plan is not None or mark is None or newest is None:
        return False
    name = RawName.parse(newest)
    return name.created_us > time_us and name.last == mark.position


def check_head(checkpoint: Checkpoint, head: Head, where: str) -> None:
    """Refuse a head below the watermark, unless it is merely an old answer from a cache.

    Ids that were reset come with a younger trade at a lower position; a stale page comes with an older
    one, and then there is just nothing new.
    """
    mark = checkpoint.watermark
    if mark is None or mark.time_ns is None or not head.positions:
        return
    if head.positions[-1] < mark.position and head.times_ns[-1] > mark.time_ns:
        msg = "the exchange's newest trade is below the watermark, yet younger: were its ids reset?"
        raise IntegrityError(
            msg, where=where, expected=f"at least {mark.position}", found=str(head.positions[-1])
        )


def advance(checkpoint: Checkpoint, time_ns: int | None = None) -> Checkpoint:
    """Draw the conclusions from what is covered: watermark, requests fulfilled, plan done.

    The watermark is the end of the plan's accounted prefix, so it cannot pass a hole that is not
    recorded as a gap, nor move backwards (R3). `time_ns` is the time of the last trade stored.
    """
    known = _moved(checkpoint, time_ns)
    return replace(known, tokens=_needed(known))


def _moved(checkpoint: Checkpoint, time_ns: int | None) -> Checkpoint:
    requested = checkpoint.requested - checkpoint.accounted
    plan = checkpoint.plan
    if plan is None:
        return replace(checkpoint, requested=requested)
    rest = SpanSet((plan.span,)) - checkpoint.accounted
    mark = checkpoint.watermark
    if plan.kind is PlanKind.LIVE:
        reached = rest.spans[0].first - 1 if rest else plan.span.last
        if reached >= plan.span.first and (mark is None or reached > mark.position):
            mark = Watermark(position=reached, time_ns=time_ns)
    return replace(checkpoint, requested=requested, plan=plan if rest else None, watermark=mark)


def _needed(checkpoint: Checkpoint) -> tuple[TokenMark, ...]:
    """Return the newest mark of each position that something is to be fetched after."""
    if not checkpoint.tokens:
        return ()
    plan = SpanSet((checkpoint.plan.span,)) if checkpoint.plan else SpanSet()
    missing = (plan | checkpoint.requested) - checkpoint.accounted
    wanted = {span.first - 1 for span in missing}
    if checkpoint.watermark:
        wanted.add(checkpoint.watermark.position)
    marks = {mark.position: mark for mark in checkpoint.tokens if mark.position in wanted}
    return tuple(marks[position] for position in sorted(marks))
