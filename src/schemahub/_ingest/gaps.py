"""The life of a gap: open when first seen, re-read by later runs, confirmed, repaired or out of reach."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from schemahub.checkpoint import Checkpoint, Gap, GapState
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from collections.abc import Iterable

READS_TO_CONFIRM = 3
MICROSECONDS_BETWEEN_READS = 60_000_000


def record(
    checkpoint: Checkpoint, holes: SpanSet, now_us: int, state: GapState = GapState.OPEN
) -> Checkpoint:
    """Add holes as gaps; positions that are accounted for already are left alone."""
    fresh = holes - checkpoint.accounted
    gaps = [
        Gap(id=str(uuid.uuid4()), span=span, state=state, seen_us=now_us, read_us=now_us) for span in fresh
    ]
    return replace(checkpoint, gaps=_sorted((*checkpoint.gaps, *gaps))) if gaps else checkpoint


def request(checkpoint: Checkpoint, wanted: SpanSet, beyond: SpanSet, now_us: int) -> Checkpoint:
    """Ask for a range; what is `beyond` the exchange's reach is a gap at once."""
    known = record(checkpoint, beyond, now_us, GapState.OUT_OF_REACH)
    return replace(known, requested=(known.requested | wanted) - known.accounted)


def neighbourhood(gap: Gap) -> Span:
    """Return the gap with a position on either side, which tells an outage from a hole."""
    return Span(max(0, gap.span.first - 1), gap.span.last + 1)


def reread(checkpoint: Checkpoint, gap: Gap, served: SpanSet, now_us: int) -> Checkpoint:
    """Conclude from a reading of a gap and its neighbours, after its repairs are stored.

    What is served is covered from now on. The rest stays a gap: it counts as read if the last reading
    was a minute ago and a stored neighbour was served; it is out of reach if the exchange no longer
    serves its stored neighbours either, and stays so until the position below it is served.
    """
    known = next((other for other in checkpoint.gaps if other.id == gap.id), None)
    if known is None:
        return checkpoint
    repaired = served & SpanSet((known.span,))
    parts = [
        _seen_again(known, span, checkpoint, served, now_us) for span in SpanSet((known.span,)) - repaired
    ]
    others = (other for other in checkpoint.gaps if other.id != gap.id)
    return replace(checkpoint, covered=checkpoint.covered | repaired, gaps=_sorted((*others, *parts)))


def _seen_again(known: Gap, span: Span, checkpoint: Checkpoint, served: SpanSet, now_us: int) -> Gap:
    # A gap that fell into parts goes on as several: each needs an id of its own, that all runners agree on.
    part = known if span == known.span else replace(known, id=_part_id(known, span), span=span)
    neighbours = SpanSet((neighbourhood(known),)) & checkpoint.covered
    begins_above = known.state is GapState.OUT_OF_REACH and known.span.first - 1 not in served
    if begins_above or (neighbours and not neighbours & served):
        return replace(part, state=GapState.OUT_OF_REACH, read_us=now_us)
    if now_us - part.read_us < MICROSECONDS_BETWEEN_READS:
        return part
    reads = part.reads + 1
    state = GapState.CONFIRMED if reads >= READS_TO_CONFIRM else GapState.OPEN
    return replace(part, reads=reads, state=state, read_us=now_us)


def _part_id(gap: Gap, span: Span) -> str:
    return str(uuid.uuid5(uuid.UUID(gap.id), f"{span.first}-{span.last}"))


def _sorted(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda gap: gap.span))
