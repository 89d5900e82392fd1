"""A number of positions from either end of a set."""

from __future__ import annotations

from schemahub.spans import Span, SpanSet


def newest(present: SpanSet, limit: int) -> SpanSet:
    """Return the highest positions, at most `limit`."""
    taken: list[Span] = []
    for span in reversed(present.spans):
        if limit <= 0:
            break
        taken.insert(0, Span(max(span.first, span.last - limit + 1), span.last))
        limit -= len(taken[0])
    return SpanSet(tuple(taken))


def oldest(present: SpanSet, limit: int) -> SpanSet:
    """Return the lowest positions, at most `limit`."""
    taken: list[Span] = []
    for span in present:
        if limit <= 0:
            break
        taken.append(Span(span.first, min(span.last, span.first + limit - 1)))
        limit -= len(taken[-1])
    return SpanSet(tuple(taken))
