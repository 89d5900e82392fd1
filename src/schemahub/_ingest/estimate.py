"""What a run would do, without touching the lake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemahub._ingest.plan import live_span
from schemahub.model import Ids
from schemahub.spans import Span, SpanSet

if TYPE_CHECKING:
    from schemahub._ingest.product import ProductIngest
    from schemahub.checkpoint import Checkpoint
    from schemahub.layout import StreamId


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one product lacks; `requests` counts the pages, if each one comes whole at the first try.

    Of sparse ids nobody knows how many exist: there, both are None.
    """

    stream: StreamId
    first: int | None = None
    last: int | None = None
    trades: int | None = 0
    requests: int | None = 0
    error: str | None = None


def estimate_live(engine: ProductIngest, since_ns: int, page_limit: int) -> Estimate:
    """Return what live ingestion would fetch now."""
    checkpoint = engine.survey.opened()
    end = engine.survey.target(checkpoint)
    unfinished = SpanSet((checkpoint.plan.span,)) if checkpoint.plan else SpanSet()
    span: Span | None = None
    if end is not None:
        start = min(engine.survey.locate(since_ns, end), end) if checkpoint.watermark is None else 0
        span = live_span(checkpoint, start, end)
    wanted = unfinished | (SpanSet((span,)) if span else SpanSet())
    return _estimate(checkpoint, wanted - checkpoint.accounted, page_limit)


def estimate_backfill(engine: ProductIngest, start_ns: int, end_ns: int, page_limit: int) -> Estimate:
    """Return what a backfill would fetch now."""
    checkpoint = engine.survey.opened()
    newest = engine.survey.target(checkpoint)
    wanted = engine.survey.range_of(start_ns, end_ns, newest)[1] if newest is not None else SpanSet()
    return _estimate(checkpoint, wanted - checkpoint.accounted, page_limit)


def estimate_fill(engine: ProductIngest, page_limit: int) -> Estimate:
    """Return what filling gaps would fetch now."""
    checkpoint = engine.survey.opened()
    return _estimate(checkpoint, checkpoint.requested | checkpoint.gap_spans, page_limit)


def _estimate(checkpoint: Checkpoint, missing: SpanSet, page_limit: int) -> Estimate:
    bounds = missing.bounds()
    known = checkpoint.ids is Ids.DENSE or not missing
    return Estimate(
        stream=checkpoint.stream,
        first=bounds.first if bounds else None,
        last=bounds.last if bounds else None,
        trades=len(missing) if known else None,
        requests=sum(-(-len(span) // page_limit) for span in missing) if known else None,
    )
